"""A new build is published: nobody stays on the old one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pwagen.apptest.next_build import MARK, next_build
from pwagen.apptest.sites.chromium_site import ChromiumSite
from pwagen.apptest.sites.site_under_test import SiteUnderTest
from pwagen.apptest.sites.worker_arrival import WORKER_SECONDS
from pwagen.apptest.step import StepFailedError, StepSkippedError, step
from pwagen.testing.site_server.site_server import SiteServer

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from pwagen.apptest.sites.page import Page as AnyPage
    from pwagen.testing.chromium.workers import WorkerVersion

LARGEST_LIST = 4 << 20
"""Bytes; a script or JSON file beyond is not searched for the page's hash."""

OWN_UPDATE_SECONDS = 7
"""Angular's worker waits for five seconds without a request, https://angular.dev/ecosystem/service-workers."""

STILL_OLD = "still the old page, after two reloads and after closing every window"
OFFER_UNKNOWN = "not applicable: how other workers offer an update is not known"

_BUILD = f"Number(document.querySelector('meta[name={MARK}]')?.content ?? 0)"


@step(
    "update",
    "A new build is published while a window is open",
    "the new page at a reload, at the latest once all windows were closed; and the new worker active",
)
def update(site: ChromiumSite) -> str:
    page = site.visit()
    old = newest(site)
    number = deploy(site, page.url)
    page.reload()
    when = "at the first reload"
    if not shows(site, page, number):
        new_worker(site, old)
        page.reload()
        when = "at a reload after the new worker was there"
    if not shows(site, page, number):
        page = _reopened(site)
        when = "once all windows were closed"
    if not shows(site, page, number):
        _wait_for_own_update(site)
        page = _reopened(site)
        when = f"once all windows were closed, {OWN_UPDATE_SECONDS} s after the visit"
    if not shows(site, page, number):
        raise StepFailedError(STILL_OLD, where=site.place(site.script))
    return f"the new page {when}, the new worker {_takes_over(site, old)}"


def take_offer(site: SiteUnderTest, page: AnyPage) -> str:
    """Take the new build where the page offers it, and return how; raises StepFailedError if it doesn't."""
    if not site.until(lambda: page.evaluate("document.documentElement.dataset.pwagenUpdate") == "ready"):
        raise StepFailedError("the page doesn't know of the new build", where=page.url)
    if site.press(page, "update"):
        return "offered, taken with the page's button"
    page.evaluate("void pwagen.update.apply()")
    return "offered, taken with pwagen.update.apply()"


def deploy(site: SiteUnderTest, page_url: str) -> int:
    """Publish another build of the page at the URL ``shown`` and of the worker, and return its number."""
    server = site.needs_server("it takes a new build on the server")
    number = site.once("the builds", lambda: [0])
    number[0] += 1
    # Some start pages lead elsewhere at once, by script.
    found = server.find(site.path_here(page_url) or "")
    page = found[0] if found else "index.html"
    files = _files(server, page)
    worker = site.path_here(site.script)
    if worker is None or worker not in files:
        raise StepSkippedError(f"not possible here: the worker {site.script} is not a file of the folder")
    server.answers.content |= next_build(files, page, worker, number[0])
    return int(number[0])


def _files(server: SiteServer, page: str) -> dict[str, bytes]:
    """Return the page, and what may list its hash, as they are served now."""
    paths = [server.folder / page]
    for pattern in ("*.js", "*.mjs", "*.json"):
        paths += [path for path in server.folder.rglob(pattern) if path.is_file()]
    small = (path.relative_to(server.folder).as_posix() for path in paths if _is_small(path))
    return {name: file[1] for name in small if (file := server.find(name))}


def _is_small(path: Path) -> bool:
    return path.stat().st_size <= LARGEST_LIST


def newest(site: ChromiumSite) -> WorkerVersion:
    """Return the newest version of the site's worker."""
    return site.chromium.workers.versions(site.url)[-1]


def new_worker(site: ChromiumSite, old: WorkerVersion) -> bool:
    """Wait until a worker newer than ``old`` is installed."""

    def is_there() -> bool:
        now = newest(site)
        return now.id != old.id and now.status in ("installed", "activating", "activated")

    return bool(site.until(is_there, WORKER_SECONDS))


def _reopened(site: ChromiumSite) -> Page:
    site.close_pages()
    return site.visit()


def _wait_for_own_update(site: ChromiumSite) -> None:
    """Leave the window open for a while: some workers look for an update once they are idle."""
    site.until(lambda: False, OWN_UPDATE_SECONDS)


def _takes_over(site: ChromiumSite, old: WorkerVersion) -> str:
    """Return when the new worker became the active one; raises StepFailedError if it doesn't."""
    if not new_worker(site, old):
        raise StepFailedError("the new worker was not installed", where=site.place(site.script))
    if newest(site).status == "activated":
        return "by itself"
    site.close_pages()
    only_new(site, old)
    return "once all windows were closed"


def only_new(site: ChromiumSite, old: WorkerVersion) -> None:
    """Wait until the new worker is the only one; raises StepFailedError if it doesn't take over."""

    def is_alone() -> bool:
        versions = site.chromium.workers.versions(site.url)
        return [version.status for version in versions] == ["activated"] and versions[0].id != old.id

    if not site.until(is_alone, WORKER_SECONDS):
        states = ", ".join(version.status for version in site.chromium.workers.versions(site.url))
        raise StepFailedError(f"the new worker does not take over ({states})", where=site.place(site.script))


def shows(site: SiteUnderTest, page: AnyPage, number: int) -> bool:
    """Return whether the page is that of a build, once it has loaded."""
    site.until(lambda: page.evaluate("document.readyState") == "complete")
    return bool(site.until(lambda: page.evaluate(_BUILD) == number, 0.5))
