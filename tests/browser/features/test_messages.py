"""Every push ends in a visible notification, whatever it holds."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.features.conftest import Harbour

pytestmark = pytest.mark.browser

DEFAULT = ("Harbour News", "There is something new")
OWN_ACTIONS = [{"action": "a", "title": "Own", "navigate": "./about.html"}]
MESSAGES: dict[str, tuple[Any, str, str]] = {
    "declarative": (
        {"web_push": 8030, "notification": {"title": "Declared", "navigate": "./tides/", "body": "d"}},
        "Declared",
        "d",
    ),
    "text": ("plain text", "Harbour News", "plain text"),
    "empty object": ({}, *DEFAULT),
    "wrong types": (
        {"title": {"x": 1}, "body": [1], "actions": "no", "vibrate": {}, "dir": "up", "icon": 5, "tag": {}},
        *DEFAULT,
    ),
    "icon that is missing": (
        {"title": "Icon", "body": "i", "icon": "missing.png", "image": "missing.jpg"},
        "Icon",
        "i",
    ),
    "renotify without tag": ({"title": "Renotify", "body": "r", "renotify": True}, "Renotify", "r"),
    "silent and vibrating": ({"title": "Silent", "body": "s", "silent": True, "vibrate": [1]}, "Silent", "s"),
}


def test_a_push_of_any_kind_is_shown_the_page_hears_of_it_and_shows_notifications_with_every_option(
    harbour: Harbour,
) -> None:
    page = harbour.open()
    options = {
        "body": "From the page",
        "icon": "icons/icon-192.png",
        "tag": "t",
        "renotify": True,
        "requireInteraction": True,
        "dir": "ltr",
        "lang": "en",
        "timestamp": 1_700_000_000_000,
        "data": {"id": 1},
        "actions": [{"action": "view-content", "title": "Look"}],
    }
    page.evaluate("options => pwagen.notifications.show('Page', options)", options)
    shown = harbour.shown("Page")
    assert (shown.body, shown.actions) == ("From the page", ["Look"])
    [listed] = page.evaluate(
        "pwagen.ready.then(async (registration) => (await registration.getNotifications()).map("
        "({ tag, renotify, requireInteraction, dir, lang, timestamp }) => "
        "({ tag, renotify, requireInteraction, dir, lang, timestamp })))"
    )
    assert listed == {name: options[name] for name in listed}
    harbour.desktop.clear()

    subscription = harbour.subscribe(page)
    for kind, (message, title, body) in MESSAGES.items():
        harbour.push(subscription, message)
        shown = harbour.shown()
        assert (shown.title, shown.body) == (title, body), kind
        assert shown.actions == ["Yes", "No"], kind
        assert len(harbour.desktop.notifications) == 1, kind
        harbour.desktop.dismiss(shown)
        harbour.desktop.clear()

    harbour.push(subscription, None)
    shown = harbour.shown()
    assert (shown.title, shown.body) == DEFAULT
    assert shown.icon.startswith(b"\x89PNG")

    notification = {"title": "Own", "navigate": "./", "actions": OWN_ACTIONS}
    harbour.push(subscription, {"web_push": 8030, "notification": notification})
    assert harbour.shown("Own").actions == ["Own"]

    page.evaluate("pwagen.addEventListener('push', ({ detail }) => { window.heard = detail; })")
    harbour.push(subscription, {"title": "Heard", "data": {"id": 7}})
    # By its title: that of the message before may come late.
    heard = harbour.until(page, "window.heard?.title === 'Heard' && window.heard")
    assert (heard["title"], heard["data"]) == ("Heard", {"id": 7})

    # Without a page, and with a worker that has been stopped.
    page.close()
    harbour.chromium.workers.stop(harbour.site.url)
    harbour.push(subscription, {"title": "Woken"})
    assert harbour.shown("Woken").actions == ["Yes", "No"]
    harbour.chromium.reset()  # the missing icon is reported in the console
