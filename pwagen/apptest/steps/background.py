"""Refreshing in the background."""

from __future__ import annotations

from typing import Any

from pwagen.apptest.sites.chromium_site import ChromiumSite
from pwagen.apptest.step import StepFailedError, StepSkippedError, step
from pwagen.testing.site_server.site_server import RequestMissingError


@step("periodic-sync", "The browser lets the worker refresh its data", "the data fetched, without an error")
def periodic_sync(site: ChromiumSite) -> str:
    site.needs_event("periodicsync")
    site.chromium.set_permission(site.origin, "periodic-background-sync", "granted")
    site.chromium.set_permission(site.origin, "notifications", "granted")
    if site.config:
        return "; ".join(_refreshed(site, entry) for entry in site.config.get("periodicSync", []))
    site.visit()
    tags = site.chromium.workers.evaluate(site.url, "self.registration.periodicSync.getTags()")
    if not tags:
        raise StepSkippedError("not applicable: no page registers a periodic sync")
    for tag in tags:
        site.chromium.workers.dispatch_periodic_sync(site.url, tag)
    return f"the worker takes {', '.join(tags)}"


def _refreshed(site: ChromiumSite, entry: dict[str, Any]) -> str:
    """Dispatch one entry's event with no page open, and return what it did."""
    site.close_pages()
    urls = [site.resolved(url) for url in entry["urls"]]
    is_new = _renew(site, urls[0])
    if site.server:
        site.server.clear()
    earlier = len(site.desktop.history)
    site.chromium.workers.dispatch_periodic_sync(site.url, entry["tag"])
    for url in urls:
        _fetched(site, url)
    summary = f"{entry['tag']} fetched {', '.join(entry['urls'])}"
    if entry.get("notify") and is_new:
        if not site.until(lambda: len(site.desktop.history) > earlier):
            raise StepFailedError(
                "no notification",
                where=site.place(site.script),
                expected=f"“{entry['notify']['title']}”",
            )
        summary += f", showed “{site.desktop.history[-1].title}”"
    return summary


def _renew(site: ChromiumSite, url: str) -> bool:
    """Publish another edition of the data, the same JSON in other bytes; False where that isn't possible."""
    path = site.path_here(url)
    if not site.server or path is None:
        return False
    file = site.server.folder / path
    if not file.is_file():
        return False
    site.server.answers.content[path] = file.read_bytes() + b"\n"
    return True


def _fetched(site: ChromiumSite, url: str) -> None:
    path = site.path_here(url)
    if not site.server or path is None:
        return
    try:
        request = site.server.wait_for_request(path, "GET", timeout=8)
    except RequestMissingError as error:
        raise StepFailedError(str(error), where=site.place(site.script)) from None
    if request.status != 200:
        raise StepFailedError(f"{url} answers {request.status}", where=site.place(url))
