"""A page only ever gets files of its own build, and gets those for as long as it is open."""

from __future__ import annotations

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
# A fragment makes it another module of the same file.
LAZY = "(again) => import('./lazy.js' + again).then(({ build }) => build, () => 'none')"
WORK = """importScripts("part.js");
const answer = [{n}, self.part];
self.onconnect = ({{ ports }}) => ports[0].postMessage(answer);
self.postMessage?.(answer);
"""
WORKERS = {
    "Worker": "const worker = new Worker(url); worker.onmessage = tell; worker.onerror = () => resolve(0);",
    "SharedWorker": "new SharedWorker(url).port.onmessage = tell; setTimeout(resolve, 3000, 0);",
}
RUN = "(url) => new Promise((resolve) => {{ const tell = ({{ data }}) => resolve(data); {create} }})"


def deploy(app: App, n: int, *, page: int | None = None) -> None:
    """Deploy build n; ``page``: the HTML is still that of another."""
    public = app.folder / "public"
    for old in (*public.glob("chunk.*.js"), *public.glob("work.*.js")):
        old.unlink()
    work = WORK.format(n=n)
    files = {
        "builds.html": PAGE.format(n=page or n),
        "build.css": f":root {{ --build: {n} }}",
        "build.js": f"window.build = {n};",
        "lazy.js": f"export const build = {n};",
        f"chunk.{n}a11bb2{n}.js": f"export const build = {n};",
        "work.js": work,
        f"work.{n}a11bb2{n}.js": work,
        "part.js": f"self.part = {n};",
    }
    for name, text in files.items():
        (public / name).write_text(text, encoding="utf-8")
    publish(app.folder)


def chunk(page: Page, n: int, again: str = "") -> Any:
    return page.evaluate(LAZY.replace("lazy.js", f"chunk.{n}a11bb2{n}.js"), again)


def lazy(page: Page, again: str = "") -> Any:
    return page.evaluate(LAZY, again)


def shown(page: Page) -> dict[str, str]:
    values: dict[str, str] = page.evaluate(SHOWN)
    return values


def copies(app: App, page: Page, path: str) -> int:
    start = f"{app.site.url}{path}?pwagen="
    return sum(url.startswith(start) for url in app.stored(page, ":precache"))


# --- the build before ---------------------------------------------------------------------------------


def test_a_tab_that_was_held_back_gets_files_and_workers_of_its_build_until_it_is_closed_or_two_builds_old(
    app: App,
) -> None:
    # GoogleChrome/workbox#3126
    deploy(app, 1)
    writing = app.open("builds.html")
    writing.locator("textarea").click()
    writing.keyboard.type("Half a letter")
    other = app.open("index.html")
    deploy(app, 2)
    app.update(other)
    app.until(writing, "document.documentElement.dataset.pwagenUpdate === 'ready'")
    for again in ("", "#again"):
        assert (chunk(writing, 1, again), lazy(writing, again)) == (1, 1)
        app.chromium.workers.stop(app.site.url)
    assert copies(app, writing, "lazy.js") == 2
    assert copies(app, writing, "about.html") == 1
    for kind, create in WORKERS.items():
        for url in ("work.1a11bb21.js", "work.js"):
            assert writing.evaluate(RUN.format(create=create), url) == [1, 1], (kind, url)
    deploy(app, 3)
    app.update(other)
    assert copies(app, writing, "lazy.js") <= 2
    assert chunk(writing, 1, "#old") == "none"
    assert writing.locator("textarea").input_value() == "Half a letter"
    assert writing.evaluate("document.documentElement.dataset.pwagenUpdate") == "ready"
    app.offline()
    assert lazy(writing, "#old") == "none"
    app.chromium.workers.stop(app.site.url)
    assert lazy(writing, "?again") == "none"
    app.chromium.set_offline(False)
    writing.close()
    page = app.open("builds.html")
    app.chromium.poll(lambda: copies(app, page, "lazy.js") == 1, what="the earlier file to go")
    assert lazy(page) == 3


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


def open_with_a_slow_file(app: App, page: Page, slow: str) -> None:
    """Open builds.html, one of whose files comes long after the time limit."""
    app.site.answers.held.add(slow)
    page.goto(app.site.url + "builds.html", wait_until="commit")
    app.chromium.poll(lambda: slow in app.site.waiting, what="the file to be asked for")
    page.wait_for_timeout(1500)
    app.site.answers.held.clear()
    app.until(page, "document.readyState === 'complete'")


def test_a_page_from_the_store_or_of_the_next_build_waits_for_its_files_and_gets_none_of_another(
    app: App,
) -> None:
    page = two_builds(app)
    app.site.answers.held.add("builds.html")
    page.goto(app.site.url + "builds.html")
    assert shown(page) == {"html": "1", "css": "1", "js": "1"}
    app.site.answers.held.clear()
    assert lazy(page) == 1
    app.chromium.workers.stop(app.site.url)
    assert lazy(page, "#again") == 1

    for slow in ("build.css", "build.js"):
        open_with_a_slow_file(app, page, slow)
        assert shown(page) == {"html": "2", "css": "2", "js": "2"}, slow
    assert lazy(page) == 2
    # The connection drops after the page.
    for name in ("build.css", "build.js"):
        app.site.handlers["GET", name] = drop_connection
    page.goto(app.site.url + "builds.html")
    assert shown(page) == {"html": "2", "css": "", "js": ""}
    app.site.handlers.clear()

    # A page that is the same in both builds says nothing: one stored file means all of them.
    deploy(app, 2, page=1)
    open_with_a_slow_file(app, page, "build.css")
    parts = shown(page)
    assert parts["css"] == parts["js"]


def test_a_page_of_this_build_gets_stored_files_from_a_slow_network_or_a_broken_proxy_or_after_a_deploy(
    app: App,
) -> None:
    app.configure("offline: {timeout: 500ms}")
    deploy(app, 1)
    page = app.open("index.html")
    app.site.answers.held.add("build.css")
    page.goto(app.site.url + "builds.html")
    assert shown(page) == {"html": "1", "css": "1", "js": "1"}
    app.site.answers.held.clear()

    # tests/js/worker-offline.test.js has the other numbers
    app.site.handlers["GET", "build.css"] = lambda request: made_page("Bad gateway", status=502)
    page.goto(app.site.url + "builds.html")
    assert shown(page) == {"html": "1", "css": "1", "js": "1"}
    del app.site.handlers["GET", "build.css"]

    page.goto(app.site.url + "builds.html")
    deploy(app, 2)
    assert lazy(page) == 1
    app.chromium.workers.stop(app.site.url)
    assert lazy(page, "#again") == 1


NETWORK_FIRST = "{match: builds.html, strategy: network-first}"


def test_a_page_that_the_network_has_after_all_gets_its_files_there(app: App) -> None:
    app.site.answers.path_headers["builds.html"] = {"Cache-Control": "no-cache"}
    page = two_builds(app, NETWORK_FIRST)
    app.site.answers.held.add("builds.html")
    page.evaluate("void setTimeout(() => location.assign('builds.html'))")
    app.chromium.poll(lambda: "builds.html" in app.site.waiting, what="the page to be asked for")
    page.wait_for_timeout(1500)
    app.site.answers.held.clear()
    page.wait_for_url("**/builds.html")
    assert shown(page) == {"html": "2", "css": "2", "js": "2"}


def test_a_late_answer_does_not_take_a_kept_page_from_its_build(app: App) -> None:
    app.site.answers.path_headers["builds.html"] = {"Cache-Control": "max-age=0"}
    app.configure(f"offline: {{timeout: 500ms, routes: [{NETWORK_FIRST}]}}")
    deploy(app, 1)
    page = app.open("index.html")
    page.goto(app.site.url + "builds.html")
    app.chromium.poll(lambda: app.stored(page, ":runtime"), what="the page to be kept")
    page.goto(app.site.url + "index.html")
    app.site.answers.held.add("builds.html")
    page.goto(app.site.url + "builds.html")
    deploy(app, 2)
    app.site.answers.held.clear()
    app.until(page, "document.documentElement.dataset.pwagenPage === 'fresh'")
    assert shown(page) == {"html": "1", "css": "1", "js": "1"}
    assert lazy(page) == 1
