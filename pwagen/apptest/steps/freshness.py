"""What the server has now is what is shown: asked for once, never kept against its headers, never masked."""

from __future__ import annotations

from contextlib import suppress
from threading import Timer
from time import monotonic
from urllib.parse import urljoin

from pwagen.apptest.sites.chromium_site import ChromiumSite
from pwagen.apptest.sites.left_to_network import route_for
from pwagen.apptest.sites.page import Page
from pwagen.apptest.sites.site_under_test import SiteUnderTest
from pwagen.apptest.step import StepFailedError, StepSkippedError, step
from pwagen.apptest.steps.offline import NETWORK_ERRORS, deep_page
from pwagen.testing.site_server.site_server import SiteServer

SECOND_REQUEST_SECONDS = 0.1
"""How long after a page has loaded: both are made before its first answer is there."""
UNASKED_SECONDS = 0.5
"""A stored page that is shown sooner was not waited for: no time-out is as short."""
SHORT_TIMEOUT = 1.0
"""Of pwagen's worker, in place of its own: what happens after it is the same."""
PATIENCE_SECONDS = 4.0
"""After which the server answers: the time-outs of other workers are mostly shorter."""
LOG_IN_SECONDS = 5
"""How long after the server's answer a page that was shown in its place may stay."""
LOG_IN = "pwagen-test/log-in"
_LOG_IN_PAGE = "<!doctype html><title>Log in</title><h1>Log in</h1>"

_SHORTEN = """(timeout) => {
  for (const rule of [self.pwagen.config.offline, ...self.pwagen.config.offline.routes]) {
    if (rule.timeout) rule.timeout = timeout;
  }
}"""

# As object stores name what users upload: it looks like the fingerprint of a build.
PICTURE = "pwagen-test/507f1f77bcf86cd799439011.svg"
PICTURE_PAGE = "pwagen-test/picture.html"
_SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="{0}"/>'
_WIDTH = """(url) => new Promise((resolve) => {
  const picture = new Image();
  picture.addEventListener("load", () => resolve(picture.naturalWidth));
  picture.addEventListener("error", () => resolve(0));
  picture.src = url;
  setTimeout(resolve, 5000, 0);
})"""


@step(
    "one-request",
    "A page is opened",
    "one request for it at most",
    hint="answer with event.preloadResponse where navigation preload is switched on, or switch it off: "
    "links that work once are used up by the second request",
)
def one_request(site: SiteUnderTest) -> str:
    site.needs_event("fetch")
    server = site.needs_server("what the server hears can't be seen")
    urls = [""]
    with suppress(StepSkippedError):
        urls.append(deep_page(site))
    opened = []
    for url in urls:
        page, times = _times_asked(site, server, url)
        if times > 1:
            raise StepFailedError(f"{times} requests for {page}", where=site.place(site.script))
        opened.append(page)
    return f"one at most for {' and '.join(opened)}"


@step(
    "picture-fresh",
    "A picture is replaced on the server, whose answers are “no-cache”",
    "the new picture",
    hint="a name with many digits promises nothing: keep a picture for good only if its answer says "
    "“immutable” or has a long max-age",
)
def picture_fresh(site: SiteUnderTest) -> str:
    site.needs_event("fetch")
    server = site.needs_server("it takes another picture on the server")
    route = route_for((site.config or {}).get("offline") or {}, PICTURE)
    if route and route["strategy"] != "network-first":
        raise StepSkippedError(
            f"not applicable: a route of offline.routes is {route['strategy']} for {PICTURE}"
        )
    server.answers.content[PICTURE_PAGE] = "<!doctype html><title>A picture</title>"
    page = site.visit(PICTURE_PAGE)
    old = _shown_width(site, server, page, 7)
    if old != 7:
        raise StepSkippedError("not applicable: the page lets no picture of its own site be added")
    page.reload()
    new = _shown_width(site, server, page, 9)
    when = ""
    if new != 9:
        # Some workers show what is stored, and look for a new one beside it.
        page.reload()
        new, when = _shown_width(site, server, page, 9), ", the second time"
    if new != 9:
        raise StepFailedError("still the old picture", where=site.place(site.script))
    return f"the new one{when}"


@step(
    "log-in-slow",
    "The session has ended, and the server is slow to lead to the log-in",
    "the page of the log-in, once the server has answered",
    tolerates=NETWORK_ERRORS,  # of the page that is left
    hint="where a stored page is shown because the network is slow, and the answer then is a redirect, "
    "load the page again",
)
def log_in_slow(site: ChromiumSite) -> str:
    site.needs_event("fetch")
    server = site.needs_server("it takes a slow answer")
    page = site.visit()
    path = site.path_here(page.url) or ""
    # What was sent a moment ago, by an earlier step, lets pages be waited for.
    site.chromium.workers.stop(site.url)
    if site.config and site.config.get("offline"):
        site.chromium.workers.evaluate(site.url, _SHORTEN, SHORT_TIMEOUT * 1000)
    server.answers.content[LOG_IN] = _LOG_IN_PAGE
    server.answers.path_headers[LOG_IN] = {"Content-Type": "text/html"}
    server.answers.redirects[path] = LOG_IN
    server.answers.held.add(path)
    answering = Timer(PATIENCE_SECONDS, server.answers.held.discard, [path])
    try:
        answering.start()
        return _seen_log_in(site, server, page, path)
    finally:
        answering.cancel()
        server.answers.held.discard(path)
        del server.answers.redirects[path]


def _seen_log_in(site: ChromiumSite, server: SiteServer, page: Page, path: str) -> str:
    log_in = urljoin(server.url, LOG_IN)
    start = monotonic()
    failure, _ = site.opened(page, page.url)
    if failure:
        raise StepFailedError(failure, where=site.place(page.url))
    if page.url == log_in:
        return "the log-in, when the server answered"
    if monotonic() - start < UNASKED_SECONDS:
        raise StepSkippedError(
            "not applicable: the page is shown from the store without waiting for the server"
        )
    shown = page.title()
    server.answers.held.discard(path)
    if not site.until(lambda: page.url == log_in, LOG_IN_SECONDS):
        raise StepFailedError(
            f"still “{shown}”, as if the user were signed in", where=site.place(site.script)
        )
    return f"“{shown}” until the server answered, then the log-in"


def _times_asked(site: SiteUnderTest, server: SiteServer, url: str) -> tuple[str, int]:
    """Open the page, and return its place, and how often the browser or the worker asked for it."""

    def is_visit(headers: dict[str, str]) -> bool:
        is_preload = "service-worker-navigation-preload" in headers
        by_worker = headers.get("referer") == site.script
        return is_preload or by_worker or headers.get("sec-fetch-mode") == "navigate"

    server.clear()
    page = site.visit(url)
    shown = page.url
    path = site.path_here(shown) or ""

    def times() -> int:
        return sum(is_visit(request.headers) for request in server.requests_for(path, "GET"))

    site.until(lambda: times() > 1, SECOND_REQUEST_SECONDS)
    site.close_page(page)
    return site.place(shown), times()


def _shown_width(site: SiteUnderTest, server: SiteServer, page: Page, width: int) -> int:
    server.answers.content[PICTURE] = _SVG.format(width)
    shown: int = page.evaluate(_WIDTH, urljoin(site.url, PICTURE))
    return shown
