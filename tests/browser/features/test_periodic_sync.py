"""Periodic sync: registered where the browser allows it, refreshed on opening where it doesn't."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.browser.features.conftest import EVERYTHING_STORED, Harbour

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

TAG = "get-daily-news"
TIDES = (
    "  - {tag: tides, min_interval: 1h, urls: [tides.json, tides/],"
    ' badge: new, notify: {title: "High water at {next.time}", body: "{next.height} m"}}\n'
)
PAGES = "  - {tag: pages, min_interval: 1h, urls: [news.html]}\n"
REGISTERED = "pwagen.ready.then(async (registration) => (await registration.periodicSync.getTags()).join())"

NEXT_SYNC = """() => {
  window.synced = null;
  pwagen.addEventListener("sync", ({ detail }) => { window.synced = detail; }, { once: true });
}"""
# What the user's own switch does; the protocol can only do it to pages.
SAVE_DATA = """(saveData) =>
  Object.defineProperty(NetworkInformation.prototype, "saveData", {
    get: () => saveData,
    configurable: true,
  })"""
ASK_WORKER = """(message) => new Promise((resolve) => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = ({ data }) => resolve(data);
  navigator.serviceWorker.controller.postMessage(message, [port2]);
})"""
NOT_REFRESHED = """new Promise((resolve) => {
  const opening = indexedDB.open("pwagen:/", 1);
  opening.onsuccess = () => {
    const values = opening.result.transaction("values").objectStore("values");
    const reading = values.get("refreshed:get-daily-news");
    reading.onsuccess = () => resolve(reading.result === 0);
    opening.result.close();
  };
})"""
NOTE_INTERVALS = """() => {
  window.intervals = [];
  const { register } = PeriodicSyncManager.prototype;
  PeriodicSyncManager.prototype.register = function (tag, { minInterval }) {
    intervals.push([tag, minInterval]);
    return register.call(this, tag, { minInterval });
  };
}"""
LOW_BATTERY = """Object.defineProperties(BatteryManager.prototype, {
  charging: { get: () => false },
  level: { get() { window.batteryAsked = true; return 0.1; } },
})"""


@pytest.fixture
def page(harbour: Harbour) -> Page:
    harbour.chromium.set_permission(harbour.site.origin, "periodic-background-sync", "granted")
    return harbour.open("about.html")


def set_feed(harbour: Harbour, **feed: object) -> None:
    harbour.site.answers.content["feed.json"] = json.dumps(feed)


def fail_refresh(harbour: Harbour, reason: str) -> None:
    harbour.chromium.workers.dispatch_periodic_sync(harbour.site.url, TAG)
    harbour.chromium.poll(lambda: reason in repr(harbour.chromium.problems), what=reason)


def refresh(harbour: Harbour, page: Page, tag: str = TAG) -> dict[str, object]:
    """Let the browser's time for a tag have come, and return what its refresh tells the page."""
    page.evaluate(NEXT_SYNC)
    harbour.chromium.workers.dispatch_periodic_sync(harbour.site.url, tag)
    told: dict[str, object] = harbour.until(page, "window.synced")
    return told


def wait_for_count(harbour: Harbour, page: Page, count: int) -> None:
    harbour.until(page, f"pwagen.badge.get().then((shown) => shown === {count})")


def test_an_installed_app_registers_and_a_refresh_notifies_counts_works_offline_and_spares_data_and_privacy(
    harbour: Harbour, page: Page
) -> None:
    app = harbour.chromium.install(page)
    assert harbour.until(page, REGISTERED) == TAG
    page.evaluate(NOTE_INTERVALS)
    # An installation over the DevTools protocol doesn't tell the page.
    page.evaluate("void dispatchEvent(new Event('appinstalled'))")
    harbour.until(page, "window.intervals.length")
    assert page.evaluate("window.intervals") == [[TAG, 24 * 3600 * 1000]]

    harbour.site.clear()
    harbour.chromium.workers.evaluate(harbour.site.url, SAVE_DATA, True)
    harbour.chromium.workers.dispatch_periodic_sync(harbour.site.url, TAG)
    assert page.evaluate(ASK_WORKER, {"pwagen": "refresh", "tag": TAG}) == {"refreshed": False}
    assert harbour.site.requests_for("feed.json") == []
    harbour.chromium.workers.evaluate(harbour.site.url, SAVE_DATA, False)
    assert refresh(harbour, page)["changed"]
    assert len(harbour.site.requests_for("feed.json")) == 1

    validators = {
        "if-none-match": {"ETag": '"one"'},
        "if-modified-since": {"Last-Modified": "Mon, 05 Jan 2026 07:00:00 GMT"},
    }
    for unread, (condition, validator) in enumerate(validators.items(), start=5):
        set_feed(harbour, unread=unread, count=unread)
        harbour.site.answers.path_headers["feed.json"] = validator
        assert refresh(harbour, page)["changed"]
        app.wait_for_badge(unread)
        assert harbour.shown(f"{unread} new stories").source
        page.evaluate("pwagen.badge.clear()")
        app.wait_for_badge(0)
        harbour.desktop.clear()
        harbour.site.clear()
        harbour.chromium.cdp.send("Network.clearBrowserCache")  # What is stored offline lasts longer.
        assert refresh(harbour, page) == {"tag": TAG, "changed": False}
        (request,) = harbour.site.requests_for("feed.json")
        assert (request.status, request.headers[condition]) == (304, next(iter(validator.values())))
        assert app.badge == 0
        assert harbour.desktop.notifications == []

    harbour.site.answers.path_headers["feed.json"] = {"Cache-Control": "private, no-store"}
    set_feed(harbour, unread=7, count=2, letters=["very private words"])
    assert refresh(harbour, page)["changed"]
    app.wait_for_badge(7)
    assert "private words" not in page.evaluate(EVERYTHING_STORED)
    assert refresh(harbour, page) == {"tag": TAG, "changed": False}

    # Without a page.
    page.goto("about:blank")
    del harbour.site.answers.path_headers["feed.json"]
    set_feed(harbour, unread=5, count=2)
    harbour.chromium.workers.dispatch_periodic_sync(harbour.site.url, TAG)
    app.wait_for_badge(5)
    set_feed(harbour, unread=6, count=9)
    harbour.chromium.workers.dispatch_periodic_sync(harbour.site.url, TAG)
    assert harbour.shown("9 new stories").source
    app.wait_for_badge(6)

    # A feed that fails or is broken breaks nothing.
    answers = harbour.site.answers
    answers.content["feed.json"] = "{broken"
    fail_refresh(harbour, "JSON")
    answers.status["feed.json"] = 500
    fail_refresh(harbour, "status 500")
    assert app.badge == 6
    del answers.status["feed.json"]

    set_feed(harbour, unread=11, count=1)
    harbour.chromium.workers.dispatch_periodic_sync(harbour.site.url, TAG)
    app.wait_for_badge(11)
    harbour.chromium.set_offline(True)
    page.goto(harbour.site.url + "about.html")
    assert page.evaluate("fetch('feed.json').then((answer) => answer.json())")["unread"] == 11
    harbour.chromium.set_offline(False)
    page.evaluate("pwagen.signOut()")
    app.wait_for_badge(0)
    app.uninstall()
    harbour.chromium.reset()


def test_signing_out_ends_a_refresh_under_way_and_the_first_one_afterwards_is_no_news(
    harbour: Harbour, page: Page
) -> None:
    harbour.until(page, REGISTERED)
    set_feed(harbour, unread=5, count=2)
    refresh(harbour, page)
    wait_for_count(harbour, page, 5)
    harbour.shown("2 new stories")
    page.evaluate("pwagen.signOut()")
    harbour.desktop.clear()
    harbour.chromium.workers.stop(harbour.site.url)
    assert refresh(harbour, page)["changed"]
    assert page.evaluate("pwagen.badge.get()") == 0
    assert harbour.desktop.notifications == []
    set_feed(harbour, unread=6, count=1)
    refresh(harbour, page)
    wait_for_count(harbour, page, 6)
    harbour.shown("1 new stories")

    set_feed(harbour, unread=7, count=3, letters=["very private words"])
    harbour.site.clear()
    harbour.site.answers.held.add("feed.json")
    harbour.chromium.workers.dispatch_periodic_sync(harbour.site.url, TAG)
    harbour.chromium.poll(lambda: "feed.json" in harbour.site.waiting, what="the refresh to begin")
    page.evaluate("pwagen.signOut()")
    harbour.desktop.clear()
    page.evaluate(NEXT_SYNC)
    harbour.site.answers.held.clear()
    harbour.site.wait_for_request("feed.json")
    # The next one comes after all that the first may have done.
    set_feed(harbour, unread=5, count=2)
    page.evaluate(ASK_WORKER, {"pwagen": "refresh", "tag": TAG})
    harbour.until(page, "window.synced")
    assert page.evaluate("pwagen.badge.get()") == 0
    assert harbour.desktop.notifications == []
    assert "private words" not in page.evaluate(EVERYTHING_STORED)


@pytest.fixture
def tides_and_pages(harbour: Harbour) -> None:
    """Have two more tags."""
    stories = 'notify: {title: "{count} new stories"'
    harbour.edit(f"{stories}}}", f"{stories}, tag: stories}}")
    harbour.edit("clear_on: [open, click]", "clear_on: [click]")
    harbour.rebuild("\nperiodic_sync:\n", f"\nperiodic_sync:\n{TIDES}{PAGES}")


@pytest.mark.usefixtures("tides_and_pages")
def test_tags_are_refreshed_counted_and_cleared_apart_and_may_refresh_pages_alone(
    harbour: Harbour, page: Page
) -> None:
    tags = f"{REGISTERED}.then((tags) => tags.split(',').sort().join())"
    harbour.until(page, f"{tags}.then((tags) => tags === '{TAG},pages,tides')")

    set_feed(harbour, unread=5, count=1)
    harbour.site.answers.content["tides.json"] = json.dumps(
        {"new": 2, "next": {"time": "09:08", "height": 5.1}}
    )
    refresh(harbour, page)
    refresh(harbour, page, "tides")
    wait_for_count(harbour, page, 7)
    assert harbour.shown("High water at 09:08").body == "5.1 m"
    harbour.site.answers.status["feed.json"] = 500
    harbour.site.answers.content["tides.json"] = json.dumps(
        {"new": 1, "next": {"time": "21:29", "height": 5}}
    )
    harbour.chromium.workers.dispatch_periodic_sync(harbour.site.url, TAG)
    refresh(harbour, page, "tides")
    wait_for_count(harbour, page, 6)

    harbour.site.answers.content["news.html"] = "<h1>This morning's news</h1>"
    assert refresh(harbour, page, "pages") == {"tag": "pages", "changed": True}
    assert refresh(harbour, page, "pages") == {"tag": "pages", "changed": False}
    harbour.chromium.set_offline(True)
    page.goto(harbour.site.url + "news.html")
    assert page.locator("h1").inner_text() == "This morning's news"
    harbour.chromium.set_offline(False)
    page.goto(harbour.site.url + "about.html")

    harbour.rebuild(TIDES, "")
    harbour.update(page)
    harbour.until(page, f"{tags}.then((tags) => tags === '{TAG},pages')")
    page.evaluate("pwagen.badge.add(2, 'chat')")
    wait_for_count(harbour, page, 8)
    with page.expect_navigation():
        harbour.desktop.click(harbour.shown("1 new stories"))
    wait_for_count(harbour, page, 3)
    harbour.chromium.reset()


def test_without_permission_it_is_refreshed_on_opening_unless_the_battery_is_low_and_retried(
    harbour: Harbour,
) -> None:
    harbour.chromium.set_permission(harbour.site.origin, "periodic-background-sync", "denied")
    harbour.site.answers.status["feed.json"] = 500  # so that each page that may ask does
    page = harbour.open("about.html")
    harbour.site.wait_for_request("feed.json")
    harbour.until(page, NOT_REFRESHED)
    harbour.site.clear()
    other = harbour.chromium.new_page()
    other.add_init_script(LOW_BATTERY)
    other.goto(harbour.site.url + "about.html")
    harbour.until(other, "window.batteryAsked && pwagen.ready.then(() => pwagen.version())")
    assert harbour.site.requests_for("feed.json") == []
    del harbour.site.answers.status["feed.json"]
    page.reload()
    harbour.site.wait_for_request("feed.json", matching=lambda seen: seen.status == 200)
    harbour.chromium.reset()
