"""Every click lands where pwagen.yaml, or the message, says."""

from __future__ import annotations

import pytest

from tests.browser.features.conftest import Harbour

pytestmark = pytest.mark.browser

# The sample's buttons are more than browsers show; the third is reached through a message of its own.
LAST_ACTION = '    - {action: go-home, title: "No", url: ./}'
LATER = [{"action": "later", "title": "Later"}]


def test_a_click_opens_its_target_when_no_window_is_open(harbour: Harbour) -> None:
    page = harbour.open()
    subscription = harbour.subscribe(page)
    for action, path in (("Yes", "content/"), ("No", ""), (None, "")):
        page.close()
        harbour.push(subscription, {"title": f"For {action}"})
        with harbour.chromium.context.expect_page() as opened:
            harbour.desktop.click(harbour.shown(f"For {action}"), action)
        page = opened.value
        assert page.url == harbour.site.url + path


def test_a_click_focuses_the_window_that_is_there_already(harbour: Harbour) -> None:
    page = harbour.open("content/")
    harbour.push(harbour.subscribe(page), {"title": "News"})
    pages = len(harbour.chromium.context.pages)
    page.evaluate("pwagen.addEventListener('click', ({ detail }) => { window.clicked = detail; })")
    shown = harbour.shown("News")
    harbour.desktop.click(shown, "Yes")
    harbour.desktop.wait_for(lambda: shown.closed_by == "app")
    harbour.until(page, "window.clicked")
    assert page.url == harbour.site.url + "content/"
    assert len(harbour.chromium.context.pages) == pages


def test_a_click_brings_another_window_to_the_target(harbour: Harbour) -> None:
    page = harbour.open("tides/")
    harbour.push(harbour.subscribe(page), {"title": "News"})
    pages = len(harbour.chromium.context.pages)
    harbour.desktop.click(harbour.shown("News"), "Yes")
    page.wait_for_url(harbour.site.url + "content/")
    assert len(harbour.chromium.context.pages) == pages


def test_a_messages_own_targets_win(harbour: Harbour) -> None:
    page = harbour.open()
    subscription = harbour.subscribe(page)
    page.close()
    actions = [{"action": "about", "title": "About", "navigate": "./about.html"}]
    message = {"title": "Own", "navigate": "./tides/", "actions": actions}
    harbour.push(subscription, {"web_push": 8030, "notification": message})
    with harbour.chromium.context.expect_page() as opened:
        harbour.desktop.click(harbour.shown("Own"), "About")
    assert opened.value.url == harbour.site.url + "about.html"
    opened.value.close()
    harbour.push(subscription, {"web_push": 8030, "notification": {**message, "title": "Body"}})
    with harbour.chromium.context.expect_page() as opened:
        harbour.desktop.click(harbour.shown("Body"))
    assert opened.value.url == harbour.site.url + "tides/"


def test_dismiss_only_closes(harbour: Harbour) -> None:
    page = harbour.open("tides/")
    harbour.push(harbour.subscribe(page), {"title": "News", "actions": LATER})
    pages = len(harbour.chromium.context.pages)
    shown = harbour.shown("News")
    harbour.desktop.click(shown, "Later")
    harbour.desktop.wait_for(lambda: shown.closed_by == "app")
    assert page.url == harbour.site.url + "tides/"
    assert len(harbour.chromium.context.pages) == pages


def test_a_target_elsewhere_leads_to_the_start_page(harbour: Harbour) -> None:
    page = harbour.open()
    subscription = harbour.subscribe(page)
    for target in ("https://evil.example/", "javascript:alert(1)", "data:text/html,x", "//evil.example"):
        page.close()
        harbour.push(subscription, {"title": target, "navigate": target})
        with harbour.chromium.context.expect_page() as opened:
            harbour.desktop.click(harbour.shown(target))
        page = opened.value
        assert page.url == harbour.site.url


def test_focus_leaves_the_page_where_it_is(harbour: Harbour) -> None:
    harbour.rebuild("click: ./", "click: {do: focus}")
    page = harbour.open("tides/")
    harbour.push(harbour.subscribe(page), {"title": "News"})
    shown = harbour.shown("News")
    harbour.desktop.click(shown)
    harbour.desktop.wait_for(lambda: shown.closed_by == "app")
    assert page.url == harbour.site.url + "tides/"


def test_message_tells_the_page(harbour: Harbour) -> None:
    harbour.rebuild(LAST_ACTION, f"{LAST_ACTION}\n    - {{action: later, title: Later, do: message}}")
    page = harbour.open("tides/")
    harbour.push(harbour.subscribe(page), {"title": "News", "actions": LATER, "data": {"id": 3}})
    page.evaluate("pwagen.addEventListener('click', ({ detail }) => { window.clicked = detail; })")
    harbour.desktop.click(harbour.shown("News"), "Later")
    clicked = harbour.until(page, "window.clicked")
    assert (clicked["action"], clicked["data"]) == ("later", {"id": 3})


def test_post_sends_the_click_to_the_server(harbour: Harbour) -> None:
    later = "    - {action: later, title: Later, do: post, url: api/closed}"
    harbour.rebuild(LAST_ACTION, f"{LAST_ACTION}\n{later}")
    page = harbour.open("tides/")
    harbour.push(harbour.subscribe(page), {"title": "News", "actions": LATER, "tag": "t", "data": {"id": 3}})
    harbour.desktop.click(harbour.shown("News"), "Later")
    posted = harbour.site.wait_for_request("api/closed", "POST").json()
    assert (posted["action"], posted["tag"], posted["data"]) == ("later", "t", {"id": 3})
    assert page.url == harbour.site.url + "tides/"


def test_closing_has_its_own_target(harbour: Harbour) -> None:
    harbour.rebuild("click: ./", "click: ./\n  close: api/closed")
    page = harbour.open()
    harbour.push(harbour.subscribe(page), {"title": "News", "tag": "t"})
    harbour.desktop.dismiss(harbour.shown("News"))
    assert harbour.site.wait_for_request("api/closed", "POST").json()["tag"] == "t"
