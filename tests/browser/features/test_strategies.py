"""How requests are answered: by the network, by what was stored, by what stands in, or without the worker."""

from __future__ import annotations

import io
import wave
from collections.abc import Callable
from contextlib import suppress
from email.utils import formatdate
from time import time
from typing import TYPE_CHECKING, Any

import pytest

from pwagen.globs import to_url_pattern
from pwagen.testing.site_server.site_server import SiteServer
from pwagen.testing.time_limit import BrowserTimeoutError
from tests.browser.features.conftest import STRICT_POLICY, Harbour
from tests.test_globs import CASES

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

UNASKED = {"feed.json", "favicon.svg", "favicon.ico"}
FETCH = "path => fetch(path).then((answer) => answer.text(), ({ name }) => name)"
FETCH_WITH = "([path, headers]) => fetch(path, { headers }).then((answer) => answer.text())"
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="{0}"/>'
IMAGE_WIDTH = """(src) => new Promise((resolve) => {
  const image = new Image();
  image.onload = () => resolve(image.naturalWidth);
  image.onerror = () => resolve(0);
  image.src = src;
})"""


def route(harbour: Harbour, *routes: str) -> None:
    """Put routes before those of the sample, as YAML."""
    lines = "".join(f"\n    - {{{one}}}" for one in routes)
    harbour.rebuild("  routes:", f"  routes:{lines}")


def wait_until_stored(harbour: Harbour, page: Page, *names: str) -> None:
    """Wait until what was met is these files and no others, save what browsers fetch unasked."""

    wanted = set(names)
    stored: set[str] = set()

    def are_stored() -> bool:
        nonlocal stored
        stored = {url.rpartition("/")[2] for url in harbour.stored(page, ":runtime")} - UNASKED
        return stored == wanted

    with suppress(BrowserTimeoutError):
        harbour.chromium.poll(are_stored)
    assert (stored - wanted, wanted - stored) == (set(), set())


def answers(harbour: Harbour, path: str, body: str, **headers: str) -> None:
    harbour.site.answers.content[path] = body
    harbour.site.answers.path_headers[path] = {name.replace("_", "-"): text for name, text in headers.items()}


def store_dated(harbour: Harbour, page: Page, path: str, age_seconds: int) -> None:
    """Put an answer of that age among those that were met."""
    put = """async ([name, path, date]) => {
      const cache = await caches.open(name);
      await cache.put(path, new Response("old", { headers: { Date: date } }));
    }"""
    date = formatdate(time() - age_seconds, usegmt=True)
    page.evaluate(put, [f"pwagen:{harbour.site.mount}:runtime-data", path, date])


def runs(harbour: Harbour) -> bool:
    return any(
        version.running != "stopped" for version in harbour.chromium.workers.versions(harbour.site.url)
    )


def test_the_first_of_five_strategies_that_matches_counts_and_network_only_wakes_no_worker(
    harbour: Harbour,
) -> None:
    route(
        harbour,
        "match: data/first.json, strategy: network-first",
        "match: data/cache.json, strategy: cache-first",
        "match: data/stale.json, strategy: stale-while-revalidate",
        "match: data/only.json, strategy: cache-only",
        "match: data/**, strategy: network-only",
        "match: live/known.json, strategy: cache-first",
        "match: live/**, strategy: network-only",
    )
    page = harbour.open()
    names = ["first", "cache", "stale", "only", "network"]
    paths = [f"data/{name}.json" for name in names]
    for path in paths:
        answers(harbour, path, "old")
    assert [page.evaluate(FETCH, path) for path in paths] == ["old", "old", "old", "TypeError", "old"]
    wait_until_stored(harbour, page, "first.json", "cache.json", "stale.json")

    for path in ("api/now.json", "live/now.json", "live/known.json"):
        answers(harbour, path, path)
    # What a page asks its worker on opening would wake it.
    harbour.site.wait_for_request("feed.json")
    page.evaluate("pwagen.outbox.list()")
    harbour.chromium.workers.stop(harbour.site.url)
    for path in ("api/now.json", "live/now.json", "live/now.json?x=1"):
        assert page.evaluate(FETCH, path) == path.partition("?")[0]
    assert not runs(harbour)
    page.evaluate(FETCH, "live/known.json")
    assert runs(harbour)
    wait_until_stored(harbour, page, "first.json", "cache.json", "stale.json", "known.json")

    for path in paths:
        answers(harbour, path, "new")
    assert [page.evaluate(FETCH, path) for path in paths] == ["new", "old", "old", "TypeError", "new"]
    harbour.chromium.poll(
        lambda: page.evaluate(FETCH, "data/stale.json") == "new", what="the stale copy to be replaced"
    )
    harbour.chromium.set_offline(True)
    assert [page.evaluate(FETCH, path) for path in paths] == ["new", "old", "new", "TypeError", "TypeError"]
    page.goto(harbour.site.url + "live/")
    assert page.locator("h1").inner_text() == "You are offline"
    harbour.chromium.reset()


def test_a_route_keeps_answers_so_long_and_so_many_whatever_else_is_kept_or_refreshed(
    harbour: Harbour,
) -> None:
    route(
        harbour,
        "match: data/**, strategy: cache-first, max_age: 1h",
        "match: few/**, strategy: cache-first, max_entries: 2",
        "match: many/**, strategy: cache-first, max_entries: 500",
    )
    page = harbour.open()
    store_dated(harbour, page, "data/unasked.json", 7200)
    store_dated(harbour, page, "data/aged.json", 7200)
    store_dated(harbour, page, "data/young.json", 60)
    wait_until_stored(harbour, page, "young.json", "aged.json", "unasked.json")
    for name, expected in (("young", "old"), ("aged", "new")):
        answers(harbour, f"data/{name}.json", "new")
        assert page.evaluate(FETCH, f"data/{name}.json") == expected
    wait_until_stored(harbour, page, "young.json", "aged.json")  # others that have expired go, too

    page.goto(harbour.site.url + "about.html?page=1")
    for number in range(4):
        answers(harbour, f"few/{number}.json", "{}")
        page.evaluate(FETCH, f"few/{number}.json")
        harbour.chromium.poll(
            lambda: any(url.endswith(f"{number}.json") for url in harbour.stored(page, ":runtime"))  # noqa: B023
        )
    kept = ["young.json", "aged.json", "about.html?page=1", "2.json", "3.json"]
    wait_until_stored(harbour, page, *kept)

    fill = """async ([name, urls]) => {
      const cache = await caches.open(name);
      await Promise.all(urls.map((url) => cache.put(url, new Response(""))));
    }"""
    numbers = [str(number) for number in range(300)]
    cache = f"pwagen:{harbour.site.mount}:runtime-data"
    page.evaluate(fill, [cache, [f"many/{number}" for number in numbers]])
    page.goto(harbour.site.url + "about.html?page=2")
    answers(harbour, "feed.json", "[1]")
    harbour.chromium.workers.dispatch_periodic_sync(harbour.site.url, "get-daily-news")
    harbour.until(page, "caches.match('feed.json').then((feed) => feed?.text()).then((it) => it === '[1]')")
    wait_until_stored(harbour, page, *kept, *numbers, "about.html?page=2")


def test_a_file_that_never_changes_is_asked_for_once_and_a_film_is_searched_in_its_stored_copy(
    harbour: Harbour,
) -> None:
    sound = io.BytesIO()
    with wave.open(sound, "wb") as tone:
        tone.setnchannels(1)
        tone.setsampwidth(1)
        tone.setframerate(8000)
        tone.writeframes(bytes(range(256)) * 125)
    harbour.deploy({"assets/tone.wav": sound.getvalue()})
    page = harbour.open()
    for name in ("late.3f9a1c2b.svg", "late.svg"):
        # The name is a hint; the header says so.
        lasting = {"Cache_Control": "immutable"} if "3f9a1c2b" in name else {}
        answers(harbour, f"assets/{name}", PICTURE.format(11), Content_Type="image/svg+xml", **lasting)
        assert page.evaluate(IMAGE_WIDTH, f"assets/{name}") == 11
    wait_until_stored(harbour, page, "late.3f9a1c2b.svg", "late.svg")
    page.goto(harbour.site.url + "about.html")
    for name in ("late.3f9a1c2b.svg", "late.svg"):
        answers(harbour, f"assets/{name}", PICTURE.format(22), Content_Type="image/svg+xml")
    assert page.evaluate(IMAGE_WIDTH, "assets/late.3f9a1c2b.svg") == 11
    assert page.evaluate(IMAGE_WIDTH, "assets/late.svg") == 22

    # GoogleChrome/workbox#1663, #1644
    harbour.chromium.set_offline(True)
    seek = """(src) => new Promise((resolve, reject) => {
      const audio = new Audio(src);
      audio.onerror = () => reject(audio.error);
      audio.onloadedmetadata = () => { audio.currentTime = 3; };
      audio.onseeked = () => resolve([audio.duration, audio.currentTime]);
    })"""
    assert page.evaluate(seek, "assets/tone.wav") == [4, 3]
    part = """(path) => fetch(path, { headers: { Range: "bytes=2-5" } }).then(async (a) =>
      [a.status, a.headers.get("Content-Range"), [...new Uint8Array(await a.arrayBuffer())]])"""
    status, content_range, found = page.evaluate(part, "assets/tone.wav")
    assert (status, content_range) == (206, f"bytes 2-5/{len(sound.getvalue())}")
    assert bytes(found) == sound.getvalue()[2:6]


def test_what_is_for_one_user_alone_or_another_origins_is_not_kept_even_by_a_route(
    harbour: Harbour, serve_site: Callable[..., SiteServer]
) -> None:
    route(harbour, "match: data/**, strategy: network-first", "match: '**', strategy: cache-first")
    other = serve_site(harbour.folder / "public")
    harbour.site.answers.headers["Content-Security-Policy"] = STRICT_POLICY.replace("'self'", "* 'self'", 1)
    page = harbour.open()
    # ephiosdev/ephios#1400, angular/angular-cli#10926, shadowwalker/next-pwa#50
    answers(harbour, "data/no-store", "x", Cache_Control="no-store")
    answers(harbour, "data/private", "x", Cache_Control="max-age=60, private")
    answers(harbour, "data/cookie", "x", Vary="Accept, Cookie")
    answers(harbour, "data/token", "x")
    answers(harbour, "data/public", "x")
    for name in ("no-store", "private", "cookie"):
        assert page.evaluate(FETCH, f"data/{name}") == "x"
    assert page.evaluate(FETCH_WITH, ["data/token", {"Authorization": "Bearer x"}]) == "x"

    # An opaque answer takes about 7 MB of the quota: GoogleChrome/workbox#2226, #1210
    assert page.evaluate(IMAGE_WIDTH, other.url + "assets/harbour.svg") > 0
    fetched = page.evaluate(
        "url => fetch(url, { mode: 'no-cors' }).then(({ type }) => type)", other.url + "feed.json"
    )
    assert fetched == "opaque"
    page.evaluate(FETCH, "data/public")
    page.evaluate(FETCH, "feed.json?own")
    wait_until_stored(harbour, page, "public", "feed.json?own")
    assert not [url for url in harbour.stored(page) if url.startswith(other.origin)]


def test_a_page_comes_by_navigation_preload_once_and_fallbacks_are_errors_to_it(harbour: Harbour) -> None:
    harbour.deploy({"assets/stand-in.svg": PICTURE.format(21), "assets/stand-in.json": '{"offline": true}'})
    fallbacks = "fallbacks: {image: assets/stand-in.svg, json: assets/stand-in.json}"
    harbour.rebuild("  page: offline.html", f"  page: offline.html\n  {fallbacks}")
    page = harbour.open()
    harbour.chromium.workers.stop(harbour.site.url)
    harbour.site.clear()
    page.goto(harbour.site.url + "about.html")
    asked = harbour.site.requests_for("about.html")
    assert [request.headers.get("service-worker-navigation-preload") for request in asked] == ["true"]

    harbour.chromium.set_offline(True)
    assert page.evaluate(IMAGE_WIDTH, "assets/none.png") == 21
    status = "([path, headers]) => fetch(path, { headers }).then(async (a) => [a.status, await a.json()])"
    for path, headers in (("data/none.json", {}), ("data/none", {"Accept": "application/json"})):
        assert page.evaluate(status, [path, headers]) == [503, {"offline": True}]
    # What isn't data, and what the worker was told to leave alone, fail as without it.
    for path in ("data/none.txt", "api/none.json"):
        assert page.evaluate(FETCH, path) == "TypeError"
    harbour.chromium.reset()


def test_url_patterns_match_what_the_globs_do(harbour: Harbour) -> None:
    cases: list[tuple[str, str, list[str], list[str]]] = []
    for glob, matching, others in CASES:
        if pattern := to_url_pattern(glob):
            # URLs have no "." as a part, and the empty one is the folder itself.
            paths = [[path for path in some if path.strip("./")] for some in (matching, others)]
            cases.append((glob, pattern, paths[0], [path for path in paths[1] if path[:2] != "./"]))
    harbour.site.answers.content["plain.html"] = "<!DOCTYPE html><title>No worker</title>"
    page = harbour.chromium.open(harbour.site.url + "plain.html")
    test = """([pattern, paths]) => {
      const base = new URL("sw.js", document.baseURI).href;
      const compiled = new URLPattern(pattern, base);
      return paths.map((path) => compiled.test(new URL(encodeURI(path), base)));
    }"""
    found: dict[str, Any] = {
        glob: (page.evaluate(test, [pattern, matching]), page.evaluate(test, [pattern, others]))
        for glob, pattern, matching, others in cases
    }
    assert len(cases) > 5
    assert found == {
        glob: ([True] * len(matching), [False] * len(others)) for glob, _, matching, others in cases
    }
