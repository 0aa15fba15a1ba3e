"""The worker, the manifest and the installation."""

from __future__ import annotations

from pwagen.apptest.sites.chromium_site import ChromiumSite
from pwagen.apptest.step import StepFailedError, StepSkippedError, step
from pwagen.testing.chromium.chromium import ParsedManifest


@step("register", "The worker is registered and takes over", "a worker that is active and controls the page")
def register(trial: ChromiumSite) -> str:
    script = trial.script
    page = trial.visit()
    if not trial.until(lambda: page.evaluate("navigator.serviceWorker.controller !== null")):
        raise StepFailedError(
            f"{script} is active, but does not control {page.url}", where=trial.place(script)
        )
    made_by = "pwagen's" if trial.config else "a"
    return (
        f"{made_by} worker {script.removeprefix(trial.origin)} listens to {', '.join(sorted(trial.events))}"
    )


@step("manifest", "The manifest is read without an error", "a manifest, understood by the browser")
def manifest(trial: ChromiumSite) -> str:
    read = _manifest(trial)
    if read.errors:
        raise StepFailedError("; ".join(read.errors), where=trial.place(read.url))
    return f"{trial.place(read.url)} of the app {read.app_id.removeprefix(trial.origin)}"


@step("install", "The app is installed", "no reason against it, and an app on the desktop")
def install(trial: ChromiumSite) -> str:
    _manifest(trial)
    return f"installed as {trial.app.manifest_id.removeprefix(trial.origin)}"


def _manifest(trial: ChromiumSite) -> ParsedManifest:
    """Return the start page's manifest, or skip the step: some scripts add the link only later."""
    page = trial.chromium.open(trial.url)
    if not trial.until(lambda: page.locator("link[rel=manifest]").count(), 3):
        raise StepSkippedError(f"not applicable: {page.url} has no <link rel=manifest>")
    return trial.chromium.manifest(page)
