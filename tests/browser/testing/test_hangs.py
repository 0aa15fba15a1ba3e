"""A tab, a worker or a browser that hangs, crashes or is killed: nothing waits for it for ever."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pwagen.errors import PwagenError
from pwagen.testing import time_limit
from pwagen.testing.chromium.chromium import Chromium
from pwagen.testing.desktop import Desktop
from pwagen.testing.push_service import PushService
from pwagen.testing.site_server.site_server import SiteServer
from pwagen.testing.time_limit import BrowserTimeoutError
from tests.browser.conftest import SITE

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

FETCH = "fetch('page.js?' + Math.random(), { cache: 'no-store' }).then(r => r.status, e => 'failed')"
PUBLIC_KEY = "BOn9gPczk_q0oXsRDd3Ge4Oe8ZFhRBfGbqqzbVBYcA5DMqyfrMRfaoPjGwOkCDeGxm3y9iVYcTRZRQQ0qKpK1xY"


@pytest.fixture
def own_chromium(chromium: Chromium, push_service: PushService, desktop: Desktop) -> Iterator[Chromium]:
    """Start a browser for a test that ends it."""
    with Chromium(push_service, desktop, playwright=chromium.playwright) as own:
        yield own


@contextmanager
def call_seconds(seconds: float) -> Iterator[None]:
    """Wait for one call no longer in the block: what tidies up after the test needs its time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(time_limit, "CALL_SECONDS", seconds)
        yield


def renderers(chromium: Chromium) -> dict[int, float]:
    """Return the processes that pages and workers run in, and the seconds that each has computed."""
    with chromium.new_browser_session() as session:
        processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
    return {process["id"]: process["cpuTime"] for process in processes if process["type"] == "renderer"}


def process_of(page: Page, chromium: Chromium) -> int:
    """Return the id of the process that computes when the page does."""
    before = renderers(chromium)
    page.evaluate("() => { for (const end = performance.now() + 250; performance.now() < end;); }")
    after = renderers(chromium)
    return max(after, key=lambda process: after[process] - before.get(process, after[process]))


def is_alive(process_id: int) -> bool:
    """Tell whether the process runs, or is stopped."""
    try:
        return Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


# --- workers that are stopped ---


def test_offline_reaches_a_stopped_worker(chromium: Chromium, home: Page, site: SiteServer) -> None:
    chromium.workers.stop(site.url)
    chromium.set_offline(True)
    assert [version.running for version in chromium.workers.versions(site.url)] == ["stopped"]
    assert chromium.workers.evaluate(site.url, FETCH) == "failed"
    chromium.workers.stop(site.url)
    chromium.set_offline(False)
    assert chromium.workers.evaluate(site.url, FETCH) == 200


def test_offline_reaches_a_version_that_waits_behind_a_stopped_one(
    chromium: Chromium, home: Page, site: SiteServer
) -> None:
    site.answers.content["sw.js"] = (SITE / "sw.js").read_text().replace('VERSION = "1"', 'VERSION = "2"')
    chromium.workers.update(site.url)
    chromium.workers.wait_for_status(site.url, "installed")
    chromium.workers.stop(site.url)
    chromium.set_offline(True)
    chromium.workers.skip_waiting(site.url)
    chromium.poll(lambda: len(chromium.workers.versions(site.url)) == 1)
    assert chromium.workers.evaluate(site.url, "VERSION") == "2"
    assert chromium.workers.evaluate(site.url, FETCH) == "failed"


# --- tabs that crash, hang, or lose their process ---


def kill(page: Page, process: int) -> None:
    os.kill(process, signal.SIGKILL)


def freeze(page: Page, process: int) -> None:
    os.kill(process, signal.SIGSTOP)


def loop(page: Page, process: int) -> None:
    page.evaluate("void setTimeout(() => { for (;;); })")


def test_after_tabs_that_are_lost_other_sites_work_and_a_killed_browser_is_not_waited_for_by_any_call(
    own_chromium: Chromium, serve_site: Callable[..., SiteServer]
) -> None:
    from playwright.sync_api import Error

    def open_another_site() -> Page:
        page = own_chromium.open(serve_site(SITE).url, wait_for_worker=True)
        assert page.title() == "Harbour"
        return page

    # What is frozen comes first: a worker that was lost before might be started again in its process.
    for harm in (freeze, kill, loop):
        page = open_another_site()
        process = process_of(page, own_chromium)
        try:
            with call_seconds(5):
                harm(page, process)
                with suppress(BrowserTimeoutError):  # a worker that is frozen with its page
                    own_chromium.reset()
                own_chromium.reset()
        finally:
            if is_alive(process):
                os.kill(process, signal.SIGCONT)
        assert own_chromium.windows == [], harm

    page = open_another_site()
    os.kill(own_chromium.process_id, signal.SIGKILL)
    for name, call in CALLS.items():
        begin = time.monotonic()
        with pytest.raises((Error, PwagenError)) as closed:
            call(own_chromium, page)
        assert "closed" in str(closed.value), name
        assert time.monotonic() - begin < 5, name


def test_a_crashed_tab_is_named_and_can_be_closed_and_other_sites_work(
    chromium: Chromium, home: Page, serve_site: Callable[..., SiteServer]
) -> None:
    from playwright.sync_api import Error

    with pytest.raises(Error):
        home.goto("chrome://crash")
    with pytest.raises(Error, match="Target crashed"):
        chromium.set_offline(True)
    chromium.close_pages()
    chromium.set_offline(True)
    assert chromium.new_page().evaluate("navigator.onLine") is False
    chromium.reset()
    assert chromium.open(serve_site(SITE).url, wait_for_worker=True).title() == "Harbour"


def test_a_tab_that_hangs_is_named_by_what_was_waited_for_and_closed_after_a_second_for_each_later_call(
    chromium: Chromium, home: Page, site: SiteServer
) -> None:
    # An answer that doesn't come: the page hangs as in a loop, and computes nothing.
    site.answers.held.add("never")
    ask = "const asked = new XMLHttpRequest(); asked.open('GET', 'never', false); asked.send();"
    home.evaluate(f"void setTimeout(() => {{ {ask} }})")
    expected = r"^waited 0\.5 s for the push subscription of http://localhost"
    with call_seconds(0.5), pytest.raises(BrowserTimeoutError, match=expected):
        chromium.subscription(home)

    begin = time.monotonic()
    with pytest.raises(BrowserTimeoutError, match="waited 1 s for a page that hangs"), chromium.time_limit(1):
        try:
            home.evaluate("1")
        finally:
            home.evaluate("2")
    assert time.monotonic() - begin < 10
    chromium.poll(lambda: not chromium.windows, what="the page to be closed")


def test_a_page_without_a_worker_is_not_waited_for_for_ever(chromium: Chromium, site: SiteServer) -> None:
    site.answers.content["plain.html"] = "<title>Plain</title>"
    expected = r"plain\.html to have an active service worker"
    # Long enough for a new tab, which is under the same limit.
    with call_seconds(3), pytest.raises(BrowserTimeoutError, match=expected):
        chromium.open(f"{site.url}plain.html", wait_for_worker=True)


# --- the browser itself ---

CALLS: dict[str, Callable[[Chromium, Page], object]] = {
    "open": lambda chromium, page: chromium.open("http://localhost:9/"),
    "new_page": lambda chromium, page: chromium.new_page(),
    "new_session": lambda chromium, page: chromium.new_session(page),
    "close_pages": lambda chromium, page: chromium.close_pages(),
    "forget": lambda chromium, page: chromium.forget(page.url),
    "leave": lambda chromium, page: chromium.leave(),
    "reset": lambda chromium, page: chromium.reset(),
    "subscribe": lambda chromium, page: chromium.subscribe(page, PUBLIC_KEY),
    "subscription": lambda chromium, page: chromium.subscription(page),
    "set_permission": lambda chromium, page: chromium.set_permission(page.url, "notifications", "denied"),
    "set_permission of another": lambda chromium, page: chromium.set_permission(
        page.url, "background-sync", "denied"
    ),
    "set_offline": lambda chromium, page: chromium.set_offline(True),
    "manifest": lambda chromium, page: chromium.manifest(page),
    "installability_errors": lambda chromium, page: chromium.installability_errors(page),
    "install": lambda chromium, page: chromium.install(page),
    "workers.start": lambda chromium, page: chromium.workers.start(page.url),
    "workers.stop": lambda chromium, page: chromium.workers.stop(page.url),
    "workers.update": lambda chromium, page: chromium.workers.update(page.url),
    "workers.skip_waiting": lambda chromium, page: chromium.workers.skip_waiting(page.url),
    "workers.unregister": lambda chromium, page: chromium.workers.unregister(page.url),
    "workers.evaluate": lambda chromium, page: chromium.workers.evaluate(page.url, "1"),
    "workers.deliver_push": lambda chromium, page: chromium.workers.deliver_push(page.url),
    "workers.dispatch_sync": lambda chromium, page: chromium.workers.dispatch_sync(page.url, "tag"),
    "background_events.record": lambda chromium, page: chromium.background_events.record(),
}


def test_a_frozen_browser_is_given_up_by_every_call_and_ended_by_force(
    own_chromium: Chromium, site: SiteServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_chromium.set_permission(site.url, "notifications", "granted")
    page = own_chromium.open(site.url, wait_for_worker=True)
    processes = {own_chromium.process_id, *renderers(own_chromium)}
    os.kill(own_chromium.process_id, signal.SIGSTOP)
    for name, call in CALLS.items():
        begin = time.monotonic()
        with call_seconds(0.1), pytest.raises(BrowserTimeoutError) as given_up:
            call(own_chromium, page)
        assert re.match(r"waited 0\.1 s for .{8,}", str(given_up.value)), name
        assert time.monotonic() - begin < 5, name

    monkeypatch.setattr("pwagen.testing.chromium.chromium.CLOSE_SECONDS", 0.5)
    own_chromium.close()
    end = time.monotonic() + 10
    while any(map(is_alive, processes)) and time.monotonic() < end:
        time.sleep(0.02)
    assert not any(map(is_alive, processes))
