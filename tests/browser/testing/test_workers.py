"""Service workers: their life, their events, offline, and what goes wrong in them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from pwagen.testing.chromium.chromium import Chromium
from pwagen.testing.chromium.workers import WorkerMissingError
from pwagen.testing.desktop import Desktop
from pwagen.testing.push_service import PushService
from pwagen.testing.site_server.site_server import SiteServer
from pwagen.testing.time_limit import BrowserTimeoutError
from tests.browser.conftest import SITE, Subscriber, reported

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

FETCH = "fetch('page.js?' + Math.random(), { cache: 'no-store' }).then(r => r.status, e => 'failed')"


def test_offline_holds_for_pages_workers_and_workers_started_later_while_pushes_arrive(
    chromium: Chromium, push_service: PushService, desktop: Desktop, subscriber: Subscriber, site: SiteServer
) -> None:
    home = subscriber.page
    assert chromium.workers.evaluate(site.url, FETCH) == 200
    chromium.set_offline(True)
    assert home.evaluate("fetch('events').then(r => r.status, e => 'failed')") == "failed"
    assert chromium.workers.evaluate(site.url, FETCH) == "failed"
    chromium.workers.stop(site.url)
    assert chromium.workers.evaluate(site.url, FETCH) == "failed"

    home.goto(site.url + "deep/")
    assert home.title() == "Deep"
    push_service.deliver(subscriber.subscription, {"title": "Still here"})
    desktop.wait_for_notification("Still here")

    chromium.set_offline(False)
    assert chromium.workers.evaluate(site.url, FETCH) == 200


def test_a_new_worker_waits_until_it_is_let_in_and_is_missing_by_name_once_it_is_unregistered(
    chromium: Chromium, home: Page, site: SiteServer
) -> None:
    site.answers.content["sw.js"] = (SITE / "sw.js").read_text().replace('VERSION = "1"', 'VERSION = "2"')
    chromium.workers.update(site.url)
    chromium.workers.wait_for_status(site.url, "installed")
    assert chromium.workers.evaluate(site.url, "VERSION") == "1"

    chromium.workers.skip_waiting(site.url)
    chromium.poll(lambda: len(chromium.workers.versions(site.url)) == 1)
    assert chromium.workers.evaluate(site.url, "VERSION") == "2"

    chromium.workers.unregister(site.url)
    with pytest.raises(WorkerMissingError, match=f"no service worker controls {site.url}"):
        chromium.workers.scope(site.url, timeout=0)


def test_sync_and_periodic_sync_reach_the_worker_and_the_browsers_own_log_tells_what_a_push_did(
    chromium: Chromium, push_service: PushService, subscriber: Subscriber, site: SiteServer
) -> None:
    chromium.set_permission(site.origin, "periodic-background-sync", "granted")
    chromium.workers.dispatch_periodic_sync(site.url, "news")
    assert reported(site, "periodicsync")["tag"] == "news"
    chromium.workers.dispatch_sync(site.url, "outbox")
    assert reported(site, "sync")["tag"] == "outbox"

    chromium.background_events.record("pushMessaging", "notifications")
    push_service.deliver(subscriber.subscription, {"title": "Logged"})
    seen = chromium.background_events.seen
    chromium.poll(lambda: any(event.name == "Push event completed" for event in seen))

    assert {event.origin for event in seen} == {site.origin}
    shown = next(event for event in seen if event.name == "Notification displayed")
    assert shown.details["Title"] == "Logged"


def test_errors_of_pages_and_workers_are_collected(
    chromium: Chromium, push_service: PushService, subscriber: Subscriber, site: SiteServer
) -> None:
    assert list(chromium.problems) == []
    push_service.deliver(subscriber.subscription, {"throw": "worker broke"})
    subscriber.page.bring_to_front()  # timers of hidden pages may wait
    subscriber.page.evaluate("console.error('page moans')")
    chromium.workers.evaluate(site.url, "console.error('worker moans')")
    kinds = {"worker exception", "page exception", "console error", "worker console error"}

    def all_kinds_seen() -> bool:
        if not chromium.problems.of("page exception"):
            subscriber.page.evaluate("setTimeout(() => { throw new Error('page broke') })")
        return kinds <= {problem.kind for problem in chromium.problems}

    with suppress(BrowserTimeoutError):
        chromium.poll(all_kinds_seen)

    assert kinds <= {problem.kind for problem in chromium.problems}, chromium.problems
    assert any("worker broke" in problem.text for problem in chromium.problems.of("worker exception"))
    assert {problem.url for problem in chromium.problems.of("worker exception")} == {site.url + "sw.js"}
    assert all("page broke" in problem.text for problem in chromium.problems.of("page exception"))
    assert "page moans" in [problem.text for problem in chromium.problems.of("console error")]
    assert "worker moans" in [problem.text for problem in chromium.problems.of("worker console error")]


@pytest.fixture
def seen_at_the_end(chromium: Chromium) -> Iterator[None]:
    """Look at the problems when the test is over."""
    yield
    assert [problem.text for problem in chromium.problems] == ["page moans"]
    assert chromium.windows == []


def test_a_fixture_that_ends_still_sees_what_went_wrong(seen_at_the_end: None, home: Page) -> None:
    home.evaluate("console.error('page moans')")


def test_the_next_test_does_not(chromium: Chromium) -> None:
    assert list(chromium.problems) == []
