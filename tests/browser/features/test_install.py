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
# Where the page says so.
ON_THE_HOME_SCREEN = "if (sessionStorage.getItem('standalone')) navigator.standalone = true"
STATE = "document.documentElement.dataset.pwagenInstall === '{}'"


def test_the_button_is_visible_while_the_browsers_offer_can_be_used_once_and_not_for_who_has_the_stores_app(
    harbour: Harbour,
) -> None:
    harbour.rebuild(
        "  categories:", "  related_applications: [{platform: play, id: org.example.harbour}]\n  categories:"
    )
    page = harbour.open()
    assert page.evaluate("navigator.getInstalledRelatedApps()") == []
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

    page.add_init_script(
        "navigator.getInstalledRelatedApps = async () => [{platform: 'play', id: 'org.example.harbour'}]"
    )
    page.reload()
    harbour.until(page, STATE.format("installed"))
    page.evaluate(ANSWERED_OFFER, "accepted")
    page.evaluate("pwagen.ready")
    assert page.evaluate("pwagen.install.state") == "installed"
    assert page.locator(BUTTON).is_hidden()


def test_an_iphone_is_shown_how_on_the_second_visit_less_often_when_dismissed_at_a_click_and_never_in_the_app(
    harbour: Harbour,
) -> None:
    visitor = Visitor(harbour, iphone=True)
    visitor.page.add_init_script(ON_THE_HOME_SCREEN)
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
    page.evaluate("sessionStorage.setItem('standalone', 'true')")
    visitor.visit(days=0.2)
    harbour.until(page, STATE.format("installed"))
    page.evaluate("sessionStorage.removeItem('standalone')")
    visitor.visit()
    visitor.prompt.wait_for()
    assert [visit for visit, _, state in visitor.log if state == "shown"] == [2, 5]

    visitor.dismiss("Got it", "ios")
    page.locator("[data-pwagen=prompt]").click()
    visitor.prompt.get_by_role("heading", name="Install Harbour News").wait_for()
    assert visitor.prompt.evaluate("(dialog) => dialog.matches(':modal')")
    visitor.dismiss("Got it", "ios")
    assert page.evaluate("pwagen.install.prompt()") == "dismissed"
    visitor.prompt.wait_for()
