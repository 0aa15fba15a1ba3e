"""The kill switch in Chromium: who had the old worker is freed, nobody else is touched."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pwagen.build.removal import removal
from pwagen.render import source
from pwagen.testing.chromium.chromium import Chromium
from tests.browser.chromium_pages import value_in

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

# A site stuck on its old build: the worker answers every page from its cache.
OLD_WORKER = (
    source("worker/base.js")
    + """
self.addEventListener("install", (event) => event.waitUntil((async () => {
  const headers = { "Content-Type": "text/html" };
  const cache = await caches.open(CACHE_PREFIX + "precache");
  await cache.put("./", new Response("<title>old</title>", { headers }));
  await caches.open("somebody else's");
  await caches.open("pwagen:/another/:runtime");
  for (const name of [CACHE_PREFIX.slice(0, -1), CACHE_PREFIX + "outbox"]) await new Promise((resolve) => {
    indexedDB.open(name).onsuccess = (opened) => {
      opened.target.result.close();
      resolve();
    };
  });
  await self.skipWaiting();
})()));
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  if (event.request.mode === "navigate") event.respondWith(caches.match("./", { ignoreSearch: true }));
});
"""
)
PAGE = "<title>new</title><script>navigator.serviceWorker.register('{worker}')</script><input>"


class Handler(SimpleHTTPRequestHandler):
    """Serves files, and counts who asks for what."""

    def __init__(self, seen: Counter[str], *request: Any, **folder: Any) -> None:
        self.seen = seen
        super().__init__(*request, **folder)

    def do_GET(self) -> None:
        """Answer and count."""
        self.seen[self.path] += 1
        # Its granularity is a second, in which a test publishes twice.
        del self.headers["If-Modified-Since"]
        super().do_GET()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Site:
    """A folder with a worker of the given name, on a loopback server of its own."""

    def __init__(self, folder: Path, worker: str) -> None:
        self.folder = folder
        self.worker = worker
        (folder / "index.html").write_text(PAGE.format(worker=worker), encoding="utf-8")
        (folder / worker).write_text(OLD_WORKER, encoding="utf-8")
        self.seen: Counter[str] = Counter()
        handler = partial(Handler, self.seen, directory=folder)
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/"

    def publish(self, *, all_caches: bool = False) -> None:
        """Put the removal in place of the worker."""
        for one in removal([self.worker], all_caches=all_caches):
            (self.folder / one.path).write_bytes(one.content)

    def close(self) -> None:
        """Stop serving."""
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


StuckSite = Callable[[str], Site]


@pytest.fixture
def stuck_site(tmp_path: Path, chromium: Chromium) -> Iterator[StuckSite]:
    """Serve sites; what they leave in the browser goes with them."""
    sites: list[Site] = []

    def make(worker: str) -> Site:
        folder = tmp_path / worker
        folder.mkdir()
        sites.append(Site(folder, worker))
        return sites[-1]

    yield make
    for site in sites:
        chromium.forget(site.url)
        site.close()


def stuck_page(chromium: Chromium, site: Site) -> Page:
    """Return a page that the old worker controls."""
    page = chromium.open(site.url)
    page.wait_for_function("navigator.serviceWorker.controller")
    page.goto(site.url + "#part")
    page.reload()
    assert page.title() == "old"
    return page


UPDATE = "navigator.serviceWorker.getRegistration().then((one) => { one.update(); })"
REGISTRATIONS = "navigator.serviceWorker.getRegistrations().then((all) => all.length)"


def wait_until_none_is_left(chromium: Chromium, page: Page) -> None:
    """Not by Playwright's wait_for_function(), which takes a promise of false for true."""
    chromium.poll(lambda: value_in(page, REGISTRATIONS) == 0, what="the worker to be gone")


def test_stuck_pages_are_freed_and_all_caches_go_if_asked(chromium: Chromium, stuck_site: StuckSite) -> None:
    site = stuck_site("sw.js")
    page = stuck_page(chromium, site)
    second = chromium.open(site.url + "?second")
    assert second.title() == "old"
    site.publish(all_caches=True)
    (site.folder / "index.html").write_text("<title>new</title>", encoding="utf-8")
    site.seen.clear()

    page.evaluate(UPDATE)
    for freed in (page, second):
        freed.wait_for_function("document.title === 'new'")
    wait_until_none_is_left(chromium, page)
    assert page.evaluate("caches.keys()") == []
    assert page.evaluate("indexedDB.databases()") == []
    assert site.seen["/"] == 1
    assert site.seen["/?second"] == 1


def test_a_page_that_still_registers_the_worker_is_reloaded_once_only_and_only_our_caches_go(
    chromium: Chromium, stuck_site: StuckSite
) -> None:
    site = stuck_site("old-sw.js")
    page = stuck_page(chromium, site)
    site.publish()
    site.seen.clear()
    page.evaluate(UPDATE)
    page.wait_for_function("document.title === 'new'")
    page.fill("input", "half a form")
    # The reloaded page registers the worker anew, which comes and goes without touching the page.
    page.evaluate(
        """async (worker) => {
          await navigator.serviceWorker.register(worker);
          const left = async () => (await navigator.serviceWorker.getRegistrations()).length;
          while (await left()) await new Promise(requestAnimationFrame);
        }""",
        site.worker,
    )
    assert page.input_value("input") == "half a form"
    assert sorted(page.evaluate("caches.keys()")) == ["pwagen:/another/:runtime", "somebody else's"]
    assert page.evaluate("indexedDB.databases()") == []
    assert site.seen["/"] == 1


def test_the_page_script_frees_a_visitor_who_comes_back(chromium: Chromium, stuck_site: StuckSite) -> None:
    site = stuck_site("sw.js")
    # This old worker leaves pages alone, so that the page comes with the new script.
    script = OLD_WORKER.replace('=== "navigate"', '=== "never"')
    (site.folder / "sw.js").write_text(script, encoding="utf-8")
    page = chromium.open(site.url)
    page.wait_for_function("navigator.serviceWorker.controller")
    site.publish()
    (site.folder / "index.html").write_text(
        "<title>new</title><script src=register.js></script>", encoding="utf-8"
    )
    page.goto(site.url)
    wait_until_none_is_left(chromium, page)
