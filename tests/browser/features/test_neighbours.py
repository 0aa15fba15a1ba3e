"""Living with others: two apps on one origin, a worker that was there before, the next user of a device."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from pwagen.testing.site_server.site_server import Answers, SiteServer
from tests.browser.features.conftest import STRICT_POLICY, SUBSCRIPTIONS, Harbour

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

FETCH = "path => fetch(path).then((answer) => answer.text(), ({ name }) => name)"
CACHES = "caches.keys().then((names) => names.sort())"
# What is in the origin's databases, by their names.
VALUES = """async () => {
  const done = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const found = {};
  for (const { name } of await indexedDB.databases()) {
    const database = await done(indexedDB.open(name));
    const stores = [...database.objectStoreNames];
    const values = stores.map((store) => done(database.transaction(store).objectStore(store).getAll()));
    // "" takes the place of what was refreshed: it says nothing of anybody.
    found[name] = (await Promise.all(values)).flat().filter((value) => value !== "");
    database.close();
  }
  return found;
}"""
# Everything that the origin keeps, except what the build itself put there.
KEPT = """async () => ({
  storage: Object.keys(localStorage),
  cookies: document.cookie,
  subscription: await (await navigator.serviceWorker.ready).pushManager.getSubscription(),
})"""


def values(page: Page) -> dict[str, list[Any]]:
    """Return what the databases hold; empty ones are left out."""
    return {name: found for name, found in page.evaluate(VALUES).items() if found}


def kept(harbour: Harbour, page: Page) -> dict[str, Any]:
    responses = [url for url in harbour.stored(page) if "?pwagen" not in url]
    return {**page.evaluate(KEPT), "values": values(page), "responses": responses}


def open_in(harbour: Harbour, url: str) -> Page:
    page = harbour.chromium.open(url, wait_for_worker=True)
    harbour.until(page, "navigator.serviceWorker.controller !== null")
    return page


def write(harbour: Harbour, path: str, text: str) -> None:
    (harbour.folder / "public" / path).write_text(text, encoding="utf-8")


# --- two apps -----------------------------------------------------------------------------------------


@pytest.fixture
def two_apps(harbour: Harbour, serve_site: Callable[..., SiteServer]) -> SiteServer:
    """Serve the same app twice at one origin, at the top and below it."""
    both = harbour.folder.with_name("both")
    shutil.copytree(harbour.folder / "public", both)
    shutil.copytree(harbour.folder / "public", both / "sub")
    policy = {"Content-Security-Policy": STRICT_POLICY}
    return serve_site(both, answers=Answers(headers=policy, accepts={SUBSCRIPTIONS, f"sub/{SUBSCRIPTIONS}"}))


def test_two_apps_on_one_origin_keep_out_of_each_others_way(harbour: Harbour, two_apps: SiteServer) -> None:
    # vite-pwa/vite-plugin-pwa's self-destroying worker deletes every cache of the origin
    top, sub = open_in(harbour, two_apps.url), open_in(harbour, two_apps.url + "sub/")
    for page in (top, sub):
        page.goto(page.url + "about.html?page=1")
    kinds = ("precache", "runtime", "runtime-data")
    names = [f"pwagen:{app}:{kind}" for app in ("/", "/sub/") for kind in kinds]
    harbour.chromium.poll(lambda: top.evaluate(CACHES) == names, what="the caches of both")

    version = sub.evaluate("pwagen.version()")
    file = two_apps.folder / "sw.js"
    file.write_text(file.read_text().replace("There is something new", "There is something newer"))
    harbour.find_new_build(top)
    top.locator("[data-pwagen=update]").wait_for()
    with top.expect_navigation():
        top.locator("[data-pwagen=update]").click()
    harbour.until(top, "navigator.serviceWorker.controller?.state === 'activated'")
    assert top.evaluate(CACHES) == names
    assert sub.evaluate("pwagen.version()") == version

    sub.evaluate("pwagen.badge.set(3).catch(() => {})")
    top.evaluate("caches.open('pwagen:/:runtime-data').then((cache) => cache.put('theirs', new Response()))")
    top.evaluate("pwagen.signOut()")
    # The page that the update opened may ask for the feed only now, and gets it anew.
    assert set(harbour.stored(top, "pwagen:/:runtime")) <= {two_apps.url + "feed.json"}
    assert {name for name in names if "runtime" not in name or "sub" in name} <= set(top.evaluate(CACHES))
    # What it notes of that is gone the next time.
    harbour.chromium.poll(
        lambda: top.evaluate("pwagen.signOut()") or "pwagen:/" not in values(top), what="one's values to go"
    )
    assert sub.evaluate("pwagen.badge.get()") == 3

    harbour.chromium.set_offline(True)
    for page, url in ((top, two_apps.url), (sub, two_apps.url + "sub/")):
        page.goto(url + "about.html")
        assert "bout" in page.locator("h1").inner_text()
    # Once its pages are closed: what they ask for without their workers fails late.
    harbour.chromium.forget(two_apps.url)
    harbour.chromium.problems.clear()


# --- a worker that was there before -------------------------------------------------------------------

# With names that ours has, too, and a fetch listener that answers one path.
THEIRS = """
const CONFIG = "theirs", BASE = "theirs", hooks = "theirs";
function store() { throw new Error("not yours"); }
function answer() { return new Response(CONFIG + BASE + hooks); }
self.addEventListener("fetch", (event) => {
  if (event.request.url.endsWith("/theirs")) event.respondWith(answer());
});
"""


def open_with_their_worker(harbour: Harbour, theirs: str) -> Page:
    harbour.site.answers.headers["Content-Security-Policy"] = "default-src 'self'"
    write(harbour, "service-worker.js", theirs)
    harbour.rebuild(
        "worker: {hooks: pwa-hooks.js}", "worker: {hooks: pwa-hooks.js, script: service-worker.js}"
    )
    return harbour.open()


def keeps_a_page(harbour: Harbour, page: Page) -> None:
    page.goto(harbour.site.url + "about.html?page=1")
    harbour.chromium.poll(
        lambda: any("?page=1" in url for url in harbour.stored(page)), what="it to be stored"
    )


@pytest.mark.parametrize("order", ["before", "after"])
def test_an_existing_worker_imports_ours(harbour: Harbour, order: str) -> None:
    load = 'importScripts("sw.js");'
    page = open_with_their_worker(harbour, load + THEIRS if order == "before" else THEIRS + load)
    script = page.evaluate("navigator.serviceWorker.controller.scriptURL")
    assert script == harbour.site.url + "service-worker.js"
    assert page.evaluate(FETCH, "theirs") == "theirstheirstheirs"
    versions = page.evaluate("pwagen.version()")
    assert versions["page"] == versions["worker"]
    keeps_a_page(harbour, page)
    harbour.chromium.set_offline(True)
    page.goto(harbour.site.url + "tides/")
    assert "ide" in page.locator("h1").inner_text()
    assert page.evaluate(FETCH, "../theirs") == "theirstheirstheirs"
    harbour.chromium.reset()


def test_a_push_through_their_worker_shows_our_notification_and_what_is_new_in_ours_is_noticed(
    harbour: Harbour,
) -> None:
    # Automattic/newspack-plugin#2104, OneSignal/react-onesignal#131: two workers replace each other
    page = open_with_their_worker(harbour, THEIRS + 'importScripts("sw.js");')
    harbour.push(harbour.subscribe(page), {"title": "High water"})
    assert harbour.shown("High water").title == "High water"

    # Though their file is the same.
    harbour.rebuild("There is something new", "There is something newer")
    harbour.find_new_build(page)
    page.locator("[data-pwagen=update]").wait_for()
    with page.expect_navigation():
        page.locator("[data-pwagen=update]").click()
    harbour.until(page, "navigator.serviceWorker.controller?.state === 'activated'")
    versions = page.evaluate("pwagen.version()")
    assert versions["page"] == versions["worker"]


def test_a_worker_that_is_replaced_is_named_and_names_in_the_hook_file_are_its_own(harbour: Harbour) -> None:
    harbour.site.answers.headers["Content-Security-Policy"] = "default-src 'self'"
    (harbour.folder / "pwa-hooks.js").write_text(THEIRS)
    harbour.deploy({"old-sw.js": "addEventListener('fetch', () => {});"})
    page = harbour.chromium.context.new_page()
    page.goto(harbour.site.url + "feed.json")
    page.evaluate("navigator.serviceWorker.register('old-sw.js').then(() => navigator.serviceWorker.ready)")
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.goto(harbour.site.url)
    harbour.chromium.poll(
        lambda: any("old-sw.js was registered for" in text for text in told), what="its name"
    )
    harbour.until(page, "navigator.serviceWorker.controller?.scriptURL.endsWith('/sw.js')")
    assert page.evaluate(FETCH, "theirs") == "theirstheirstheirs"
    keeps_a_page(harbour, page)
    harbour.chromium.reset()


# --- the next user ------------------------------------------------------------------------------------


def test_after_signing_out_nothing_of_the_user_is_left(harbour: Harbour) -> None:
    # ephiosdev/ephios#1400, w3c/push-api#297
    page = harbour.open()
    harbour.subscribe(page)
    harbour.site.answers.content["mine/letters.html"] = "<h1>My letters</h1>"
    page.goto(harbour.site.url + "mine/letters.html")
    harbour.chromium.poll(
        lambda: any("/mine/" in url for url in harbour.stored(page)), what="it to be stored"
    )
    page.goto(harbour.site.url + "about.html")
    page.evaluate("pwagen.badge.set(3)")
    before = kept(harbour, page)
    assert before["responses"]
    assert before["values"]
    assert before["subscription"]

    page.evaluate("pwagen.signOut()")
    nothing: dict[str, Any] = {
        "values": {},
        "responses": [],
        "storage": [],
        "cookies": "",
        "subscription": None,
    }
    harbour.chromium.poll(lambda: kept(harbour, page) == nothing, what="nothing to be left")
    assert len(harbour.subscription_requests("DELETE")) == 1
    harbour.chromium.set_offline(True)
    page.goto(harbour.site.url + "mine/letters.html")
    assert page.locator("h1").inner_text() == "You are offline"
    page.goto(harbour.site.url + "about.html")
    assert "bout" in page.locator("h1").inner_text()
    harbour.chromium.reset()
