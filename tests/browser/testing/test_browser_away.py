"""A browser that is closed and comes back, beside one that stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from pwagen.keys.key_pair import KeyPair
from pwagen.testing.chromium.chromium import Chromium
from pwagen.testing.desktop import Desktop
from pwagen.testing.push_service import PushService
from pwagen.testing.site_server.site_server import SiteServer
from tests.browser.conftest import Subscriber
from tests.browser.sender import send

pytestmark = pytest.mark.browser


def processes_with(argument: str) -> list[str]:
    """Return the processes that have the text on their command line."""
    lines = (path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if _readable(path))
    return [line.decode(errors="replace") for line in lines if argument.encode() in line]


def _readable(path: Path) -> bool:
    try:
        path.read_bytes()
    except OSError:
        return False
    return True


def test_messages_wait_for_a_closed_browser_until_it_opens_in_a_window_where_all_works_as_without_one(
    chromium: Chromium,
    push_service: PushService,
    desktop: Desktop,
    subscriber: Subscriber,
    site: SiteServer,
    key_pair: KeyPair,
    tmp_path: Path,
    display: None,
) -> None:
    def second(headless: bool) -> Chromium:
        return Chromium(
            push_service, desktop, headless=headless, profile=tmp_path, playwright=chromium.playwright
        )

    with second(headless=True) as other:
        other.set_permission(site.origin, "notifications", "granted")
        subscription = other.subscribe(other.open(site.url, wait_for_worker=True), key_pair.public_key)
        record = push_service.subscription(subscription["endpoint"])
        assert record.device != subscriber.record.device
    push_service.wait_for(lambda: record.device not in push_service.connected, what="the browser to be away")
    assert processes_with(str(tmp_path)) == []

    for title, topic in (("Score 1:0", "score-1"), ("News", None), ("Score 2:0", "score-1")):
        assert send(push_service, subscription, {"title": title}, key_pair, Topic=topic).status == 201
    assert send(push_service, subscription, {"title": "Now"}, key_pair, TTL="0").status == 201
    push_service.wait_for_message("expired")
    assert [message.state for message in push_service.messages] == ["replaced", "queued", "queued", "expired"]
    push_service.deliver(subscriber.subscription, {"title": "For the one that stayed"})
    desktop.wait_for_notification("For the one that stayed")

    with second(headless=False) as other:
        push_service.wait_for_message("acked", subscription=record, count=2)
        desktop.wait_for_notification("Score 2:0")
        assert [shown.title for shown in desktop.history[1:]] == ["News", "Score 2:0"]

        page = other.open(site.url)
        assert not page.evaluate("navigator.userAgent").count("Headless")
        push_service.deliver(subscription, {"title": "In a window"})
        desktop.wait_for_notification("In a window")
        app = other.install(page)
        page.evaluate("navigator.setAppBadge(2)")
        app.wait_for_badge(2)
