"""The steps in Firefox: Chromium's own where the browser tells enough, and why the others are missing."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from pwagen.apptest.sites.firefox_site import FirefoxSite
from pwagen.apptest.sites.worker_arrival import WORKER_SECONDS
from pwagen.apptest.step import Step, StepFailedError, StepSkippedError
from pwagen.apptest.steps import (
    STEPS,
    click_windows,
    clicks,
    deleted_caches,
    deployment,
    download,
    freshness,
    messages,
    offline,
    open_pages,
    outbox,
    permission,
    registration,
    resubscription,
    update,
)
from pwagen.testing.firefox.firefox import FirefoxPage

ABSENT = {
    "manifest": "it doesn't tell how it understands a manifest",
    "install": "it doesn't let apps be installed from outside",
    "fits-phone": "it shows no page as a phone does",
    "click-focus-first": "it doesn't tell what a worker calls",
    "click-frame": "it doesn't tell what a worker calls",
    "badge-push": "it has no Badging API",
    "badge-cleared": "it has no Badging API",
    "sync": "it has no Background Sync",
    "periodic-sync": "it has no Periodic Background Sync",
    "log-in-slow": "it doesn't let a worker be stopped",
    "update-post": "it asks its user before it sends a form again",
}
"""Why a step is skipped in Firefox, by its id."""

_CONTROLLED = "navigator.serviceWorker.controller !== null"
_LOOK_FOR_UPDATE = "navigator.serviceWorker.ready.then((found) => found.update()).then(() => true)"
# Keys are pressed in no page from outside; what is inserted so counts as a user's doing, too.
_TYPE = "(text) => document.execCommand('insertText', false, text)"
_WAITS = "navigator.serviceWorker.ready.then((found) => (found.waiting ?? found.installing) !== null)"
_COUNT_LOADS = (
    "if (origin !== 'null') sessionStorage.pwagenLoads = Number(sessionStorage.pwagenLoads ?? 0) + 1"
)


def _register(site: FirefoxSite) -> str:
    page = site.visit()
    if not page.evaluate(_CONTROLLED):
        place = site.place(site.script)
        raise StepFailedError(f"{site.script} is active, but does not control {page.url}", where=place)
    made_by = "pwagen's" if site.config else "a"
    return f"{made_by} worker {site.script.removeprefix(site.origin)} is active"


def _update(site: FirefoxSite) -> str:
    page = site.visit()
    number = update.deploy(site, page.url)
    page.reload()
    if update.shows(site, page, number):
        return "the new page at the first reload"
    page.evaluate(_LOOK_FOR_UPDATE)
    site.until(lambda: page.evaluate(_WAITS), WORKER_SECONDS)
    page.reload()
    if update.shows(site, page, number):
        return "the new page at a reload after the new worker was there"
    for seconds in (0, update.OWN_UPDATE_SECONDS):
        time.sleep(seconds)
        site.close_pages()
        if update.shows(site, site.visit(), number):
            return "the new page once all windows were closed"
    raise StepFailedError(update.STILL_OLD, where=site.place(site.script))


def _update_offered(site: FirefoxSite) -> str:
    if not site.config:
        raise StepSkippedError(update.OFFER_UNKNOWN)
    page = site.visit(before=lambda page: page.add_init_script(_COUNT_LOADS))
    number = update.deploy(site, page.url)
    page.evaluate(_LOOK_FOR_UPDATE)
    if site.config.get("update") == "auto":
        how = "it took over by itself"
    else:
        how = update.take_offer(site, page)
        if not site.until(lambda: update.shows(site, page, number)):
            raise StepFailedError("the page wasn't loaded again", where=page.url)
        loads = int(page.evaluate("sessionStorage.pwagenLoads")) - 1
        if loads > 1:
            raise StepFailedError(f"the page was loaded {loads} times", where=page.url)
    _wait_for_new_worker(site, page)
    return how


def _update_typed(site: FirefoxSite) -> str:
    typed, other = site.visit(), site.visit()
    typed.evaluate(open_pages.ADD_FIELD)
    typed.evaluate(_TYPE, open_pages.TEXT)
    before = typed.evaluate(open_pages.FIELD)
    update.deploy(site, other.url)
    other.evaluate(_LOOK_FOR_UPDATE)
    if site.config and site.config.get("update") != "auto":
        update.take_offer(site, other)
    elif not site.config and not site.until(lambda: not other.evaluate(_WAITS)):
        raise StepSkippedError(update.OFFER_UNKNOWN)
    _wait_for_new_worker(site, other)
    site.until(lambda: typed.evaluate(open_pages.FIELD) != before, open_pages.RELOAD_SECONDS)
    return open_pages.judge_text(before, typed.evaluate(open_pages.FIELD), typed.url)


def _wait_for_new_worker(site: FirefoxSite, page: FirefoxPage) -> None:
    """Wait until no worker waits any more; raises StepFailedError if one still does."""
    if not site.until(lambda: not page.evaluate(_WAITS), WORKER_SECONDS):
        raise StepFailedError("the new worker does not take over", where=site.place(site.script))


def _as(step: Step[Any], run: Callable[[FirefoxSite], str]) -> Step[FirefoxSite]:
    """Return a step with Chromium's title and expectation, run in another way."""
    return replace(step, run=run)


def _missing(step: Step[Any]) -> Step[FirefoxSite]:
    """Return a step that skips one that Firefox can't run, so that it is counted."""

    def run(site: FirefoxSite) -> str:
        raise StepSkippedError(f"not in Firefox: {ABSENT[step.id]}")

    return _as(step, run)


_ADAPTED: tuple[Step[FirefoxSite], ...] = (
    _as(registration.register, _register),
    permission.permission_default,
    permission.permission_denied,
    permission.permission_granted,
    resubscription.subscribe,
    *map(messages.push_step, messages.KINDS),
    clicks.click_body,
    clicks.click_actions,
    clicks.click_no_duplicate,
    clicks.click_uncontrolled,
    click_windows.click_pushstate,
    clicks.dismissal,
    resubscription.resubscribe,
    offline.offline_start,
    offline.offline_deep,
    offline.offline_missing,
    offline.offline_urls,
    freshness.one_request,
    freshness.picture_fresh,
    deleted_caches.caches_deleted,
    outbox.outbox,
    download.download,
    _as(update.update, _update),
    _as(open_pages.update_offered, _update_offered),
    _as(open_pages.update_typed, _update_typed),
    deployment.missing_file,
    deployment.strict_csp,
    deployment.sub_path,
)
_BY_ID = {step.id: step for step in _ADAPTED}

FIREFOX_STEPS = tuple(_BY_ID.get(step.id) or _missing(step) for step in STEPS)
"""All of Chromium's, in the same order."""
