"""The page's own question before the browser's: when it comes, who it disturbs, what its answers do."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.features.conftest import SUBSCRIPTIONS, Harbour
from tests.browser.features.visits import Visitor

pytestmark = pytest.mark.browser

BUTTON = "[data-pwagen=prompt]"
ACCEPT = "Ring the bell"
LOOK = """(dialog) => {
  const { backgroundColor, animationName } = getComputedStyle(dialog);
  return [backgroundColor, animationName];
}"""
FOCUSED = "document.activeElement.shadowRoot?.activeElement?.textContent ?? document.activeElement.localName"


def ax_tree(visitor: Visitor) -> list[dict[str, Any]]:
    """Return what assistive technology gets of the dialog: its own node and those below, in order."""
    session = visitor.harbour.chromium.context.new_cdp_session(visitor.page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    by_id = {node["nodeId"]: node for node in nodes}

    def below(node: dict[str, Any]) -> list[dict[str, Any]]:
        return [node, *(one for child in node.get("childIds", []) for one in below(by_id[child]))]

    dialog = next(node for node in nodes if node["role"]["value"] == "dialog")
    return below(dialog)


def named(nodes: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [
        (node["role"]["value"], node["name"]["value"])
        for node in nodes
        if not node["ignored"] and node["role"]["value"] in ("dialog", "heading", "button", "image")
    ]


def test_it_comes_once_on_the_third_visit_leaves_the_focus_alone_and_a_click_opens_it_as_a_modal_dialog(
    harbour: Harbour,
) -> None:
    visitor = Visitor(harbour)
    harbour.chromium.permissions.answer_prompt(visitor.page, "granted")
    visitor.visit()
    visitor.visit()
    page = visitor.visit()
    visitor.prompt.wait_for()
    assert visitor.log == [[3, "permission", "shown"]]
    assert page.evaluate(FOCUSED) == "body"
    assert page.evaluate("document.querySelector('.pwagen-prompt').ariaLive") == "polite"
    # The strict policy lets the constructed style sheet through.
    assert visitor.prompt.evaluate("(dialog) => getComputedStyle(dialog).position") == "fixed"
    icon = visitor.prompt.locator("img")
    harbour.chromium.poll(lambda: icon.evaluate("(one) => one.naturalWidth") > 0, what="the app's icon")
    nodes = ax_tree(visitor)
    assert named(nodes) == [
        ("dialog", "Shall we ring the bell?"),
        ("heading", "Shall we ring the bell?"),
        ("button", "Not now"),
        ("button", ACCEPT),
    ]
    assert nodes[0]["description"]["value"].startswith("A word when there is news")
    properties = {one["name"]: one["value"].get("value") for one in nodes[0]["properties"]}
    assert not properties.get("modal")

    # Another page of the same visit.
    page.reload()
    harbour.wait_for_state(page, "default")
    assert visitor.stored("visits")["count"] == 3
    visitor.visit()
    visitor.prompt.wait_for()
    assert [visit for visit, *_ in visitor.log] == [3, 4]

    # Escape is for it only from inside.
    page.locator(BUTTON).focus()
    page.keyboard.press("Escape")
    assert visitor.prompt.count() == 1
    visitor.button("Not now").focus()
    page.keyboard.press("Escape")
    visitor.prompt.wait_for(state="detached")
    assert page.evaluate("document.activeElement.dataset.pwagen") == "prompt"
    assert visitor.log[-1] == [4, "permission", "dismissed"]

    # A click's is for keyboards, too.
    page.locator(BUTTON).click()
    visitor.prompt.wait_for()
    properties = {one["name"]: one["value"].get("value") for one in ax_tree(visitor)[0]["properties"]}
    assert properties["modal"] is True
    assert page.evaluate(FOCUSED) == ACCEPT
    page.keyboard.press("Shift+Tab")
    assert page.evaluate(FOCUSED) == "Not now"
    page.keyboard.press("Escape")
    visitor.prompt.wait_for(state="detached")
    assert page.evaluate("document.activeElement.dataset.pwagen") == "prompt"
    assert page.evaluate("Notification.permission") == "default"
    page.keyboard.press("Enter")
    visitor.prompt.wait_for()
    page.keyboard.press("Enter")
    harbour.wait_for_state(page, "subscribed")


def test_the_pages_code_offers_it_a_dismissal_delays_it_and_accepting_is_the_browsers_gesture(
    harbour: Harbour,
) -> None:
    visitor = Visitor(harbour)
    harbour.chromium.permissions.answer_prompt(visitor.page, "granted")
    page = visitor.visit()
    assert page.evaluate("pwagen.prompt.offer()") is True
    visitor.dismiss("Not now")
    visitor.visit()
    assert page.evaluate("pwagen.prompt.offer()") is False
    visitor.visit(days=3.1)
    visitor.prompt.wait_for()
    assert [visit for visit, _, state in visitor.log if state == "shown"] == [1, 3]

    visitor.button(ACCEPT).click()
    harbour.wait_for_state(page, "subscribed")
    posted = harbour.site.wait_for_request(SUBSCRIPTIONS, "POST").json()
    record = harbour.push_service.subscription(posted["subscription"]["endpoint"])
    assert record.application_server_key == harbour.key_pair.public_key
    assert visitor.prompt.count() == 0
    assert [state for *_, state in visitor.log] == ["shown", "dismissed", "shown", "accepted"]
    page.locator(BUTTON).wait_for(state="hidden")
    visitor.visit(days=400)
    assert len(visitor.log) == 4


def test_it_is_not_shown_where_the_answer_is_known_is_withdrawn_by_one_and_a_click_makes_it_modal(
    harbour: Harbour,
) -> None:
    visitor = Visitor(harbour)
    harbour.rebuild("after_visits: 3", "after_visits: 1")
    harbour.chromium.set_permission(harbour.site.origin, "notifications", "denied")
    page = visitor.visit()
    harbour.wait_for_state(page, "denied")
    page.locator(BUTTON).wait_for(state="hidden")
    harbour.chromium.set_permission(harbour.site.origin, "notifications", "prompt")
    visitor.visit()
    visitor.prompt.wait_for()
    harbour.chromium.set_permission(harbour.site.origin, "notifications", "granted")
    visitor.prompt.wait_for(state="detached")
    assert visitor.log == [[2, "permission", "shown"]]
    assert "dismissals" not in visitor.stored("prompt:permission")

    harbour.chromium.set_permission(harbour.site.origin, "notifications", "prompt")
    visitor.visit()
    visitor.prompt.wait_for()
    page.locator(BUTTON).click()
    page.locator(".pwagen-prompt dialog:modal").wait_for()
    harbour.chromium.poll(lambda: visitor.prompt.count() == 1, what="one dialog alone")
    harbour.chromium.set_permission(harbour.site.origin, "notifications", "granted")
    visitor.prompt.wait_for(state="detached")
    shown = [[visit, "permission", "shown"] for visit in (2, 3, 3)]
    assert visitor.log == shown

    harbour.chromium.set_permission(harbour.site.origin, "notifications", "prompt")
    page.add_init_script("delete window.PushManager")
    visitor.visit()
    harbour.wait_for_state(page, "unsupported")
    page.locator(BUTTON).wait_for(state="hidden")
    assert visitor.log == shown


def test_its_texts_are_text_its_colours_follow_the_scheme_and_a_closed_browser_prompt_is_a_dismissal(
    harbour: Harbour,
) -> None:
    harbour.edit("title: Shall we ring the bell?", 'title: "<img src=x onerror=alert(1)> {name} \\" ` ${1}"')
    harbour.deploy({"assets/style.css": ":root { color-scheme: light dark; }"})
    visitor = Visitor(harbour)
    visitor.page.add_init_script("Notification.requestPermission = async () => 'default'")
    visitor.visit().locator(BUTTON).click()
    looks = []
    for scheme, motion in (("light", "no-preference"), ("dark", "reduce")):
        visitor.page.emulate_media(color_scheme=scheme, reduced_motion=motion)  # type: ignore[arg-type]
        looks.append(visitor.prompt.evaluate(LOOK))
    assert looks[0] == ["rgb(255, 255, 255)", "rise"]
    assert looks[1][1] == "none"
    assert looks[1][0] != looks[0][0]
    assert visitor.prompt.locator("h2").inner_text() == '<img src=x onerror=alert(1)> Harbour News " ` ${1}'

    visitor.button(ACCEPT).click()
    visitor.page.locator("[data-pwagen=message]").get_by_text("stay off until").wait_for()
    dismissed = harbour.chromium.poll(lambda: visitor.stored("prompt:permission"), what="the dismissal")
    assert dismissed["dismissals"] == 1
    harbour.chromium.reset()
