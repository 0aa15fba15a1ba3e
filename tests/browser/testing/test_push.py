"""From a subscription to what the user sees and does, in Chromium."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from pwagen.keys.key_pair import KeyPair
from pwagen.testing.chromium.chromium import Chromium
from pwagen.testing.desktop import Desktop, NotificationMissingError
from pwagen.testing.push_service import PushService
from pwagen.testing.site_server.site_server import Answers, SiteServer
from tests.browser.conftest import SITE, Subscriber, reported
from tests.browser.sender import send

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def test_a_subscription_is_known_and_a_push_to_it_becomes_a_notification_with_its_buttons_and_picture(
    push_service: PushService, desktop: Desktop, subscriber: Subscriber, key_pair: KeyPair, site: SiteServer
) -> None:
    assert push_service.wait_for_subscription(site.url + "deep/") is subscriber.record
    assert subscriber.record.application_server_key == key_pair.public_key
    assert subscriber.record.gone == 0

    options = {
        "body": "High water & <wind>",
        "icon": "icon.svg",
        "actions": [{"action": "view", "title": "Yes"}, {"action": "home", "title": "No"}],
    }
    answer = send(push_service, subscriber.subscription, {"title": "Tide", "options": options}, key_pair)
    shown = desktop.wait_for_notification("Tide")

    assert answer.status == 201
    assert "/message/" in answer.headers["Location"]
    assert (shown.body, shown.source) == ("High water & <wind>", f"localhost:{site.port}")
    assert shown.actions == ["Yes", "No"]
    assert shown.icon.startswith(b"\x89PNG")
    message = push_service.wait_for_message("acked", subscription=subscriber.record)
    assert message.history == ["queued", "sent", "acked"]


def test_a_push_starts_a_stopped_worker_with_data_or_without(
    chromium: Chromium,
    push_service: PushService,
    desktop: Desktop,
    subscriber: Subscriber,
    site: SiteServer,
    key_pair: KeyPair,
) -> None:
    assert send(push_service, subscriber.subscription, None, key_pair).status == 201
    desktop.wait_for_notification("No data")

    chromium.workers.stop(site.url)
    assert {version.running for version in chromium.workers.versions(site.url)} == {"stopped"}
    push_service.deliver(subscriber.subscription, {"title": "Awake"})
    desktop.wait_for_notification("Awake")


def test_clicks_and_a_dismissal_reach_the_worker_which_may_open_a_window_and_an_unknown_button_is_named(
    chromium: Chromium,
    push_service: PushService,
    desktop: Desktop,
    subscriber: Subscriber,
    site: SiteServer,
) -> None:
    push_service.deliver(subscriber.subscription, {"title": "Away"})
    shown = desktop.wait_for_notification("Away")
    with pytest.raises(NotificationMissingError, match="has no action 'Yes'"):
        desktop.click(shown, "Yes")
    desktop.dismiss(shown)
    assert reported(site, "close")["title"] == "Away"
    assert shown not in desktop.notifications
    assert shown.closed_by == "user"

    actions = [{"action": "view", "title": "Yes"}, {"action": "home", "title": "No"}]
    push_service.deliver(subscriber.subscription, {"title": "Click", "options": {"actions": actions}})
    shown = desktop.wait_for_notification("Click")
    with chromium.context.expect_page() as opened:
        desktop.click(shown, "No")
    assert opened.value.url == site.url + "deep/?action=home"
    assert reported(site, "click") == {"event": "click", "action": "home", "title": "Click"}
    desktop.wait_for(lambda: shown.closed_by == "app")

    push_service.deliver(subscriber.subscription, {"title": "Body"})
    desktop.click(desktop.wait_for_notification("Body"))
    assert reported(site, "click", title="Body")["action"] == ""


def test_two_origins_get_their_own_messages(
    chromium: Chromium,
    push_service: PushService,
    desktop: Desktop,
    subscriber: Subscriber,
    serve_site: Callable[..., SiteServer],
    key_pair: KeyPair,
) -> None:
    other_site = serve_site(SITE, "/a/b/", answers=Answers(accepts={"events"}))
    chromium.set_permission(other_site.origin, "notifications", "granted")
    other_page = chromium.open(other_site.url, wait_for_worker=True)
    other = chromium.subscribe(other_page, key_pair.public_key)

    push_service.deliver(other, {"title": "For the other"})
    push_service.deliver(subscriber.subscription, {"title": "For the first"})

    assert desktop.wait_for_notification("For the other").source == f"localhost:{other_site.port}"
    assert desktop.wait_for_notification("For the first").source == subscriber.record.origin[7:]


def test_a_refused_registration_fails_a_subscription_and_one_that_ends_is_gone_at_the_service(
    chromium: Chromium, push_service: PushService, home: Page, site: SiteServer, key_pair: KeyPair
) -> None:
    from playwright.sync_api import Error

    push_service.fail_registrations("QUOTA_EXCEEDED")
    with pytest.raises(Error, match="AbortError"):
        chromium.subscribe(home, key_pair.public_key)
    first = chromium.subscribe(home, key_pair.public_key)
    record = push_service.subscription(first["endpoint"])

    chromium.set_permission(site.origin, "notifications", "denied")
    push_service.wait_for(lambda: record.gone)
    assert home.evaluate("Notification.permission") == "denied"
    chromium.set_permission(site.origin, "notifications", "granted")
    assert reported(site, "change") == {"event": "change", "new": None}

    second = chromium.subscribe(home, key_pair.public_key)
    record = push_service.subscription(second["endpoint"])
    leave = (
        "navigator.serviceWorker.ready.then(r => r.pushManager.getSubscription()).then(s => s.unsubscribe())"
    )
    assert home.evaluate(leave) is True
    push_service.wait_for(lambda: record.gone)
    assert chromium.subscription(home) is None
    assert send(push_service, second, {"title": "Late"}, key_pair).status == 410


def test_a_user_answers_the_permission_prompt(chromium: Chromium, site: SiteServer) -> None:
    page = chromium.open("about:blank")
    chromium.permissions.answer_prompt(page, "granted")
    page.goto(site.url)
    assert page.evaluate("Notification.permission") == "default"
    page.click("#ask")
    page.wait_for_function("document.title === 'granted'")


def test_a_message_replaced_by_its_topic_is_shown_once(
    chromium: Chromium,
    push_service: PushService,
    desktop: Desktop,
    subscriber: Subscriber,
    key_pair: KeyPair,
) -> None:
    push_service.faults.delay_seconds = 1.5
    for title in ("Score 1:0", "Score 2:0"):
        assert (
            send(push_service, subscriber.subscription, {"title": title}, key_pair, Topic="score-1").status
            == 201
        )
    desktop.wait_for_notification("Score 2:0")

    assert push_service.messages[0].state == "replaced"
    assert [shown.title for shown in desktop.history] == ["Score 2:0"]
