"""A new build reaches everybody, and nobody loses what they typed."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from tests.browser.features.conftest import CHECK, Harbour

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

VERSION = "pwagen.version().then(({ worker }) => worker)"
# Playwright's own clock would stay in every later page of the context.
OWN_CLOCK = """
const realNow = Date.now;
let passed = 0;
const repeated = [];
Date.now = () => realNow() + passed;
window.setInterval = (callback, interval) => repeated.push({ callback, interval });
window.passTime = (milliseconds) => {
  passed += milliseconds;
  for (const { callback, interval } of repeated) if (interval <= milliseconds) callback();
};
"""
# Not by the versions that there are: the browser may have looked by itself.
NOTE_CHECKS = """(() => {
  const { update } = ServiceWorkerRegistration.prototype;
  ServiceWorkerRegistration.prototype.update = function () {
    window.asked = true;
    return update.call(this);
  };
})()"""


def deploy_new_words(
    harbour: Harbour, files: dict[str, str | bytes] | None = None, *, gone: tuple[str, ...] = ()
) -> None:
    page = harbour.folder / "public/index.html"
    page.write_text(page.read_text().replace("What moves in the harbour", "What moved overnight"))
    harbour.edit("There is something new", "There is something newer")
    harbour.deploy(files or {}, gone=gone)


def open_with_own_clock(harbour: Harbour) -> Page:
    """Return a controlled page in which time passes with ``passTime(milliseconds)``, too."""
    page = harbour.chromium.context.new_page()
    page.add_init_script(OWN_CLOCK)
    page.goto(harbour.site.url)
    harbour.until(page, "navigator.serviceWorker.controller !== null")
    return page


def test_an_update_fetches_what_changed_and_waits_until_it_is_accepted_while_html_is_fresh_at_once(
    harbour: Harbour,
) -> None:
    harbour.deploy({"assets/chunk.3f9ac21b.js": "export default 'A';"})
    page = harbour.open()
    first = page.evaluate("pwagen.version()")
    assert first["page"] == first["worker"]
    # One build, and its requests from the first: the browser may meet it by itself.
    harbour.site.clear()
    chunk: dict[str, str | bytes] = {"assets/chunk.77aa0e1c.js": "export default 'B';"}
    deploy_new_words(harbour, chunk, gone=("assets/chunk.3f9ac21b.js",))
    harbour.find_new_build(page)
    button = page.locator("[data-pwagen=update]")
    button.wait_for()
    fetched = {request.path for request in harbour.site.requests}
    assert "index.html" in fetched or "" in fetched
    assert not fetched & {"tides/index.html", "content/index.html", "assets/style.css", "about.html"}
    assert page.evaluate("import('./assets/chunk.3f9ac21b.js').then((module) => module.default)") == "A"
    assert page.evaluate("pwagen.version()") == first

    page.reload()
    assert "What moved overnight" in page.locator("h1").inner_text()
    assert page.evaluate(VERSION) == first["worker"]
    button.wait_for()
    with page.expect_navigation():
        button.click()
    harbour.until(page, "navigator.serviceWorker.controller?.state === 'activated'")
    second = page.evaluate("pwagen.version()")
    assert second["page"] == second["worker"] != first["worker"]
    button.wait_for(state="hidden")


def test_all_tabs_move_together_and_once_but_one_without_a_network_and_one_with_unsaved_input_that_asks_again(
    harbour: Harbour,
) -> None:
    form = harbour.open("contact.html")
    form.locator("textarea").first.fill("Half a letter")
    form.evaluate("pwagen.addEventListener('update', ({ detail }) => { window.told = detail; })")
    # vite-pwa/vite-plugin-pwa#546: a reload at the wrong moment loses more than it gives
    harbour.site.answers.content["visited.html"] = (harbour.folder / "public/about.html").read_text()
    harbour.site.answers.path_headers["visited.html"] = {"Cache-Control": "no-store"}
    reading = harbour.open("visited.html")
    tabs = [harbour.open(path) for path in ("about.html", "tides/")]
    deploy_new_words(harbour)
    loads = dict.fromkeys(tabs, 0)
    for tab in tabs:
        tab.on("load", lambda tab: loads.update({tab: loads[tab] + 1}))
    harbour.find_new_build(form)
    button = form.locator("[data-pwagen=update]")
    button.wait_for()
    session = harbour.chromium.context.new_cdp_session(reading)
    nothing = {"latency": 0, "downloadThroughput": 0, "uploadThroughput": 0}
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", {"offline": True, **nothing})
    assert reading.evaluate("navigator.onLine") is False
    reading.evaluate("window.kept = true")

    button.click()
    harbour.chromium.poll(lambda: all(loads.values()), what="every tab to reload")
    for tab in tabs:
        harbour.until(tab, "navigator.serviceWorker.controller?.state === 'activated'")
        versions = tab.evaluate("pwagen.version()")
        assert versions["page"] == versions["worker"]
    reading.locator("[data-pwagen=update]").wait_for()
    assert reading.evaluate("window.kept") is True

    harbour.until(form, "document.documentElement.dataset.pwagenUnsaved === 'held'")
    told = harbour.until(form, "window.told.state === 'applied' && window.told")
    assert told == {"state": "applied", "dirty": True}
    assert form.locator("textarea").first.input_value() == "Half a letter"
    with form.expect_navigation():
        button.click()
    versions = form.evaluate("pwagen.version()")
    assert versions["page"] == versions["worker"]
    assert list(loads.values()) == [1, 1]
    harbour.chromium.reset()


def test_builds_that_come_in_turn_reload_a_page_once_at_most(harbour: Harbour) -> None:
    # twbs/bootstrap#24868: two servers behind one address answer with different builds
    page = harbour.open()
    loads: list[str] = []
    page.on("load", lambda page: loads.append(page.url))
    for turn in range(3):
        harbour.deploy({"assets/style.css": f"body {{ margin: {turn}px }}"})
        harbour.find_new_build(page)
        if turn == 0:
            with page.expect_navigation():
                harbour.chromium.workers.skip_waiting(harbour.site.url)
        else:
            harbour.chromium.workers.skip_waiting(harbour.site.url)
            harbour.until(page, "document.documentElement.dataset.pwagenUpdate === 'ready'")
        harbour.chromium.poll(
            lambda: len(harbour.chromium.workers.versions(harbour.site.url)) == 1, what="the old worker to go"
        )
    versions = page.evaluate("pwagen.version()")
    assert versions["page"] != versions["worker"]
    assert len(loads) == 1


def test_nothing_that_was_typed_is_lost_to_an_automatic_update(harbour: Harbour) -> None:
    from playwright.sync_api import Error

    harbour.rebuild("update: prompt", "update: auto")
    form = harbour.open("contact.html")
    clean = harbour.open("about.html")
    form.locator("textarea").first.fill("Half a letter")
    loads: list[str] = []
    clean.on("load", lambda page: loads.append(page.url))
    deploy_new_words(harbour)

    def loaded_again() -> bool:
        with suppress(Error):  # it is just being loaded
            clean.evaluate(f"void {CHECK}")
        return bool(loads)

    harbour.chromium.poll(loaded_again, what="the page to move by itself")
    form.locator("[data-pwagen=update]").wait_for()
    assert form.locator("textarea").first.input_value() == "Half a letter"
    form.locator("[data-pwagen=update]").click()
    harbour.until(form, "document.documentElement.dataset.pwagenUnsaved === 'held'")
    with form.expect_navigation():
        form.locator("[data-pwagen=update]").click()
    versions = form.evaluate("pwagen.version()")
    assert versions["page"] == versions["worker"]


def test_a_page_without_its_worker_since_a_hard_reload_updates_and_keeps_what_is_typed_the_first_time(
    harbour: Harbour,
) -> None:
    harbour.open("about.html")  # without a page that is controlled, no build has to wait
    form = harbour.open("contact.html")
    with harbour.chromium.new_session(form) as session, form.expect_navigation():
        session.send("Page.reload", {"ignoreCache": True})
    assert form.evaluate("navigator.serviceWorker.controller") is None
    form.locator("textarea").first.fill("Half a letter")
    deploy_new_words(harbour)
    harbour.find_new_build(form)
    form.locator("[data-pwagen=update]").click()
    harbour.until(form, "document.documentElement.dataset.pwagenUnsaved === 'held'")
    harbour.until(form, "navigator.serviceWorker.controller !== null")
    assert form.locator("textarea").first.input_value() == "Half a letter"
    with form.expect_navigation():
        form.locator("[data-pwagen=update]").click()
    harbour.until(form, "pwagen.version().then(({ page, worker }) => page === worker)")


def test_an_open_tab_asks_for_a_new_build_each_hour_and_when_somebody_comes_back_to_it(
    harbour: Harbour,
) -> None:
    # vite-pwa/vite-plugin-pwa#33
    page = open_with_own_clock(harbour)
    deploy_new_words(harbour)
    page.evaluate(NOTE_CHECKS)
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    assert not page.evaluate("window.asked")  # not at every switch of tabs
    harbour.find_new_build(page, "passTime(61_000); window.dispatchEvent(new Event('focus'))")
    assert page.evaluate("window.asked")
    page.evaluate("window.asked = false; passTime(3_601_000)")
    harbour.until(page, "window.asked")
