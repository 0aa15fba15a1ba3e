"""What people get while a site is deployed: half-way, behind caches and redirects, with the disk full."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from pwagen.testing.site_server.site_server import Answers
from tests.browser.features.conftest import BARE_PAGE, CHECK, STRICT_POLICY, Harbour

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

VERSION = "pwagen.version().then(({ worker }) => worker)"
FAILED = f"{CHECK}.then(() => window.failed)"
NOTE_ERRORS = "pwagen.addEventListener('error', ({ detail }) => { window.failed = detail.message; })"
YEAR = "public, max-age=31536000, immutable"


def lead(words: str) -> dict[str, str | bytes]:
    """Return a start page of a later build."""
    return {"index.html": f"<!DOCTYPE html><head></head><title>H</title><h1>{words}</h1>"}


def plain(heading: str) -> str:
    """Return a page without a script, which costs little to open."""
    return f"<!DOCTYPE html><title>P</title><h1>{heading}</h1>"


@pytest.fixture(autouse=True)
def page_of_no_build(harbour: Harbour) -> None:
    """Serve a page with nothing but the page script, to ask and to update from."""
    harbour.site.answers.content["bare.html"] = BARE_PAGE


def accept(harbour: Harbour, page: Page, *, stopped: bool = True) -> None:
    """Take the build that waits, when the worker before was stopped or runs."""
    harbour.accept_build(page, stopped=stopped)
    harbour.until(page, "navigator.serviceWorker.controller?.state === 'activated'")


def offline_heading(harbour: Harbour, page: Page, path: str = "") -> str:
    harbour.chromium.set_offline(True)
    page.goto(harbour.site.url + path)
    return page.locator("h1").inner_text()


# --- what was met of the old build ------------------------------------------------------------------


MET = {"about.html": "network-first", "contact.html": "stale-while-revalidate", "new.html": "cache-first"}


def test_a_page_that_was_met_gives_way_to_the_new_builds_own(harbour: Harbour) -> None:
    routes = "".join(f"\n    - {{match: {path}, strategy: {strategy}}}" for path, strategy in MET.items())
    harbour.edit("  routes:", f"  routes:{routes}")
    harbour.deploy({"about.html": plain("Build A"), "contact.html": plain("Build A")})
    harbour.site.answers.content["new.html"] = plain("Not of build A")
    page = harbour.open("bare.html")
    for path in MET:
        for query in ("", "?page=2"):
            page.goto(harbour.site.url + path + query)
    page.goto(harbour.site.url + "about.html?utm_source=x")

    def met() -> set[str]:
        names = {url.rpartition("/")[2] for url in harbour.stored(page, ":runtime")}
        return {name for name in names if name.startswith(tuple(MET))}

    second = {f"{path}?page=2" for path in MET}
    harbour.chromium.poll(lambda: met() == {*MET, *second}, what="the pages to be kept")
    del harbour.site.answers.content["new.html"]
    page.goto(harbour.site.url + "bare.html")
    harbour.deploy(dict.fromkeys(MET, plain("Build B")))
    harbour.find_new_build(page)
    accept(harbour, page)
    assert met() == second
    for path in MET:
        assert offline_heading(harbour, page, path) == "Build B", path
    harbour.chromium.reset()


# --- one file is missing ------------------------------------------------------------------------------


def test_a_missing_file_is_named_and_the_next_build_goes_on_from_there_and_cleans_up(
    harbour: Harbour,
) -> None:
    # GoogleChrome/workbox#2155, #1832, #2460
    harbour.site.answers.status["tides/index.html"] = 404
    # Answered late, so that the other files are stored before the installation fails.
    harbour.site.answers.delay_seconds["tides/index.html"] = 0.2
    page = harbour.chromium.open(harbour.site.url + "bare.html")
    harbour.chromium.poll(
        lambda: any("tides/index.html: status 404" in str(one) for one in harbour.chromium.problems),
        what="the page to be told which file",
    )
    assert page.evaluate("pwagen.ready") is None
    assert copies(harbour, page, "index.html") == 1
    del harbour.site.answers.status["tides/index.html"]
    del harbour.site.answers.delay_seconds["tides/index.html"]
    harbour.chromium.problems.clear()
    harbour.deploy(lead("Build B"))
    harbour.site.clear()
    page = harbour.open("bare.html")
    worker = [one.path for one in harbour.site.requests if one.headers.get("sec-fetch-dest") == "empty"]
    assert "tides/index.html" in worker
    assert not {"about.html", "assets/style.css"} & set(worker)
    # The worker controls the page before its activation, which cleans up, is over.
    harbour.chromium.poll(
        lambda: copies(harbour, page, "index.html") == 1, what="the first build's file to go"
    )


def test_an_optional_file_may_be_missing_and_a_host_can_be_allowed_to_change_pages_on_the_way(
    harbour: Harbour,
) -> None:
    members = 'optional: ["tides/**"]\n  verify: false'
    harbour.rebuild("  page: offline.html", f"  page: offline.html\n  {members}")
    harbour.site.answers.status["tides/index.html"] = 404
    harbour.site.answers.content["about.html"] = plain("About, with an advertisement")
    page = harbour.open("bare.html")
    assert offline_heading(harbour, page, "tides/") == "You are offline"
    assert offline_heading(harbour, page, "about.html") == "About, with an advertisement"
    harbour.chromium.reset()


# --- half-way -----------------------------------------------------------------------------------------


def test_an_interrupted_or_killed_update_keeps_the_old_build_and_resumes(harbour: Harbour) -> None:
    # GoogleChrome/workbox#3286
    page = harbour.open("bare.html")
    before = page.evaluate(VERSION)
    page.evaluate(NOTE_ERRORS)
    # The server has about.html and sw.js of B, the rest has not arrived yet.
    harbour.site.answers.content["index.html"] = (harbour.folder / "public/index.html").read_bytes()
    harbour.site.answers.held.add("index.html")
    harbour.deploy({**lead("Build B"), "about.html": "<!DOCTYPE html><head></head><h1>About B</h1>"})
    page.evaluate(CHECK)
    harbour.chromium.poll(lambda: copies(harbour, page, "about.html") == 2, what="a part to be stored")
    harbour.chromium.workers.wait_for_status(harbour.site.url, "installing")
    harbour.chromium.workers.stop(harbour.site.url)
    harbour.chromium.poll(
        lambda: [one.status for one in harbour.chromium.workers.versions(harbour.site.url)] == ["activated"],
        what="the half-installed worker, whose process was killed, to go",
    )
    assert page.evaluate(VERSION) == before
    harbour.site.clear()
    page.evaluate(f"void {CHECK}")
    harbour.site.answers.held.clear()
    assert "index.html: it is not the file that was built" in harbour.until(page, FAILED)
    assert page.evaluate(VERSION) == before
    assert "What moves" in offline_heading(harbour, page)

    harbour.chromium.set_offline(False)
    page.goto(harbour.site.url + "bare.html")
    del harbour.site.answers.content["index.html"]
    harbour.find_new_build(page)
    assert not harbour.site.requests_for("about.html")  # it was there already
    accept(harbour, page)
    harbour.chromium.poll(lambda: copies(harbour, page, "index.html") == 1, what="the old file to go")
    assert offline_heading(harbour, page) == "Build B"
    assert offline_heading(harbour, page, "about.html") == "About B"
    harbour.chromium.reset()


AGE_THE_LIST = """async () => {
  const list = await caches.match("/?pwagen");
  const headers = new Headers(list.headers);
  headers.set("Pwagen-Stored", new Date(Date.now() - 2 * 86_400_000).toUTCString());
  const cache = await caches.open((await caches.keys()).find((name) => name.endsWith(":precache")));
  await cache.put("/?pwagen", new Response(await list.text(), { headers }));
}"""
IS_LIST_FRESH = """caches.match("/?pwagen").then(({ headers }) =>
  Date.now() - Date.parse(headers.get("Pwagen-Stored")) < 86_400_000)"""


def test_a_waiting_build_of_which_all_is_cached_for_a_year_keeps_its_files_and_takes_over_after_a_kill(
    harbour: Harbour,
) -> None:
    # facebook/create-react-app#3082, NekR/offline-plugin#272
    for name in ("sw.js", "pwa-hooks.js", "register.js", "index.html"):
        harbour.site.answers.path_headers[name] = {"Cache-Control": YEAR}
    page = harbour.open("bare.html")
    harbour.deploy(lead("Build B"))
    harbour.find_new_build(page)
    page.evaluate(AGE_THE_LIST)
    # The very first worker deletes nothing until it is started again. A cache named by the clock would be
    # deleted by the next start of the one that waits: silviolleite/django-pwa#46
    harbour.chromium.workers.stop(harbour.site.url)
    page.goto(harbour.site.url + "bare.html")
    harbour.until(page, IS_LIST_FRESH)
    # What the look at the files deletes, it deletes after it has written the list.
    page.wait_for_timeout(500)
    assert copies(harbour, page, "index.html") == 2
    harbour.site.clear()
    accept(harbour, page, stopped=False)
    assert not harbour.site.requests_for("index.html")
    harbour.chromium.poll(lambda: copies(harbour, page, "index.html") == 1, what="the old file to go")
    assert copies(harbour, page, "about.html") == 1

    # New code of the site's own alone.
    (harbour.folder / "pwa-hooks.js").write_text("self.pwagen.greeting = 'Ahoy';\n")
    harbour.deploy({})
    harbour.find_new_build(page)
    accept(harbour, page)
    assert harbour.chromium.workers.evaluate(harbour.site.url, "self.pwagen.greeting") == "Ahoy"
    assert offline_heading(harbour, page) == "Build B"
    harbour.chromium.reset()


def copies(harbour: Harbour, page: Page, path: str) -> int:
    """Return how many versions of a precached file are stored."""
    start = f"{harbour.site.url}{path}?pwagen="
    return sum(url.startswith(start) for url in harbour.stored(page, ":precache"))


# --- the disk is full ---------------------------------------------------------------------------------


MEET = """async ([name, url, size]) => {
  const cache = await caches.open(name);
  await cache.put(url, new Response(new Uint8Array(size)));
}"""


def quota(harbour: Harbour, size: int | None) -> None:
    parameters = {"origin": harbour.site.origin} | ({} if size is None else {"quotaSize": size})
    harbour.chromium.cdp.send("Storage.overrideQuotaForOrigin", parameters)


def noise(size: int, seed: str) -> bytes:
    """Return bytes that no browser stores in fewer."""
    return b"".join(hashlib.sha256(f"{seed}{n}".encode()).digest() for n in range(size // 32))


def test_a_full_disk_leaves_the_old_build_and_says_so_until_what_was_met_gives_way(harbour: Harbour) -> None:
    page = harbour.open("bare.html")
    before = page.evaluate(VERSION)
    page.evaluate(NOTE_ERRORS)
    quota(harbour, 600_000)
    try:
        harbour.deploy({**lead("Build B"), "assets/large.css": noise(1_000_000, "a")})
        failed = harbour.until(page, FAILED)
        assert "/assets/large.css: " in failed
        assert "uota" in failed
        assert page.evaluate(VERSION) == before
        assert "What moves" in offline_heading(harbour, page)
        quota(harbour, 3_400_000)
        # Before the network is back: then the browser may find the build by itself, and take the space.
        page.evaluate(MEET, [f"pwagen:{harbour.site.mount}:runtime", "met.bin", 3_000_000])
        harbour.chromium.set_offline(False)
        page.goto(harbour.site.url + "bare.html")
        harbour.find_new_build(page)
    finally:
        quota(harbour, None)
    assert not [url for url in harbour.stored(page) if url.endswith("met.bin")]
    harbour.chromium.reset()


def test_a_full_disk_drops_the_older_half_of_what_was_met(harbour: Harbour) -> None:
    # GoogleChrome/workbox#1308
    page = harbour.open("bare.html")
    for number in range(6):
        page.evaluate(MEET, [f"pwagen:{harbour.site.mount}:runtime", f"met/{number}", 200_000])
    harbour.site.answers.content["met/page.html"] = "<h1>Met</h1>" + noise(900_000, "b").hex()[:900_000]
    quota(harbour, 1_500_000)
    try:
        page.goto(harbour.site.url + "met/page.html")
        assert page.locator("h1").inner_text() == "Met"  # shown, though it can't be kept

        def left() -> list[str]:
            return sorted(url[-1] for url in harbour.stored(page, ":runtime") if "/met/" in url)

        harbour.chromium.poll(lambda: left() and "0" not in left(), what="the oldest to go")
        assert "5" in left()
    finally:
        quota(harbour, None)
    harbour.chromium.reset()


# --- hosts --------------------------------------------------------------------------------------------


def test_a_host_that_redirects_to_pretty_addresses_and_lacks_a_picture(harbour: Harbour) -> None:
    # GoogleChrome/workbox#173, shadowwalker/next-pwa#201, GoogleChrome/samples#688
    answers = harbour.site.answers
    pages = {"index.html": "Start", "tides/index.html": "Tides", "about.html": "About"}
    harbour.deploy({path: plain(heading) for path, heading in pages.items()})
    answers.status["assets/harbour.svg"] = 404  # silviolleite/django-pwa#44
    redirect(answers, "index.html", "./")
    redirect(answers, "tides/index.html", "./")
    redirect(answers, "about.html", "about")
    answers.content["about"] = (harbour.folder / "public/about.html").read_bytes()
    redirect(answers, "offline.html", "offline")
    answers.path_headers["about"] = answers.path_headers["offline"] = {"Content-Type": "text/html"}
    answers.content["offline"] = (harbour.folder / "public/offline.html").read_bytes()
    page = harbour.open("bare.html")
    for path, heading in (
        ("", "Start"),
        ("index.html", "Start"),
        ("tides/", "Tides"),
        ("tides/index.html", "Tides"),
        ("about", "About"),
        ("about.html", "About"),
        ("no/such/page", "You are offline"),
    ):
        assert offline_heading(harbour, page, path) == heading, path
    harbour.chromium.reset()


def redirect(answers: Answers, path: str, location: str) -> None:
    answers.status[path] = 301
    answers.path_headers[path] = {"Location": location}


def test_a_worker_that_is_no_script_or_forbidden_by_the_policy_is_explained(harbour: Harbour) -> None:
    # facebook/create-react-app#8593 and #7314, aws-amplify/amplify-hosting#195, shadowwalker/next-pwa#218
    answers = harbour.site.answers
    told: list[str] = []
    page = harbour.chromium.new_page()
    page.on("console", lambda message: told.append(message.text))

    def wait_until_told(*parts: str) -> None:
        page.goto(harbour.site.url + "bare.html")
        harbour.chromium.poll(lambda: all(part in "".join(told) for part in parts), what=" and ".join(parts))

    answers.path_headers["sw.js"] = {"Content-Type": "text/html"}
    wait_until_told("is served as “text/html”, but must be “text/javascript”")
    answers.path_headers["sw.js"] = {"Location": "/login"}
    answers.status["sw.js"] = 302
    wait_until_told("is answered with a redirect")
    answers.headers["Content-Security-Policy"] = STRICT_POLICY + "; worker-src 'none'"
    # The browser's own report may come after ours, and would be the next test's.
    wait_until_told("add “worker-src 'self'” to it", "violates the following Content Security Policy")
    harbour.chromium.reset()
