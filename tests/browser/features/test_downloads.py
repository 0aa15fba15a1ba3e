"""Downloads: in the background or in the page, as the browser can, and offline from then on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pwagen.testing.time_limit import BrowserTimeoutError
from tests.browser.features.conftest import Harbour
from tests.browser.quick_clock import quick_clock

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

ID = "fog-signal"
FILE = "media/fog-signal.wav"
OTHER = "media/other.bin"
START_OTHER = f"pwagen.downloads.start({{ id: 'other', title: 'Other', urls: ['{OTHER}'] }})"
WITHOUT_BACKGROUND_FETCH = "delete ServiceWorkerRegistration.prototype.backgroundFetch"
RECORD = """window.downloads = [];
addEventListener("DOMContentLoaded", () => setTimeout(() =>
  window.pwagen?.addEventListener("download", ({ detail }) => downloads.push(detail))))"""
RECORD_NOW = """() => {
  window.downloads = [];
  pwagen.addEventListener("download", ({ detail }) => downloads.push(detail));
}"""
FETCHING = "navigator.serviceWorker.ready.then(({ backgroundFetch }) => backgroundFetch?.getIds() ?? [])"
STANDS = f"""async (name) => ({{ state: await pwagen.downloads.state(name), fetching: await {FETCHING} }})"""
HOLD = """() => new Promise((resolve) => {
  const opening = indexedDB.open("pwagen:/", 1);
  opening.onsuccess = () => {
    const values = opening.result.transaction("values", "readwrite").objectStore("values");
    const keepBusy = () => {
      resolve();
      if (!window.released) values.get("").onsuccess = keepBusy;
    };
    values.get("").onsuccess = keepBusy;
    opening.result.close();
  };
})"""
PART = """fetch('media/fog-signal.wav', { headers: { Range: 'bytes=100-199' } }).then(async (answer) =>
  [answer.status, answer.headers.get('Content-Range'), (await answer.blob()).size])"""


@pytest.fixture(params=["in the background", "in the page"])
def page(request: pytest.FixtureRequest, harbour: Harbour) -> Page:
    """Return the page with the download, once with Background Fetch and once without."""
    return open_content(harbour, in_page=request.param == "in the page")


def open_content(harbour: Harbour, *, in_page: bool = False) -> Page:
    opened = harbour.chromium.new_page()
    opened.add_init_script(RECORD)
    if in_page:
        opened.add_init_script(WITHOUT_BACKGROUND_FETCH)
    opened.goto(harbour.site.url + "content/")
    harbour.until(opened, "navigator.serviceWorker.controller !== null && pwagen.ready.then(() => true)")
    return opened


def wait_for_state(harbour: Harbour, page: Page, state: str, name: str = ID) -> None:
    """Wait for it, or tell how it stands instead, with the browser and with the server."""
    try:
        harbour.until(page, f"pwagen.downloads.state('{name}').then((state) => state === '{state}')")
    except BrowserTimeoutError as error:
        stands = page.evaluate(STANDS, name)
        asked = [(seen.method, seen.status) for seen in harbour.site.requests_for(FILE)]
        raise AssertionError(f"{error}: it is {stands}, and {FILE} was answered with {asked}") from None


def fetch_in_vain(harbour: Harbour, page: Page) -> None:
    """Begin a download whose file the browser gets when nothing is held any more."""
    harbour.site.answers.held.add(FILE)
    page.locator("[data-pwagen=download]").click()
    harbour.chromium.poll(lambda: FILE in harbour.site.waiting, what="the request for the file")
    harbour.until(page, "!document.querySelector('[data-pwagen=download]').ariaBusy")


def remove(harbour: Harbour, page: Page) -> None:
    page.evaluate(f"pwagen.downloads.remove('{ID}')")
    wait_for_state(harbour, page, "none")
    page.evaluate("window.downloads.length = 0")


def end_while_store_is_busy(harbour: Harbour, page: Page) -> None:
    """Let the browser finish while the store is as busy as on a slow disk, until the page releases it."""
    page.evaluate(HOLD)
    harbour.site.answers.held.clear()
    harbour.until(page, f"{FETCHING}.then(({{ length }}) => !length)")
    harbour.until(page, "navigator.locks.query().then(({ held }) => held.length)")


def told(page: Page, name: str = ID) -> list[dict[str, Any]]:
    """Return the "download" events of a page."""
    return [detail for detail in page.evaluate("window.downloads") if detail["id"] == name]


def wait_for_event(harbour: Harbour, page: Page, state: str, name: str = ID) -> dict[str, Any]:
    found = f"window.downloads.find(({{ id, state }}) => id === '{name}' && state === '{state}')"
    detail: dict[str, Any] = harbour.until(page, found)
    return detail


def test_clicks_abort_it_try_again_after_a_failure_and_store_it_to_be_played_offline_and_all_tabs_are_told(
    harbour: Harbour, page: Page
) -> None:
    button, remove = page.locator("[data-pwagen=download]"), page.locator("[data-pwagen=download-remove]")
    idle = "!document.querySelector('[data-pwagen=download]').ariaBusy"
    harbour.site.answers.held.add(FILE)
    button.click()
    wait_for_event(harbour, page, "active")
    harbour.until(page, "document.querySelector('progress').checkVisibility()")
    harbour.until(page, idle)
    button.click()
    wait_for_event(harbour, page, "aborted")
    wait_for_state(harbour, page, "aborted")
    harbour.until(page, idle)
    # A click does what the button says, which follows the event when all states have been read.
    button.get_by_text("Keep it for the boat").wait_for()

    harbour.site.answers.status[FILE] = 404  # With 500 the browser tries again in the background, for long.
    harbour.site.answers.held.clear()
    button.click()
    assert wait_for_event(harbour, page, "failed")["reason"] == "ServerError"
    harbour.until(page, "document.querySelector('[data-pwagen-when=\"download:failed\"]').checkVisibility()")
    assert harbour.stored(page, ":downloads") == []
    harbour.until(page, idle)

    del harbour.site.answers.status[FILE]
    button.click()
    harbour.until(page, "document.querySelector('[data-pwagen=download-remove]').checkVisibility()")
    assert not button.is_visible()
    last = wait_for_event(harbour, page, "stored")
    size = (harbour.folder / "public" / FILE).stat().st_size
    assert (last["downloaded"], last["total"]) == (size, size)
    harbour.chromium.set_offline(True)
    page.reload()
    assert page.evaluate(PART.replace("media", "../media")) == [206, f"bytes 100-199/{size}", 100]
    page.evaluate("void document.querySelector('audio').play()")
    harbour.until(page, "document.querySelector('audio').currentTime > 0")
    assert page.evaluate("document.querySelector('audio').duration") == pytest.approx(4, abs=0.01)
    harbour.until(page, "document.querySelector('[data-pwagen=download-remove]').checkVisibility()")
    harbour.chromium.set_offline(False)
    remove.click()
    harbour.until(page, "document.querySelector('[data-pwagen=download]').checkVisibility()")
    # The page shows it before the file is deleted.
    harbour.chromium.poll(lambda: harbour.stored(page, ":downloads") == [], what="the file to go")

    page.evaluate("window.downloads.length = 0")
    harbour.site.answers.held.add(FILE)
    page.evaluate(f"pwagen.downloads.start('{ID}')")
    other = harbour.open("about.html")
    wait_for_state(harbour, other, "active")
    other.evaluate(f"pwagen.downloads.abort('{ID}')")
    wait_for_event(harbour, page, "aborted")
    harbour.site.answers.held.clear()
    wait_for_state(harbour, other, "aborted")
    assert harbour.stored(page, ":downloads") == []

    harbour.site.answers.content[FILE] = bytes(3 << 20)
    page.evaluate("window.downloads.length = 0")
    other.evaluate(RECORD_NOW)
    harbour.site.answers.held.add(FILE)
    # A click does what the button says, which follows the event when all states have been read.
    page.get_by_text("Keep it for the boat").wait_for()
    page.locator("[data-pwagen=download]").click()
    harbour.until(page, "document.querySelector('progress').checkVisibility()")
    assert page.locator("[data-pwagen=download]").inner_text().strip() == "Stop"
    for one in (page, other):
        wait_for_event(harbour, one, "active")
        wait_for_state(harbour, one, "active")
    harbour.site.answers.held.clear()
    for one in (page, other):
        wait_for_event(harbour, one, "stored")
    amounts = [detail["downloaded"] for detail in told(page)]
    assert amounts == sorted(amounts)
    assert amounts[-1] == 3 << 20
    assert {detail["total"] for detail in told(page) if detail["downloaded"]} == {3 << 20}
    # Elements follow the event when all states have been read.
    harbour.until(page, "!document.querySelector('progress').checkVisibility()")
    harbour.chromium.reset()


def test_a_background_download_survives_a_reload_a_slow_store_and_can_be_restarted_when_lost(
    harbour: Harbour,
) -> None:
    page = open_content(harbour)
    fetch_in_vain(harbour, page)
    page.reload()
    harbour.until(page, "document.querySelector('progress').checkVisibility()")
    assert page.locator("[data-pwagen=download]").inner_text().strip() == "Stop"
    assert page.evaluate(FETCHING) == [ID]  # the browser does it, not a page
    page.goto("about:blank")
    harbour.chromium.workers.stop(harbour.site.url)
    harbour.site.answers.held.clear()
    page.goto(harbour.site.url + "content/")
    wait_for_state(harbour, page, "stored")

    remove(harbour, page)
    fetch_in_vain(harbour, page)
    with quick_clock(harbour.chromium.workers.worker(harbour.site.url), 20):
        end_while_store_is_busy(harbour, page)
        page.wait_for_timeout(300)  # longer than anything else waits for the store, by that clock
    page.evaluate("window.released = true")
    wait_for_event(harbour, page, "stored")
    wait_for_state(harbour, page, "stored")

    remove(harbour, page)
    fetch_in_vain(harbour, page)
    page.evaluate("window.released = false")
    end_while_store_is_busy(harbour, page)
    harbour.chromium.workers.stop(harbour.site.url)
    page.evaluate("window.released = true")
    page.reload()
    harbour.until(page, "document.querySelector('[data-pwagen-when=\"download:failed\"]').checkVisibility()")
    wait_for_state(harbour, page, "failed")
    page.locator("[data-pwagen=download]").click()
    wait_for_state(harbour, page, "stored")


def test_a_page_that_fetches_itself_fails_without_a_network_and_has_nothing_under_way_when_left(
    harbour: Harbour,
) -> None:
    page = open_content(harbour, in_page=True)
    harbour.chromium.set_offline(True)
    page.evaluate(f"pwagen.downloads.start('{ID}')")
    assert wait_for_event(harbour, page, "failed")["reason"] == "NetworkError"
    harbour.chromium.set_offline(False)

    harbour.site.answers.held.add(FILE)
    page.evaluate(f"pwagen.downloads.start('{ID}')")
    wait_for_state(harbour, page, "active")
    other = harbour.open("about.html")
    wait_for_state(harbour, other, "active")
    page.reload()
    wait_for_state(harbour, page, "none")
    harbour.site.answers.held.clear()
    page.locator("[data-pwagen=download]").click()
    wait_for_state(harbour, page, "stored")
    harbour.chromium.reset()


def test_a_page_may_fetch_what_no_config_names_and_signing_out_and_a_build_without_it_leave_nothing(
    harbour: Harbour, page: Page
) -> None:
    for wanted, name in (
        ("'unknown'", "UnknownError"),
        ("{ id: '../x', title: 'X', urls: ['a'] }", "UnknownError"),
        ("{ id: 'x', title: 'X', urls: ['https://example.com/a'] }", "UnsupportedError"),
        ("{ id: 'x', title: 'X', urls: ['javascript:1'] }", "UnsupportedError"),
    ):
        assert page.evaluate(f"pwagen.downloads.start({wanted}).catch(({{ name }}) => name)") == name

    harbour.site.answers.content[OTHER] = "other"
    page.evaluate(START_OTHER)
    # The record is there before the worker answers by it; the event is told after that.
    wait_for_event(harbour, page, "stored", "other")
    wait_for_state(harbour, page, "stored", "other")
    del harbour.site.answers.content[OTHER]
    assert page.evaluate(f"fetch('../{OTHER}').then((answer) => answer.text())") == "other"
    page.reload()
    wait_for_state(harbour, page, "stored", "other")
    page.evaluate("pwagen.downloads.remove('other')")
    assert page.evaluate(f"fetch('../{OTHER}').then((answer) => answer.status)") == 404

    harbour.site.answers.content[OTHER] = bytes(3 << 20)
    quota = {"origin": harbour.site.origin, "quotaSize": 1 << 20}
    harbour.chromium.cdp.send("Storage.overrideQuotaForOrigin", quota)
    page.evaluate(START_OTHER.replace("urls: [", f"urls: ['{FILE}', "))
    assert wait_for_event(harbour, page, "failed", "other")["reason"] == "QuotaError"
    wait_for_state(harbour, page, "failed", "other")
    assert harbour.stored(page, ":downloads") == []
    harbour.chromium.cdp.send("Storage.overrideQuotaForOrigin", {"origin": harbour.site.origin})

    page.evaluate(f"pwagen.downloads.start('{ID}')")
    wait_for_state(harbour, page, "stored")
    harbour.site.answers.held.add(OTHER)
    page.evaluate("window.downloads.length = 0")
    page.evaluate(START_OTHER)
    wait_for_state(harbour, page, "active", "other")
    page.evaluate("pwagen.signOut()")
    for name in (ID, "other"):
        wait_for_event(harbour, page, "none", name)
        wait_for_state(harbour, page, "none", name)
    harbour.site.answers.held.clear()
    kept = "caches.keys().then((names) => names.some((name) => name.endsWith(':downloads')))"
    harbour.chromium.poll(lambda: not page.evaluate(kept), what="the cache to go")

    page.evaluate(f"pwagen.downloads.start('{ID}')")
    wait_for_state(harbour, page, "stored")
    # One build: of two in a row the browser may have met the first by itself, and the page moves to it.
    horn = harbour.folder / "public/media/horn.wav"
    horn.write_bytes((harbour.folder / "public" / FILE).read_bytes())
    text = (harbour.folder / "pwagen.yaml").read_text(encoding="utf-8")
    harbour.edit(text[text.index("offline:\n") : text.index("update: prompt")], "offline: false\n\n")
    harbour.rebuild(f"urls: [{FILE}]", "urls: [media/horn.wav]")
    harbour.update(page)
    wait_for_state(harbour, page, "none")
    harbour.chromium.poll(lambda: harbour.stored(page, ":downloads") == [], what="the old file to go")
    page.evaluate(f"pwagen.downloads.start('{ID}')")
    wait_for_state(harbour, page, "stored")
    assert harbour.stored(page, ":downloads") == [harbour.site.url + "media/horn.wav"]
    harbour.chromium.workers.stop(harbour.site.url)
    harbour.site.answers.status["media/horn.wav"] = 404
    part = PART.replace(FILE, "../media/horn.wav")
    assert page.evaluate(part) == [206, f"bytes 100-199/{horn.stat().st_size}", 100]
    harbour.chromium.reset()
