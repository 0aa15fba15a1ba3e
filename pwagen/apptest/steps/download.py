"""What users keep for a time without a network."""

from __future__ import annotations

from pwagen.apptest.sites.site_under_test import SiteUnderTest
from pwagen.apptest.step import StepFailedError, StepSkippedError, step
from pwagen.apptest.steps.offline import NETWORK_ERRORS

_SECONDS = 60
_ENDED = ("stored", "failed", "aborted")
_START = "(id) => pwagen.downloads.start(id)"
_STATE = "(id) => pwagen.downloads.state(id)"
_REMOVE = "(id) => pwagen.downloads.remove(id)"
_STATUS = "(url) => fetch(url).then(({ status }) => status, ({ message }) => message)"


@step(
    "download",
    "The first of the downloads is fetched, then read offline",
    "its files from what is stored",
    tolerates=NETWORK_ERRORS,
)
def download(site: SiteUnderTest) -> str:
    declared = (site.config or {}).get("downloads")
    if not declared:
        raise StepSkippedError("not applicable: pwagen.yaml declares no downloads")
    name, urls = declared[0]["id"], declared[0]["urls"]
    page = site.visit()
    page.evaluate(_START, name)
    if not site.until(lambda: page.evaluate(_STATE, name) in _ENDED, _SECONDS):
        raise StepFailedError(f"{name} is still not there after {_SECONDS} s", where=", ".join(urls))
    state = page.evaluate(_STATE, name)
    if state != "stored":
        raise StepFailedError(f"{name} is {state}", where=", ".join(urls))
    site.set_offline(True)
    for url in urls:
        status = page.evaluate(_STATUS, url)
        if status != 200:
            raise StepFailedError(f"{url}: {status}", where=url)
    page.evaluate(_REMOVE, name)
    return f"{', '.join(urls)} offline"
