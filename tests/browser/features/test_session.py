"""Whose browser it is: told with the subscription, told again when it changes, forgotten with the session."""

from __future__ import annotations

import pytest

from pwagen.testing.site_server.site_server import SeenRequest
from tests.browser.features.conftest import SUBSCRIPTIONS, Harbour
from tests.browser.features.visits import Visitor
from tests.browser.quick_clock import quick_clock

pytestmark = pytest.mark.browser


# What a visit has to put right waits for the same lock, and was first.
HEALED = "pwagen.ready.then(() => navigator.locks.request('pwagen-push', () => true))"
# Longer than the worker's answers to other questions are waited for.
SLOW_HOOK = """self.pwagen.on("sign-out", () => new Promise((resolve) => {
  setTimeout(() => { self.hookDone = true; resolve(); }, self.hookDone ? 0 : 1400);
}))"""
BROKEN_DATABASE = """() => {
  IDBFactory.prototype.deleteDatabase = () => { throw new Error("broken"); };
}"""


def users(harbour: Harbour, method: str = "POST") -> list[str | None]:
    """Return whose the server was told that the subscription is, each time."""
    return [request.json().get("user") for request in harbour.subscription_requests(method)]


def test_another_user_is_told_at_once_and_the_same_one_not_again_until_signing_out_forgets_the_user(
    harbour: Harbour,
) -> None:
    visitor = Visitor(harbour)
    harbour.chromium.set_permission(harbour.site.origin, "notifications", "granted")
    page = visitor.visit("")
    page.evaluate("pwagen.identify(7)")
    assert visitor.stored("user") == "7"
    names = page.evaluate(
        "Promise.all(['', null, NaN].map((key) => pwagen.identify(key).catch(({ name }) => name)))"
    )
    assert names == ["UnknownError"] * 3
    subscription = harbour.subscribe(page)
    for user in ("ada", "ada", "bob"):
        page.evaluate("(user) => pwagen.identify(user)", user)
    assert users(harbour) == ["7", "ada", "bob"]
    posted = harbour.subscription_requests("POST")
    assert {request.json()["subscription"]["endpoint"] for request in posted} == {subscription["endpoint"]}
    page.reload()
    page.evaluate(HEALED)
    page.evaluate("pwagen.identify('bob')")
    assert len(users(harbour)) == 3

    # It is done when the worker is, and fails when that does.
    harbour.chromium.workers.evaluate(harbour.site.url, SLOW_HOOK)
    # Other answers are given up after 5 seconds, that of signing out after 30: here after 1 and 6.
    with quick_clock(page, 5):
        page.evaluate("pwagen.signOut()")
    assert harbour.chromium.workers.evaluate(harbour.site.url, "self.hookDone")
    harbour.site.wait_for_request(SUBSCRIPTIONS, "DELETE")
    assert visitor.stored("user") is None
    harbour.site.clear()
    harbour.wait_for_state(page, "granted")
    harbour.subscribe(page)
    assert users(harbour) == [None]
    harbour.chromium.workers.evaluate(harbour.site.url, BROKEN_DATABASE)
    assert page.evaluate("pwagen.signOut().catch(({ name }) => name)") == "TimeoutError"
    harbour.chromium.reset()


def test_a_server_that_was_down_is_told_on_a_later_visit_and_by_the_worker_when_no_tab_is_open(
    harbour: Harbour,
) -> None:
    visitor = Visitor(harbour)
    harbour.chromium.set_permission(harbour.site.origin, "notifications", "granted")
    page = visitor.visit("")
    old = harbour.subscribe(page)
    harbour.site.answers.status[SUBSCRIPTIONS] = 503
    # The page tries three times, with seconds between.
    with quick_clock(page, 20):
        assert page.evaluate("pwagen.identify('ada').catch(({ name }) => name)") == "NetworkError"
    assert users(harbour)[-3:] == ["ada"] * 3
    harbour.site.clear()
    page.evaluate("pwagen.identify('ada')")
    assert users(harbour) == [], "every page says so, and a broken server isn't asked by each"
    del harbour.site.answers.status[SUBSCRIPTIONS]
    visitor.visit("")
    # By this visit, or by the worker's background sync before it.
    harbour.site.wait_for_request(
        SUBSCRIPTIONS, matching=lambda seen: seen.status < 300 and seen.json().get("user") == "ada"
    )

    harbour.end_subscription(old)
    told = harbour.site.wait_for_request(SUBSCRIPTIONS, "PUT", matching=replaces_another).json()
    assert told["old"]["endpoint"] == old["endpoint"]
    assert told["new"]["endpoint"] != old["endpoint"]
    assert told["user"] == "ada"
    harbour.chromium.reset()


def replaces_another(request: SeenRequest) -> bool:
    """Tell a change from an end, and from what the worker makes up for."""
    return bool(request.json()["old"] and request.json()["new"])


def test_signing_out_forgets_the_user_without_a_worker_too(harbour: Harbour) -> None:
    harbour.site.answers.status["sw.js"] = 404
    visitor = Visitor(harbour)
    page = visitor.visit("")
    page.evaluate("pwagen.identify('ada')")
    assert visitor.stored("user") == "ada"
    page.evaluate("pwagen.signOut()")
    assert visitor.stored("user") is None
    harbour.chromium.reset()
