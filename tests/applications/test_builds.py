"""A page only ever gets files of its own build, and gets those for as long as it is open."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.applications.application import drop_connection
from tests.applications.application import page as made_page
from tests.applications.conftest import App
from tests.browser.features.conftest import publish

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

PAGE = """<!DOCTYPE html>
<html lang="en" data-build="{n}">
<head><meta charset="utf-8"><title>Build {n}</title><link rel="stylesheet" href="build.css">
<script src="build.js" defer></script></head>
<body><h1>Build {n}</h1><textarea></textarea></body>
</html>
"""
SHOWN = """() => ({
  html: document.documentElement.dataset.build,
  css: getComputedStyle(document.documentElement).getPropertyValue("--build").trim(),
  js: String(window.build ?? ""),
})"""
LAZY = "import('./lazy.js').then(({ build }) => build, () => 'none')"


def deploy(app: App, n: int, *, page: int | None = None) -> None:
    """Deploy build n; ``page``: the HTML is still that of another."""
    public = app.folder / "public"
    for old in public.glob("chunk.*.js"):
        old.unlink()
    files = {
        "builds.html": PAGE.format(n=page or n),
        "build.css": f":root {{ --build: {n} }}",
        "build.js": f"window.build = {n};",
        "lazy.js": f"export const build = {n};",
        f"chunk.{n}a11bb2{n}.js": f"export const build = {n};",
    }
    for name, text in files.items():
        (public / name).write_text(text, encoding="utf-8")
    publish(app.folder)


def chunk(page: Page, n: int) -> Any:
    return page.evaluate(f"import('./chunk.{n}a11bb2{n}.js').then(({{ build }}) => build, () => 'none')")


def shown(page: Page) -> dict[str, str]:
    values: dict[str, str] = page.evaluate(SHOWN)
    return values


def spared(app: App) -> Page:
    """Return a tab of build 1 in which something is typed, while the worker is that of build 2."""
    deploy(app, 1)
    writing = app.open("builds.html")
    writing.locator("textarea").click()
    writing.keyboard.type("Half a letter")
    other = app.open("index.html")
    deploy(app, 2)
    app.find_new_build(other)
    app.until(other, "document.documentElement.dataset.pwagenUpdate === 'ready'")
    app.accept_build(other)
    app.until(other, "pwagen.version().then(({ page, worker }) => page === worker)")
    app.until(writing, "document.documentElement.dataset.pwagenUpdate === 'ready'")
    return writing


def copies(app: App, page: Page, path: str) -> int:
    start = f"{app.site.url}{path}?pwagen="
    return sum(url.startswith(start) for url in app.stored(page, ":precache"))


# --- the build before ---------------------------------------------------------------------------------


@pytest.mark.parametrize("stopped", [False, True])
def test_a_tab_that_was_held_back_still_gets_its_lazy_files(app: App, stopped: bool) -> None:
    # GoogleChrome/workbox#3126
    writing = spared(app)
    if stopped:
        app.chromium.workers.stop(app.site.url)
    assert chunk(writing, 1) == 1
    assert writing.evaluate(LAZY) == 1
    assert copies(app, writing, "lazy.js") == 2
    assert copies(app, writing, "about.html") == 1


def test_the_build_before_goes_with_its_last_window(app: App) -> None:
    writing = spared(app)
    writing.close()
    page = app.open("index.html")
    app.chromium.poll(lambda: copies(app, page, "lazy.js") == 1, what="the earlier file to go")
    page.goto(app.site.url + "builds.html")
    assert page.evaluate(LAZY) == 2


def test_no_more_than_one_build_before_is_kept(app: App) -> None:
    writing = spared(app)
    page = app.open("index.html")
    deploy(app, 3)
    app.update(page)
    assert copies(app, writing, "lazy.js") <= 2
    assert chunk(writing, 1) == "none"


def test_a_tab_two_builds_old_keeps_its_text_and_gets_no_file_of_another_build(app: App) -> None:
    writing = spared(app)
    page = app.open("index.html")
    deploy(app, 3)
    app.update(page)
    assert writing.locator("textarea").input_value() == "Half a letter"
    assert writing.evaluate("document.documentElement.dataset.pwagenUpdate") == "ready"
    app.offline()
    assert writing.evaluate(LAZY) == "none"
    app.chromium.workers.stop(app.site.url)
    assert writing.evaluate(LAZY.replace("lazy.js", "lazy.js?again")) == "none"


# --- never two builds in one page ---------------------------------------------------------------------


def two_builds(app: App, routes: str = "") -> Page:
    """Return a controlled page; its worker has build 1, the server build 2."""
    app.configure(f"offline: {{timeout: 500ms, routes: [{routes}]}}")
    deploy(app, 1)
    page = app.open("index.html")
    page.evaluate("navigator.serviceWorker.getRegistration().then((r) => { r.update = async () => r; })")
    app.site.answers.content["sw.js"] = (app.folder / "public/sw.js").read_bytes()
    deploy(app, 2)
    return page


@pytest.mark.parametrize("held", ["build.css", "build.js"])
def test_a_file_that_is_slow_is_waited_for_if_the_page_is_of_another_build(app: App, held: str) -> None:
    page = two_builds(app)
    app.site.answers.held.add(held)
    page.goto(app.site.url + "builds.html", wait_until="commit")
    app.chromium.poll(lambda: held in app.site.waiting, what="the file to be asked for")
    page.wait_for_timeout(1500)
    app.site.answers.held.clear()
    app.until(page, "document.readyState === 'complete'")
    assert shown(page) == {"html": "2", "css": "2", "js": "2"}


def test_a_connection_that_drops_after_the_page_brings_no_file_of_another_build(app: App) -> None:
    page = two_builds(app)
    for name in ("build.css", "build.js"):
        app.site.handlers["GET", name] = drop_connection
    page.goto(app.site.url + "builds.html")
    assert shown(page) == {"html": "2", "css": "", "js": ""}


def test_a_page_of_this_build_gets_the_stored_file_when_the_network_is_slow(app: App) -> None:
    app.configure("offline: {timeout: 500ms}")
    deploy(app, 1)
    page = app.open("index.html")
    app.site.answers.held.add("build.css")
    page.goto(app.site.url + "builds.html")
    assert shown(page) == {"html": "1", "css": "1", "js": "1"}


def test_a_page_of_this_build_gets_the_stored_file_when_a_proxy_has_none(app: App) -> None:
    app.configure("offline: {timeout: 500ms}")
    deploy(app, 1)
    page = app.open("index.html")
    status = 200
    app.site.handlers["GET", "build.css"] = lambda request: made_page("Bad gateway", status=status)
    for status in (502, 503, 504):
        page.goto(app.site.url + "builds.html")
        assert shown(page) == {"html": "1", "css": "1", "js": "1"}, status


def test_one_file_from_the_store_means_all_of_them(app: App) -> None:
    # The page itself is the same in both builds, so it says nothing.
    page = two_builds(app)
    deploy(app, 2, page=1)
    app.site.answers.held.add("build.css")
    page.goto(app.site.url + "builds.html", wait_until="commit")
    app.chromium.poll(lambda: "build.css" in app.site.waiting, what="the file to be asked for")
    page.wait_for_timeout(1500)
    app.site.answers.held.clear()
    app.until(page, "document.readyState === 'complete'")
    parts = shown(page)
    assert parts["css"] == parts["js"]


@pytest.mark.parametrize("stopped", [False, True])
def test_a_page_from_the_store_stays_with_its_build(app: App, stopped: bool) -> None:
    page = two_builds(app)
    app.site.answers.held.add("builds.html")
    page.goto(app.site.url + "builds.html")
    assert shown(page) == {"html": "1", "css": "1", "js": "1"}
    app.site.answers.held.clear()
    if stopped:
        app.chromium.workers.stop(app.site.url)
    assert page.evaluate(LAZY) == 1


def test_a_page_that_the_network_has_after_all_gets_its_files_there(app: App) -> None:
    app.site.answers.path_headers["builds.html"] = {"Cache-Control": "no-cache"}
    page = two_builds(app, "{match: builds.html, strategy: network-first}")
    app.site.answers.held.add("builds.html")
    page.evaluate("void setTimeout(() => location.assign('builds.html'))")
    app.chromium.poll(lambda: "builds.html" in app.site.waiting, what="the page to be asked for")
    page.wait_for_timeout(1500)
    app.site.answers.held.clear()
    page.wait_for_url("**/builds.html")
    assert shown(page) == {"html": "2", "css": "2", "js": "2"}


def test_a_late_answer_does_not_take_a_kept_page_from_its_build(app: App) -> None:
    app.configure("offline: {timeout: 500ms}")
    deploy(app, 1)
    page = app.open("index.html")
    app.site.handlers["GET", "report"] = lambda request: made_page("Report")
    page.goto(app.site.url + "report")
    app.chromium.poll(lambda: app.stored(page, ":runtime"), what="the page to be kept")
    app.site.answers.delay_seconds["report"] = 1.5
    page.goto(app.site.url + "report")
    app.until(page, "document.documentElement.dataset.pwagenPage === 'fresh'")
    deploy(app, 2)
    assert page.evaluate(LAZY) == 1


@pytest.mark.parametrize("stopped", [False, True])
def test_a_page_stays_with_its_build_after_a_deploy(app: App, stopped: bool) -> None:
    app.configure("offline: {timeout: 500ms}")
    deploy(app, 1)
    app.open("index.html")
    page = app.open("builds.html")
    deploy(app, 2)
    if stopped:
        app.chromium.workers.stop(app.site.url)
    assert page.evaluate(LAZY) == 1


def test_a_page_of_the_next_build_gets_its_lazy_files_from_the_server(app: App) -> None:
    page = two_builds(app)
    page.goto(app.site.url + "builds.html")
    assert re.search("Build 2", page.title())
    assert page.evaluate(LAZY) == 2


WORKERS = {
    "Worker": "const worker = new Worker(url); worker.onmessage = tell; worker.onerror = () => resolve(0);",
    "SharedWorker": "new SharedWorker(url).port.onmessage = tell; setTimeout(resolve, 3000, 0);",
}
RUN = "(url) => new Promise((resolve) => {{ const tell = ({{ data }}) => resolve(data); {create} }})"
WORK = """importScripts("part.js");
const answer = [{n}, self.part];
self.onconnect = ({{ ports }}) => ports[0].postMessage(answer);
self.postMessage?.(answer);
"""


def test_a_tab_that_was_held_back_gets_the_workers_of_its_build(app: App) -> None:
    public = app.folder / "public"

    def deploy_workers(n: int) -> None:
        for old in public.glob("work.*.js"):
            old.unlink()
        work = WORK.format(n=n)
        app.deploy({"work.js": work, f"work.{n}a11bb2{n}.js": work, "part.js": f"self.part = {n};"})

    deploy_workers(1)
    writing = app.open("order.html")
    writing.locator("input").fill("Coffee")
    other = app.open("index.html")
    deploy_workers(2)
    app.update(other)
    app.until(writing, "document.documentElement.dataset.pwagenUpdate === 'ready'")
    for kind, create in WORKERS.items():
        for url in ("work.1a11bb21.js", "work.js"):
            assert writing.evaluate(RUN.format(create=create), url) == [1, 1], (kind, url)
