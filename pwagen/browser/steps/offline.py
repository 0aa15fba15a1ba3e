"""What works without a network."""

from __future__ import annotations

from urllib.parse import urljoin

from pwagen.browser.steps.site import Page, SiteOnTrial
from pwagen.browser.steps.step import StepFailed, StepSkipped, step

MISSING = "pwagen-test/there-is-no-such-page/"
NETWORK_ERRORS = "Failed to load|Failed to fetch|net::ERR_|NetworkError|no-response"
"""What pages and workers log when there is no network, Workbox included; what the user sees is judged."""

_SCOPE = "navigator.serviceWorker.ready.then((found) => found.scope)"
_LINKS = "Array.from(document.links, (link) => link.href.split('#')[0])"


@step(
    "offline-start",
    "The start page is reloaded offline",
    "the page as it was online",
    tolerates=NETWORK_ERRORS,
)
def offline_start(trial: SiteOnTrial) -> str:
    trial.needs_event("fetch")
    page = trial.visit()
    page.reload()  # under the worker's eyes, which may store it only now
    return _same_offline(trial, page, page.url)


@step("offline-deep", "A deep page is opened offline", "the page as it was online", tolerates=NETWORK_ERRORS)
def offline_deep(trial: SiteOnTrial) -> str:
    trial.needs_event("fetch")
    url = deep_page(trial)
    page = trial.visit(url)
    page.reload()
    return _same_offline(trial, page, url)


@step(
    "offline-missing",
    "A page that was never stored is opened offline",
    "a page of the site, not the browser's error",
    tolerates=NETWORK_ERRORS,
)
def offline_missing(trial: SiteOnTrial) -> str:
    trial.needs_event("fetch")
    page = trial.visit()
    url = urljoin(trial.url, MISSING)
    trial.set_offline(True)
    failure, status = trial.opened(page, url)
    if failure:
        raise StepFailed(failure, where=url)
    if not _text(page):
        raise StepFailed(f"an empty page with the status {status}", where=url)
    return f"“{page.title() or _text(page)[:60]}” with the status {status}"


def deep_page(trial: SiteOnTrial) -> str:
    """Return the URL of a page below the start page: one it links to, else any that is there."""
    page = trial.visit()
    scope = page.evaluate(_SCOPE)
    start = page.url.split("#")[0]
    links: list[str] = [url for url in page.evaluate(_LINKS) if url.startswith(scope) and url != start]
    page.close()
    found = [url for url in links if "?" not in url] or [url for url in _on_disk(trial) if url != start]
    if not found:
        raise StepSkipped("not applicable: the site has one page")
    # The deepest is the hardest: its relative links lead elsewhere.
    return max(found, key=lambda url: url.rstrip("/").count("/"))


def _on_disk(trial: SiteOnTrial) -> list[str]:
    if not trial.server:
        return []
    folder = trial.server.folder
    pages = (path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*.html")))
    return [
        urljoin(trial.url, page) for page in pages if page not in ("index.html", "offline.html", "404.html")
    ]


def _same_offline(trial: SiteOnTrial, page: Page, url: str) -> str:
    title, text = page.title(), _text(page)
    trial.set_offline(True)
    failure, status = trial.opened(page, url)
    if failure or status >= 400:
        raise StepFailed(failure or f"“{page.title()}” with the status {status}", where=trial.place(url))
    if not trial.until(lambda: page.title() == title and bool(_text(page)) == bool(text), 3):
        raise StepFailed(f"“{page.title()}”", expected=f"“{title}”", where=trial.place(url))
    return f"“{title}” at {url.removeprefix(trial.origin)}"


def _text(page: Page) -> str:
    return str(page.evaluate("document.body?.innerText ?? ''")).strip()
