"""Permission, subscription, and what the site's server hears of it."""

from __future__ import annotations

import pytest

from tests.browser.features.conftest import SUBSCRIPTIONS, Harbour

pytestmark = pytest.mark.browser


def test_nothing_is_asked_before_a_gesture(harbour: Harbour) -> None:
    page = harbour.open(permission=None)
    harbour.wait_for_state(page, "default")
    assert page.evaluate("Notification.permission") == "default"
    assert page.evaluate("pwagen.push.state()") == "default"
    page.get_by_text("Get alerts").first.wait_for()
    page.get_by_text("Alerts are on").wait_for(state="hidden")
    page.get_by_text("Alerts are blocked").wait_for(state="hidden")


def test_a_click_on_the_bell_asks_subscribes_and_tells_the_server(harbour: Harbour) -> None:
    page = harbour.chromium.context.new_page()
    harbour.chromium.permissions.answer_prompt(page, "granted")
    page.goto(harbour.site.url)
    harbour.wait_for_state(page, "default")
    subscription = harbour.subscribe(page)
    record = harbour.push_service.subscription(subscription["endpoint"])
    assert record.application_server_key == harbour.key_pair.public_key
    assert set(subscription["keys"]) == {"p256dh", "auth"}
    page.get_by_text("Alerts are on").wait_for()


@pytest.mark.parametrize(("credentials", "has_cookie"), [("same-origin", True), ("omit", False)])
def test_the_servers_token_arrives(harbour: Harbour, credentials: str, has_cookie: bool) -> None:
    endpoint = f"endpoint: {SUBSCRIPTIONS}"
    csrf = "{cookie: csrftoken, header: X-Token}"
    harbour.rebuild(endpoint, f"{endpoint}\n  credentials: {credentials}\n  csrf: {csrf}")
    page = harbour.open()
    page.evaluate("document.cookie = 'csrftoken=a%20b'")
    harbour.subscribe(page)
    (posted,) = harbour.subscription_requests("POST")
    assert posted.headers["x-token"] == "a b"
    assert ("cookie" in posted.headers) == has_cookie


def test_a_refusal_is_shown_and_nothing_is_sent(harbour: Harbour) -> None:
    page = harbour.chromium.context.new_page()
    harbour.chromium.permissions.answer_prompt(page, "denied")
    page.goto(harbour.site.url)
    harbour.wait_for_state(page, "default")
    page.locator("header [data-pwagen=push]").click()
    harbour.wait_for_state(page, "denied")
    page.get_by_text("Alerts are blocked").wait_for()
    page.locator("header [data-pwagen=push]").wait_for(state="hidden")
    assert harbour.subscription_requests("POST") == []


def test_a_permission_that_changes_elsewhere_is_read_again(harbour: Harbour) -> None:
    page = harbour.open(permission="denied")
    harbour.wait_for_state(page, "denied")
    harbour.chromium.set_permission(harbour.site.origin, "notifications", "granted")
    harbour.wait_for_state(page, "granted")


def test_a_subscription_is_reused_after_a_reload_and_posted_once(harbour: Harbour) -> None:
    page = harbour.open()
    first = harbour.subscribe(page)
    page.reload()
    harbour.wait_for_state(page, "subscribed")
    again = page.evaluate("pwagen.push.subscribe().then((subscription) => subscription.toJSON())")
    assert again["endpoint"] == first["endpoint"]
    endpoints = {
        request.json()["subscription"]["endpoint"] for request in harbour.subscription_requests("POST")
    }
    assert endpoints == {first["endpoint"]}


def test_a_second_click_unsubscribes_and_a_third_subscribes_anew(harbour: Harbour) -> None:
    page = harbour.open()
    first = harbour.subscribe(page)
    bell = page.locator("header [data-pwagen=push]")
    bell.click()
    harbour.wait_for_state(page, "granted")
    deleted = harbour.site.wait_for_request(SUBSCRIPTIONS, "DELETE")
    assert deleted.json() == {"endpoint": first["endpoint"], "auth": first["keys"]["auth"]}
    assert harbour.chromium.subscription(page) is None
    harbour.site.clear()
    second = harbour.subscribe(page)
    assert second["endpoint"] != first["endpoint"]


def test_the_server_is_told_again_when_it_was_down(harbour: Harbour) -> None:
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
    current = harbour.chromium.subscription(page)
    assert current
    assert told.json()["subscription"]["endpoint"] == current["endpoint"]
    harbour.chromium.reset()


def test_a_failure_of_the_push_service_has_words_for_the_user(harbour: Harbour) -> None:
    page = harbour.open()
    harbour.push_service.fail_registrations("INVALID_SENDER", times=5)
    page.locator("header [data-pwagen=push]").click()
    message = page.locator("[data-pwagen=message]")
    message.filter(has_text=" ").wait_for()
    assert "AbortError" not in message.inner_text()
    assert harbour.subscription_requests("POST") == []
    harbour.chromium.reset()


SYNC_TAGS = "pwagen.ready.then((registration) => registration.sync.getTags()).then((tags) => tags.join())"


def test_a_subscription_change_is_retried_by_background_sync(harbour: Harbour) -> None:
    old = harbour.subscribe(harbour.open())
    harbour.site.answers.status[SUBSCRIPTIONS] = 503
    harbour.end_subscription(old)
    tried = harbour.site.wait_for_request(SUBSCRIPTIONS, "PUT").json()
    # The worker would try again by itself, but browsers stop workers. Without a window Chromium takes
    # no sync; the next visit asks for one, the server being down still.
    harbour.chromium.workers.stop(harbour.site.url)
    harbour.site.clear()
    page = harbour.open()
    harbour.until(page, SYNC_TAGS + ".then((tags) => tags === 'pwagen:subscription')")
    harbour.chromium.close_pages()
    del harbour.site.answers.status[SUBSCRIPTIONS]
    harbour.chromium.workers.dispatch_sync(harbour.site.url, "pwagen:subscription")
    told = harbour.site.wait_for_request(SUBSCRIPTIONS, "PUT", matching=lambda request: request.status == 204)
    assert told.json()["old"]["endpoint"] == old["endpoint"]
    assert told.json()["new"]["endpoint"] == tried["new"]["endpoint"]
    harbour.chromium.reset()
