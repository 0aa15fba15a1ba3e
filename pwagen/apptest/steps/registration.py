"""The worker, the manifest and the installation."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from pwagen.apptest.sites.chromium_site import ChromiumSite
from pwagen.apptest.step import StepFailedError, StepSkippedError, step
from pwagen.testing.chromium.chromium import ParsedManifest

if TYPE_CHECKING:
    from playwright.sync_api import Page

_WIDTH = 412
_PHONE = {"width": _WIDTH, "height": 823, "deviceScaleFactor": 1.75, "mobile": True}
"""A phone of the middle class, in CSS pixels, as Lighthouse has it."""


@step("register", "The worker is registered and takes over", "a worker that is active and controls the page")
def register(site: ChromiumSite) -> str:
    script = site.script
    page = site.visit()
    if not site.until(lambda: page.evaluate("navigator.serviceWorker.controller !== null")):
        raise StepFailedError(
            f"{script} is active, but does not control {page.url}", where=site.place(script)
        )
    made_by = "pwagen's" if site.config else "a"
    return f"{made_by} worker {script.removeprefix(site.origin)} listens to {', '.join(sorted(site.events))}"


@step("manifest", "The manifest is read without an error", "a manifest, understood by the browser")
def manifest(site: ChromiumSite) -> str:
    read = _manifest(site)
    if read.errors:
        raise StepFailedError("; ".join(read.errors), where=site.place(read.url))
    return f"{site.place(read.url)} of the app {read.app_id.removeprefix(site.origin)}"


@step("install", "The app is installed", "no reason against it, and an app on the desktop")
def install(site: ChromiumSite) -> str:
    _manifest(site)
    return f"installed as {site.app.manifest_id.removeprefix(site.origin)}"


@step(
    "fits-phone",
    "The start page is as wide as a phone",
    "a page that is not wider than its window",
    hint="let what is wide wrap or shrink: max-width: 100%, overflow-wrap: anywhere, overflow-x: auto around"
    ' tables and code; with <meta name="viewport" content="width=device-width"> in the head',
)
def fits_phone(site: ChromiumSite) -> str:
    with ExitStack() as stack:

        def as_phone(page: Page) -> None:
            session = stack.enter_context(site.chromium.new_session(page))
            session.send("Emulation.setDeviceMetricsOverride", _PHONE)

        page = site.visit(before=as_phone)
        # A page that is wider is shown smaller, until all of it is to be seen.
        width = int(page.evaluate("innerWidth"))
    if width > _WIDTH:
        raise StepFailedError(f"{width} pixels in a window of {_WIDTH}", where=page.url)
    return f"{width} pixels"


def _manifest(site: ChromiumSite) -> ParsedManifest:
    """Return the start page's manifest, or skip the step: some scripts add the link only later."""

    def read() -> ParsedManifest:
        page = site.chromium.open(site.url)
        if not site.until(lambda: page.locator("link[rel=manifest]").count(), 3):
            raise StepSkippedError(f"not applicable: {page.url} has no <link rel=manifest>")
        return site.chromium.manifest(page)

    return site.once("a manifest", read)
