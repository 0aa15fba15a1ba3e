"""Every click lands where pwagen.yaml, or the message, says."""

from __future__ import annotations

from typing import Any

import pytest

from pwagen.testing.desktop import ShownNotification
from tests.browser.features.conftest import Harbour

pytestmark = pytest.mark.browser

# The sample's buttons are all that browsers show; others are reached through messages of their own.
LAST_ACTION = '    - {action: go-home, title: "No", url: ./}'
LATER = [{"action": "later", "title": "Later"}]
# By title: pages are told when all that a click does is done, maybe after the next one began.
NOTE_CLICKS = """
window.clicked = {};
pwagen.addEventListener("click", ({ detail }) => { window.clicked[detail.title] = detail; });
"""


def test_without_a_window_a_click_opens_the_messages_target_or_the_configs_and_none_elsewhere(
    harbour: Harbour,
) -> None:
    page = harbour.open()
    subscription = harbour.subscribe(page)
    about = [{"action": "about", "title": "About", "navigate": "./about.html"}]
    own = {"navigate": "./tides/", "actions": about}
    messages: list[tuple[dict[str, Any], str | None, str]] = [
        ({"title": "Button"}, "Yes", "content/"),
        ({"web_push": 8030, "notification": {"title": "Own button", **own}}, "About", "about.html"),
        ({"title": "Elsewhere", "navigate": "https://evil.example/"}, None, ""),
    ]
    for message, action, path in messages:
        page.close()
        harbour.push(subscription, message)
        with harbour.chromium.context.expect_page() as opened:
            harbour.desktop.click(harbour.shown(), action)
        page = opened.value
        assert page.url == harbour.site.url + path, message
        harbour.desktop.clear()


def test_a_click_focuses_the_open_window_tells_page_or_server_or_leads_to_its_target_and_closing_has_its_own(
    harbour: Harbour,
) -> None:
    never = "    - {action: never, title: Never, do: dismiss}"
    later = "    - {action: later, title: Later, do: message}"
    send = "    - {action: send, title: Send, do: post, url: api/closed}"
    harbour.edit(LAST_ACTION, f"{LAST_ACTION}\n{never}\n{later}\n{send}")
    harbour.rebuild("click: ./", "click: {do: focus}\n  close: api/closed")
    page = harbour.open("tides/")
    subscription = harbour.subscribe(page)
    pages = len(harbour.chromium.context.pages)
    visited: list[str] = []
    page.on("framenavigated", lambda frame: visited.append(frame.url))
    actions = [*LATER, {"action": "send", "title": "Send"}]

    def push(title: str) -> ShownNotification:
        message = {"title": title, "actions": actions, "tag": title, "data": {"id": 3}}
        harbour.push(subscription, message)
        return harbour.shown(title)

    page.evaluate(NOTE_CLICKS)
    shown = push("Focus")
    harbour.desktop.click(shown)
    harbour.desktop.wait_for(lambda: shown.closed_by == "app")
    harbour.until(page, "window.clicked.Focus")

    harbour.desktop.click(push("Message"), "Later")
    clicked = harbour.until(page, "window.clicked.Message")
    assert (clicked["action"], clicked["data"]) == ("later", {"id": 3})

    harbour.desktop.click(push("Post"), "Send")
    posted = harbour.site.wait_for_request("api/closed", "POST").json()
    assert (posted["action"], posted["tag"], posted["data"]) == ("send", "Post", {"id": 3})

    harbour.site.clear()
    harbour.desktop.dismiss(push("Dismissed"))
    assert harbour.site.wait_for_request("api/closed", "POST").json()["tag"] == "Dismissed"

    harbour.push(subscription, {"title": "News", "actions": [{"action": "never", "title": "Never"}]})
    harbour.desktop.click(harbour.shown("News"), "Never")
    assert harbour.until(page, "window.clicked.News")["action"] == "never"
    assert visited == []

    harbour.push(subscription, {"title": "More news"})
    harbour.desktop.click(harbour.shown("More news"), "Yes")
    page.wait_for_url(harbour.site.url + "content/")
    assert visited == [harbour.site.url + "content/"]

    page.evaluate(NOTE_CLICKS)
    harbour.push(subscription, {"title": "Again"})
    shown = harbour.shown("Again")
    harbour.desktop.click(shown, "Yes")
    harbour.desktop.wait_for(lambda: shown.closed_by == "app")
    harbour.until(page, "window.clicked.Again")
    assert visited == [harbour.site.url + "content/"]
    assert len(harbour.chromium.context.pages) == pages
