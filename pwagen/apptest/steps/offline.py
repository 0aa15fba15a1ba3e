"""What works without a network."""

from __future__ import annotations

import re
from collections.abc import Callable
from http import HTTPStatus
from mimetypes import guess_type
from typing import Any
from urllib.parse import urljoin, urlsplit
from urllib.request import Request, urlopen

from pwagen.apptest.explanations import header_in_the_way
from pwagen.apptest.sites.left_to_network import left_to_network
from pwagen.apptest.sites.page import Page
from pwagen.apptest.sites.site_under_test import SiteUnderTest
from pwagen.apptest.step import StepFailedError, StepSkippedError, step
from pwagen.testing.site_server.site_server import media_type

START_PAGE = "the start page and its links"
MISSING = "pwagen-test/there-is-no-such-page/"
NETWORK_ERRORS = "Failed to load|Failed to fetch|net::ERR_|NetworkError|no-response"
"""What pages and workers log when there is no network, Workbox included; what the user sees is judged."""

HEAD_SECONDS = 5
_PAGE_TYPES = ("text/html", "application/xhtml+xml")
# The start page, and what stands in for others; offline.de.html is that in another language.
_NO_PAGE = re.compile(r"(index|404|offline(\.[\w-]+)?)\.html")
_HEADERS = """(url) => fetch(url, { headers: { Accept: "text/html" } }).then(
  ({ headers }) => Object.fromEntries(headers),
  () => ({}),
)"""
_ANONYMOUS = """async (url) => {
  const asked = fetch(url, { headers: { Accept: "text/html" }, credentials: "omit", redirect: "manual" });
  const { type, status, headers } = await asked.catch(() => ({ status: 0, headers: [] }));
  return { redirects: type === "opaqueredirect", status, headers: Object.fromEntries(headers) };
}"""
_SCOPE = "navigator.serviceWorker.ready.then((found) => found.scope)"
_LINKS = "Array.from(document.links, (link) => link.href.split('#')[0])"


@step(
    "offline-start",
    "The start page is reloaded offline",
    "the page as it was online",
    tolerates=NETWORK_ERRORS,
)
def offline_start(site: SiteUnderTest) -> str:
    site.needs_event("fetch")
    page = site.visit()
    if member := left_to_network(site, page.url):
        raise StepSkippedError(f"not applicable: {member} leaves {page.url} to the network")
    site.once(START_PAGE, lambda: _start_page(page))
    return _same_offline(site, page, page.url)


@step("offline-deep", "A deep page is opened offline", "the page as it was online", tolerates=NETWORK_ERRORS)
def offline_deep(site: SiteUnderTest) -> str:
    site.needs_event("fetch")
    url = deep_page(site)
    page = site.visit(url)
    return _same_offline(site, page, url)


@step(
    "offline-missing",
    "A page that was never stored is opened offline",
    "a page of the site, not the browser's error",
    tolerates=NETWORK_ERRORS,
)
def offline_missing(site: SiteUnderTest) -> str:
    site.needs_event("fetch")
    page = site.visit()
    url = urljoin(site.url, MISSING)
    site.set_offline(True)
    failure, status = site.opened(page, url)
    if failure:
        raise StepFailedError(failure, where=url)
    if not _text(page):
        raise StepFailedError(f"an empty page with the status {status}", where=url)
    return f"“{page.title() or _text(page)[:60]}” with the status {status}"


@step(
    "offline-urls",
    "The addresses of offline.precache_urls are opened offline",
    "each of them, though nobody was there",
    tolerates=NETWORK_ERRORS,
)
def offline_urls(site: SiteUnderTest) -> str:
    site.needs_event("fetch")
    urls = [urljoin(site.script, url) for url in (site.config or {}).get("precacheUrls", ())]
    if not urls:
        raise StepSkippedError(
            "not applicable: no address is stored that has no file (offline.precache_urls)"
        )
    page = site.visit()
    site.set_offline(True)
    answers = [(url, *site.opened(page, url)) for url in urls]
    missing = [url for url, failure, status in answers if failure or status >= 400]
    if missing:
        site.set_offline(False)
        page = site.visit()
        reasons = {url: _why_not_stored(page.evaluate(_ANONYMOUS, url)) for url in missing}
        told = "; ".join(f"{site.path_here(url) or url} ({reason})" for url, (reason, _) in reasons.items())
        hints = dict.fromkeys(hint for _, hint in reasons.values() if hint)
        raise StepFailedError(f"not stored: {told}", where=missing[0], hint="; ".join(hints))
    return f"{len(urls)} of {len(urls)}"


def _why_not_stored(answer: dict[str, Any]) -> tuple[str, str]:
    """Return what stood in the way of an address of `offline.precache_urls`, and what to write. Pure."""
    if answer["redirects"]:
        return "it redirects, as to a log-in", "name the address that it leads to, or remove it"
    if answer["status"] != HTTPStatus.OK:
        return f"the server answers with the status {answer['status']}", "correct the address, or remove it"
    header, hint = header_in_the_way(answer["headers"])
    return (f"its header “{header}”", hint) if header else ("the worker was not answered in time", "")


def deep_page(site: SiteUnderTest) -> str:
    """Return the URL of a page below the start page: one it links to, else any that is there."""
    return site.once("a deep page", lambda: _deep_page(site))


def _deep_page(site: SiteUnderTest) -> str:
    start, links = site.once(START_PAGE, lambda: _visited_start_page(site))
    others = [url for url in _on_disk(site) if url != start]
    return deepest(links, others, lambda url: left_to_network(site, url), lambda url: _is_page(site, url))


def deepest(
    links: list[str], others: list[str], left_by: Callable[[str], str], is_page: Callable[[str], bool]
) -> str:
    """Return the deepest page that is linked, else of the others; skip the step if there is none. Pure.

    ``left_by`` returns the member of pwagen.yaml that leaves a URL to the network; the others are pages.
    """
    # The deepest is the hardest: its relative links lead elsewhere.
    linked = sorted(dict.fromkeys(url for url in links if "?" not in url), key=_depth, reverse=True)
    left: dict[str, str] = {}
    for url in (*linked, *sorted(others, key=_depth, reverse=True)):
        if member := left_by(url):
            left[url] = member
        elif url in others or is_page(url):
            return url
    if left:
        url, member = next(iter(left.items()))
        raise StepSkippedError(f"not applicable: {member} leaves {url} to the network, and no page is beside")
    raise StepSkippedError("not applicable: the site has one page")


def _visited_start_page(site: SiteUnderTest) -> tuple[str, list[str]]:
    page = site.visit()
    seen = _start_page(page)
    site.close_page(page)
    return seen


def _start_page(page: Page) -> tuple[str, list[str]]:
    """Return the address of the start page, and those of the site's pages that it links to."""
    scope = page.evaluate(_SCOPE)
    start = page.url.split("#")[0]
    return start, [url for url in page.evaluate(_LINKS) if url.startswith(scope) and url != start]


def _depth(url: str) -> int:
    return url.rstrip("/").count("/")


def _is_page(site: SiteUnderTest, url: str) -> bool:
    """Tell whether a link leads to a page rather than to a picture or a download, as its media type says."""
    if site.server:
        path = site.path_here(url)
        file = None if path is None else site.server.find(path)
        return file is not None and media_type(file[0]).startswith(_PAGE_TYPES)
    if (guessed := guess_type(urlsplit(url).path)[0]) and not guessed.startswith(_PAGE_TYPES):
        return False
    try:
        question = Request(url, method="HEAD")  # noqa: S310 - it begins with the scope, which is http or https
        with urlopen(question, timeout=HEAD_SECONDS) as answer:  # noqa: S310
            return str(answer.headers.get_content_type()).startswith(_PAGE_TYPES)
    except OSError:
        return True  # a server that answers no HEAD, which pages are asked for with nowhere else


def _on_disk(site: SiteUnderTest) -> list[str]:
    if not site.server:
        return []
    folder = site.server.folder
    pages = (path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*.html")))
    return [urljoin(site.url, page) for page in pages if not _NO_PAGE.fullmatch(page)]


def _same_offline(site: SiteUnderTest, page: Page, url: str) -> str:
    online = page.title(), bool(_text(page))
    seen, expected = _seen_offline(site, page, url, online)
    if seen:
        # Some workers store a page only when it is loaded for the second time.
        site.set_offline(False)
        site.problems.clear()  # they may be of a page that was shown in its place
        site.opened(page, url)
        seen, expected = _seen_offline(site, page, url, online)
    if seen:
        header, hint = _header_in_the_way(site, url)
        reason = f": the page was not stored, for its header “{header}”" if header else ""
        raise StepFailedError(f"{seen}{reason}", where=site.place(url), expected=expected, hint=hint)
    return f"“{online[0]}” at {url.removeprefix(site.origin)}"


def _seen_offline(site: SiteUnderTest, page: Page, url: str, online: tuple[str, bool]) -> tuple[str, str]:
    """Return what is shown offline instead of the page, and what was expected; nothing if it is shown.

    ``online`` is the page's title, and whether it has a text.
    """
    site.set_offline(True)
    failure, status = site.opened(page, url)
    if failure or status >= 400:
        return failure or f"“{page.title()}” with the status {status}", ""
    if not site.until(lambda: (page.title(), bool(_text(page))) == online, 3):
        return f"“{page.title()}”", f"“{online[0]}”"
    return "", ""


def _header_in_the_way(site: SiteUnderTest, url: str) -> tuple[str, str]:
    """Return the header of a page for which pwagen's worker doesn't store it, and what to write."""
    if not site.config:
        return "", ""  # what others store isn't known
    site.set_offline(False)
    page = site.visit()
    return header_in_the_way(page.evaluate(_HEADERS, url))


def _text(page: Page) -> str:
    return str(page.evaluate("document.body?.innerText ?? ''")).strip()
