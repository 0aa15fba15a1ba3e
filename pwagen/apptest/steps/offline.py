"""What works without a network."""

from __future__ import annotations

from mimetypes import guess_type
from urllib.parse import urljoin, urlsplit
from urllib.request import Request, urlopen

from pwagen.apptest.sites.page import Page
from pwagen.apptest.sites.site_under_test import SiteUnderTest
from pwagen.apptest.step import StepFailedError, StepSkippedError, step
from pwagen.testing.site_server.site_server import media_type

MISSING = "pwagen-test/there-is-no-such-page/"
NETWORK_ERRORS = "Failed to load|Failed to fetch|net::ERR_|NetworkError|no-response"
"""What pages and workers log when there is no network, Workbox included; what the user sees is judged."""

HEAD_SECONDS = 5
_PAGE_TYPES = ("text/html", "application/xhtml+xml")
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
    page.reload()  # under the worker's eyes, which may store it only now
    return _same_offline(site, page, page.url)


@step("offline-deep", "A deep page is opened offline", "the page as it was online", tolerates=NETWORK_ERRORS)
def offline_deep(site: SiteUnderTest) -> str:
    site.needs_event("fetch")
    url = deep_page(site)
    page = site.visit(url)
    page.reload()
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


def deep_page(site: SiteUnderTest) -> str:
    """Return the URL of a page below the start page: one it links to, else any that is there."""
    page = site.visit()
    scope = page.evaluate(_SCOPE)
    start = page.url.split("#")[0]
    links: list[str] = [url for url in page.evaluate(_LINKS) if url.startswith(scope) and url != start]
    page.close()
    # The deepest is the hardest: its relative links lead elsewhere.
    candidates = sorted(dict.fromkeys(url for url in links if "?" not in url), key=_depth, reverse=True)
    deepest = next((url for url in candidates if _is_page(site, url)), None)
    if deepest is None:
        deepest = max((url for url in _on_disk(site) if url != start), key=_depth, default=None)
    if deepest is None:
        raise StepSkippedError("not applicable: the site has one page")
    return deepest


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
    return [
        urljoin(site.url, page) for page in pages if page not in ("index.html", "offline.html", "404.html")
    ]


def _same_offline(site: SiteUnderTest, page: Page, url: str) -> str:
    title, text = page.title(), _text(page)
    site.set_offline(True)
    failure, status = site.opened(page, url)
    if failure or status >= 400:
        raise StepFailedError(failure or f"“{page.title()}” with the status {status}", where=site.place(url))
    if not site.until(lambda: page.title() == title and bool(_text(page)) == bool(text), 3):
        raise StepFailedError(f"“{page.title()}”", expected=f"“{title}”", where=site.place(url))
    return f"“{title}” at {url.removeprefix(site.origin)}"


def _text(page: Page) -> str:
    return str(page.evaluate("document.body?.innerText ?? ''")).strip()
