"""Refreshing in the background."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

from pwagen.apptest.sites.chromium_site import ChromiumSite
from pwagen.apptest.step import StepFailedError, StepSkippedError, step
from pwagen.testing.site_server.site_server import RequestMissingError


@step("periodic-sync", "The browser lets the worker refresh its data", "the data fetched, without an error")
def periodic_sync(trial: ChromiumSite) -> str:
    trial.needs_event("periodicsync")
    trial.chromium.set_permission(trial.origin, "periodic-background-sync", "granted")
    trial.chromium.set_permission(trial.origin, "notifications", "granted")
    if trial.config:
        return "; ".join(_refreshed(trial, entry) for entry in trial.config.get("periodicSync", []))
    trial.visit()
    tags = trial.chromium.workers.evaluate(trial.url, "self.registration.periodicSync.getTags()")
    if not tags:
        raise StepSkippedError("not applicable: no page registers a periodic sync")
    for tag in tags:
        trial.chromium.workers.dispatch_periodic_sync(trial.url, tag)
    return f"the worker takes {', '.join(tags)}"


def _refreshed(trial: ChromiumSite, entry: dict[str, Any]) -> str:
    """Dispatch one entry's event with no page open, and return what it did."""
    trial.chromium.close_pages()
    urls = [trial.resolved(url) for url in entry["urls"]]
    is_new = _renew(trial, urls[0])
    if trial.server:
        trial.server.clear()
    known = len(trial.desktop.history)
    trial.chromium.workers.dispatch_periodic_sync(trial.url, entry["tag"])
    for url in urls:
        _fetched(trial, url)
    seen = f"{entry['tag']} fetched {', '.join(entry['urls'])}"
    if entry.get("notify") and is_new:
        if not trial.until(lambda: len(trial.desktop.history) > known):
            raise StepFailedError(
                "no notification",
                where=trial.place(trial.script),
                expected=f"“{entry['notify']['title']}”",
            )
        seen += f", showed “{trial.desktop.history[-1].title}”"
    return seen


def _renew(trial: ChromiumSite, url: str) -> bool:
    """Publish another edition of the data, the same JSON in other bytes; False where that isn't possible."""
    if not trial.server or not url.startswith(trial.server.url):
        return False
    path = unquote(urlsplit(url.removeprefix(trial.server.url)).path)
    file = trial.server.folder / path
    if not file.is_file():
        return False
    trial.server.answers.content[path] = file.read_bytes() + b"\n"
    return True


def _fetched(trial: ChromiumSite, url: str) -> None:
    if not trial.server or not url.startswith(trial.server.url):
        return
    try:
        request = trial.server.wait_for_request(url.removeprefix(trial.server.url), "GET", timeout=8)
    except RequestMissingError as error:
        raise StepFailedError(str(error), where=trial.place(trial.script)) from None
    if request.status != 200:
        raise StepFailedError(f"{url} answers {request.status}", where=trial.place(url))
