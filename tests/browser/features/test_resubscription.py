"""Permission, subscription, and what the site's server hears of it."""

from __future__ import annotations

import pytest

from tests.browser.features.conftest import SUBSCRIPTIONS, Harbour
from tests.browser.quick_clock import quick_clock

pytestmark = pytest.mark.browser


def test_the_bell_asks_subscribes_tells_the_server_once_unsubscribes_and_subscribes_anew(
    harbour: Harbour,
) -> None:
    page = harbour.chromium.context.new_page()
    harbour.chromium.permissions.answer_prompt(page, "granted")
    page.goto(harbour.site.url)
    harbour.wait_for_state(page, "default")
    assert page.evaluate("Notification.permission") == "default"
    assert page.evaluate("pwagen.push.state()") == "default"
    page.get_by_text("Get alerts").first.wait_for()
    page.get_by_text("Alerts are on").wait_for(state="hidden")
    page.get_by_text("Alerts are blocked").wait_for(state="hidden")

    page.evaluate("document.cookie = 'session=1'")
    first = harbour.subscribe(page)
    (posted,) = harbour.subscription_requests("POST")
    assert posted.headers["cookie"] == "session=1"
    record = harbour.push_service.subscription(first["endpoint"])
    assert record.application_server_key == harbour.key_pair.public_key
    assert set(first["keys"]) == {"p256dh", "auth"}
    page.get_by_text("Alerts are on").wait_for()

    page.reload()
    harbour.wait_for_state(page, "subscribed")
    again = page.evaluate("pwagen.push.subscribe().then((subscription) => subscription.toJSON())")
    assert again["endpoint"] == first["endpoint"]
    told = [request.json()["subscription"]["endpoint"] for request in harbour.subscription_requests("POST")]
    assert told == [first["endpoint"]] * 2  # by the bell and by the call, not by the reload

    page.locator("header [data-pwagen=push]").click()
    harbour.wait_for_state(page, "granted")
    deleted = harbour.site.wait_for_request(SUBSCRIPTIONS, "DELETE")
    assert deleted.json() == {"endpoint": first["endpoint"], "auth": first["keys"]["auth"]}
    assert harbour.chromium.subscription(page) is None
    harbour.site.clear()
    second = harbour.subscribe(page)
    assert second["endpoint"] != first["endpoint"]


def test_a_refusal_and_a_failure_of_the_push_service_are_said_and_the_servers_token_arrives_without_cookies(
    harbour: Harbour,
) -> None:
    endpoint = f"endpoint: {SUBSCRIPTIONS}"
    csrf = "{cookie: csrftoken, header: X-Token}"
    harbour.rebuild(endpoint, f"{endpoint}\n  credentials: omit\n  csrf: {csrf}")
    page = harbour.chromium.context.new_page()
    harbour.chromium.permissions.answer_prompt(page, "denied")
    page.goto(harbour.site.url)
    harbour.wait_for_state(page, "default")
    bell = page.locator("header [data-pwagen=push]")
    bell.click()
    harbour.wait_for_state(page, "denied")
    page.get_by_text("Alerts are blocked").wait_for()
    bell.wait_for(state="hidden")

    harbour.chromium.set_permission(harbour.site.origin, "notifications", "granted")
    harbour.wait_for_state(page, "granted")
    harbour.push_service.fail_registrations("INVALID_SENDER", times=5)
    message = page.locator("[data-pwagen=message]")
    refusal = message.inner_text()
    bell.click()
    harbour.chromium.poll(lambda: message.inner_text() not in ("", refusal), what="words for the failure")
    assert "AbortError" not in message.inner_text()
    assert harbour.subscription_requests("POST") == []

    harbour.push_service.reset()
    page.evaluate("document.cookie = 'csrftoken=a%20b'")
    harbour.subscribe(page)
    (posted,) = harbour.subscription_requests("POST")
    assert posted.headers["x-token"] == "a b"
    assert "cookie" not in posted.headers
    harbour.chromium.reset()


SYNC_TAGS = "pwagen.ready.then((registration) => registration.sync.getTags()).then((tags) => tags.join())"


def test_the_server_is_told_again_when_it_was_down_of_a_subscription_change_by_background_sync(
    harbour: Harbour,
) -> None:
    page = harbour.open()
    harbour.site.answers.status[SUBSCRIPTIONS] = 503
    page.locator("header [data-pwagen=push]").click()
    harbour.site.wait_for_request(SUBSCRIPTIONS, "POST")
    del harbour.site.answers.status[SUBSCRIPTIONS]
    told = harbour.site.wait_for_request(
        SUBSCRIPTIONS, "POST", matching=lambda request: request.status == 204
    )
    assert harbour.subscription_requests("POST")[0].status == 503
    harbour.wait_for_state(page, "subscribed")
    old = harbour.chromium.subscription(page)
    assert old
    assert told.json()["subscription"]["endpoint"] == old["endpoint"]

    harbour.site.answers.status[SUBSCRIPTIONS] = 503
    harbour.end_subscription(old)
    tried = harbour.site.wait_for_request(SUBSCRIPTIONS, "PUT").json()
    # The worker would try again by itself, but browsers stop workers. Without a window Chromium takes
    # no sync; the next visit asks for one, the server being down still.
    harbour.chromium.workers.stop(harbour.site.url)
    harbour.site.clear()
    page = harbour.open()
    # The page tries three times, with seconds between.
    with quick_clock(page, 20):
        harbour.until(page, SYNC_TAGS + ".then((tags) => tags === 'pwagen:subscription')")
    harbour.chromium.close_pages()
    del harbour.site.answers.status[SUBSCRIPTIONS]
    harbour.chromium.workers.dispatch_sync(harbour.site.url, "pwagen:subscription")
    told = harbour.site.wait_for_request(SUBSCRIPTIONS, "PUT", matching=lambda request: request.status == 204)
    assert told.json()["old"]["endpoint"] == old["endpoint"]
    assert told.json()["new"]["endpoint"] == tried["new"]["endpoint"]
    harbour.chromium.reset()
