"""What is left when a page deletes all caches, as "clear cache" code at a log-out does."""

from __future__ import annotations

from pwagen.apptest.sites.site_under_test import SiteUnderTest
from pwagen.apptest.step import StepFailedError, StepSkippedError, step
from pwagen.apptest.steps.offline import NETWORK_ERRORS

HEAL_SECONDS = 8

_DELETES = "caches.delete("
# Of pwagen's caches, the one with the files of the build: what was met comes back when it is met.
_COUNT = """(async () => {
  let entries = 0;
  for (const name of await caches.keys()) {
    if (name.startsWith("pwagen:") && !name.endsWith(":precache")) continue;
    entries += (await (await caches.open(name)).keys()).length;
  }
  return entries;
})()"""
_DELETE_ALL = """(async () => {
  for (const name of await caches.keys()) await caches.delete(name);
  return true;
})()"""


@step(
    "caches-deleted",
    "A page deletes all caches, and the user comes back: first with a network, then without",
    "the start page",
    tolerates=NETWORK_ERRORS,
    hint="store what is missing again when a page is opened, and not at the worker's installation alone",
)
def caches_deleted(site: SiteUnderTest) -> str:
    site.needs_event("fetch")
    if not site.config and not _deletes_caches(site):
        raise StepSkippedError("not applicable: no page of the site deletes caches")
    page = site.visit()
    before = page.evaluate(_COUNT)
    if not before:
        raise StepSkippedError("not applicable: nothing is stored at installation")
    title = page.title()
    page.evaluate(_DELETE_ALL)
    site.close_page(page)
    page = site.visit()
    site.until(lambda: page.evaluate(_COUNT) >= before, HEAL_SECONDS)
    site.set_offline(True)
    failure, status = site.opened(page, page.url)
    if failure or page.title() != title:
        seen = failure or f"“{page.title()}” with the status {status}"
        raise StepFailedError(f"{seen}: what was deleted stays away", where=site.place(site.script))
    return f"“{title}” is stored again"


def _deletes_caches(site: SiteUnderTest) -> bool:
    """Tell whether a file of the site deletes caches, other than the worker and what it imports."""
    if not site.server:
        return False
    script = site.script
    of_worker = {site.path_here(script)} | {
        request.path for request in site.first_requests if request.headers.get("referer") == script
    }
    folder = site.server.folder
    files = (path for pattern in ("*.js", "*.mjs", "*.html") for path in folder.rglob(pattern))
    return any(
        _DELETES in path.read_text(encoding="utf-8", errors="replace")
        for path in files
        if path.is_file() and path.relative_to(folder).as_posix() not in of_worker
    )
