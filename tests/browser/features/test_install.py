"""The offer to install: the browser's, the hint for iOS, and none where the app is there already."""

from __future__ import annotations

import pytest

from tests.browser.features.conftest import Harbour
from tests.browser.features.visits import Visitor

pytestmark = pytest.mark.browser

BUTTON = "[data-pwagen=install]"
# Headless browsers make the offer, but show nobody its dialog: this one answers itself.
ANSWERED_OFFER = """(outcome) => {
  const offer = new Event("beforeinstallprompt", { cancelable: true });
  offer.prompt = async () => { window.asked = navigator.userActivation.isActive; };
  offer.userChoice = Promise.resolve({ outcome, platform: "web" });
  window.dispatchEvent(offer);
  return offer.defaultPrevented;
}"""
STATE = "document.documentElement.dataset.pwagenInstall === '{}'"


def wait_for_state(visitor: Visitor, state: str) -> None:
    visitor.harbour.until(visitor.page, STATE.format(state))


def test_the_install_button_is_visible_while_the_browser_offers_to_install(harbour: Harbour) -> None:
    page = harbour.open()
    harbour.until(page, STATE.format("available"))
    page.locator(BUTTON).wait_for()
    assert page.evaluate("pwagen.install.state") == "available"
    # An installation over the DevTools protocol doesn't tell the page.
    page.evaluate("void dispatchEvent(new Event('appinstalled'))")
    harbour.until(page, STATE.format("installed"))
    page.locator(BUTTON).wait_for(state="hidden")


def test_an_offer_is_used_once_and_in_the_users_gesture(harbour: Harbour) -> None:
    page = harbour.open()
    harbour.until(page, STATE.format("available"))
    assert page.evaluate(ANSWERED_OFFER, "dismissed") is True
    page.locator(BUTTON).click()
    harbour.until(page, STATE.format("unavailable"))
    assert page.evaluate("window.asked") is True
    page.locator(BUTTON).wait_for(state="hidden")


def test_who_has_the_app_from_a_store_is_offered_no_other(harbour: Harbour) -> None:
    harbour.rebuild(
        "  categories:", "  related_applications: [{platform: play, id: org.example.harbour}]\n  categories:"
    )
    page = harbour.chromium.context.new_page()
    page.add_init_script(
        "navigator.getInstalledRelatedApps = async () => [{platform: 'play', id: 'org.example.harbour'}]"
    )
    page.goto(harbour.site.url)
    harbour.until(page, STATE.format("installed"))
    page.evaluate(ANSWERED_OFFER, "accepted")
    harbour.until(page, "navigator.serviceWorker.controller !== null")
    assert page.evaluate("pwagen.install.state") == "installed"
    assert page.locator(BUTTON).is_hidden()


def test_without_related_apps_the_browsers_own_answer_leaves_the_button(harbour: Harbour) -> None:
    harbour.rebuild(
        "  categories:", "  related_applications: [{platform: play, id: org.example.harbour}]\n  categories:"
    )
    page = harbour.open()
    assert page.evaluate("navigator.getInstalledRelatedApps()") == []
    harbour.until(page, STATE.format("available"))
    page.locator(BUTTON).wait_for()


def test_an_iphone_is_shown_how_on_the_second_visit(harbour: Harbour) -> None:
    visitor = Visitor(harbour, iphone=True)
    visitor.visit()
    visitor.visit()
    visitor.prompt.wait_for()
    assert visitor.log == [[2, "ios", "shown"]]
    assert visitor.prompt.locator("h2").inner_text() == "Install Harbour News"
    assert visitor.prompt.locator("p").inner_text() == "Tap Share , then choose “Add to Home Screen”."
    assert visitor.prompt.locator("p svg").count() == 1
    harbour.wait_for_state(visitor.page, "needs-install")


def test_the_hint_backs_off_like_the_prompt(harbour: Harbour) -> None:
    visitor = Visitor(harbour, iphone=True)
    visitor.visit()
    visitor.visit()
    visitor.dismiss("Got it", "ios")
    visitor.visit(days=2.9)
    visitor.visit(days=0.2)
    visitor.prompt.wait_for()
    assert [visit for visit, _, state in visitor.log if state == "shown"] == [2, 4]


def test_a_click_explains_where_the_prompt_needs_the_installation(harbour: Harbour) -> None:
    visitor = Visitor(harbour, iphone=True)
    page = visitor.visit()
    page.locator("[data-pwagen=prompt]").click()
    visitor.prompt.get_by_role("heading", name="Install Harbour News").wait_for()
    assert visitor.prompt.evaluate("(dialog) => dialog.matches(':modal')")
    visitor.dismiss("Got it", "ios")
    assert page.evaluate("pwagen.install.prompt()") == "dismissed"
    visitor.prompt.wait_for()


def test_an_app_on_the_home_screen_and_other_browsers_are_told_nothing(harbour: Harbour) -> None:
    installed = Visitor(harbour, iphone=True)
    installed.page.add_init_script("navigator.standalone = true")
    installed.visit()
    installed.visit()
    wait_for_state(installed, "installed")
    installed.page.add_init_script("delete navigator.standalone")
    installed.visit()
    installed.prompt.wait_for()
    assert installed.log == [[3, "ios", "shown"]]
