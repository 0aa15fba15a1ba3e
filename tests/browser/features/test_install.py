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


def test_the_install_button_is_visible_while_the_browsers_offer_can_be_used_once(harbour: Harbour) -> None:
    page = harbour.open()
    harbour.until(page, STATE.format("available"))
    page.locator(BUTTON).wait_for()
    assert page.evaluate("pwagen.install.state") == "available"
    assert page.evaluate(ANSWERED_OFFER, "dismissed") is True
    page.locator(BUTTON).click()
    harbour.until(page, STATE.format("unavailable"))
    assert page.evaluate("window.asked") is True
    page.locator(BUTTON).wait_for(state="hidden")

    page.evaluate(ANSWERED_OFFER, "accepted")
    page.locator(BUTTON).wait_for()
    # An installation over the DevTools protocol doesn't tell the page.
    page.evaluate("void dispatchEvent(new Event('appinstalled'))")
    harbour.until(page, STATE.format("installed"))
    page.locator(BUTTON).wait_for(state="hidden")


def test_who_has_the_app_from_a_store_and_nobody_else_is_offered_no_other(harbour: Harbour) -> None:
    harbour.rebuild(
        "  categories:", "  related_applications: [{platform: play, id: org.example.harbour}]\n  categories:"
    )
    page = harbour.open()
    assert page.evaluate("navigator.getInstalledRelatedApps()") == []
    harbour.until(page, STATE.format("available"))
    page.locator(BUTTON).wait_for()

    page.add_init_script(
        "navigator.getInstalledRelatedApps = async () => [{platform: 'play', id: 'org.example.harbour'}]"
    )
    page.reload()
    harbour.until(page, STATE.format("installed"))
    page.evaluate(ANSWERED_OFFER, "accepted")
    page.evaluate("pwagen.ready")
    assert page.evaluate("pwagen.install.state") == "installed"
    assert page.locator(BUTTON).is_hidden()


def test_an_iphone_is_shown_how_on_the_second_visit_less_often_when_dismissed_and_at_a_click(
    harbour: Harbour,
) -> None:
    visitor = Visitor(harbour, iphone=True)
    visitor.visit()
    page = visitor.visit()
    visitor.prompt.wait_for()
    assert visitor.log == [[2, "ios", "shown"]]
    assert visitor.prompt.locator("h2").inner_text() == "Install Harbour News"
    assert visitor.prompt.locator("p").inner_text() == "Tap Share , then choose “Add to Home Screen”."
    assert visitor.prompt.locator("p svg").count() == 1
    harbour.wait_for_state(page, "needs-install")

    visitor.dismiss("Got it", "ios")
    visitor.visit(days=2.9)
    page.wait_for_timeout(300)  # A visit is counted before it is decided whether there is a hint.
    visitor.visit(days=0.2)
    visitor.prompt.wait_for()
    assert [visit for visit, _, state in visitor.log if state == "shown"] == [2, 4]

    visitor.dismiss("Got it", "ios")
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
