"""The worker, the manifest and the installation."""

from __future__ import annotations

from pwagen.apptest.sites.chromium_site import ChromiumSite
from pwagen.apptest.step import StepFailedError, StepSkippedError, step
from pwagen.testing.chromium.chromium import ParsedManifest


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


def _manifest(site: ChromiumSite) -> ParsedManifest:
    """Return the start page's manifest, or skip the step: some scripts add the link only later."""
    page = site.chromium.open(site.url)
    if not site.until(lambda: page.locator("link[rel=manifest]").count(), 3):
        raise StepSkippedError(f"not applicable: {page.url} has no <link rel=manifest>")
    return site.chromium.manifest(page)
