"""The badge on the app's icon: counted by pushes, gone when the user has looked."""

from __future__ import annotations

from pwagen.apptest.sites.chromium_site import ChromiumSite
from pwagen.apptest.sites.site_subscription import push
from pwagen.apptest.step import StepFailedError, StepSkippedError, step
from pwagen.apptest.steps.messages import clickable
from pwagen.testing.chromium.installed_app import InstalledApp

BADGE_SECONDS = 2

_CLEAR = "navigator.clearAppBadge?.()"
_CLEAR_OURS = "self.pwagen.badge.clear()"
_BADGE_AFTER = {"add": 1, "subtract": 0, "clear": 0, "keep": 0}
_NO_NUMBER = "after a push there is no number on the icon, by badge.on_push"


@step("badge-push", "A push counts on the app's icon", "the badge that the worker is made to set")
def badge_push(site: ChromiumSite) -> str:
    _needs_badge(site)
    expected = badge_after(site.config["badge"]["onPush"]) if site.config else None
    app = site.app
    site.chromium.workers.evaluate(site.url, _CLEAR_OURS if site.config else _CLEAR)
    site.until(lambda: app.badge == 0)
    push(site, clickable(site, "Badge me"))
    site.until(lambda: app.badge == expected if site.config else app.badge, BADGE_SECONDS)
    if site.config and app.badge != expected:
        raise StepFailedError(
            f"badge {app.badge}", expected=f"badge {expected}", where=site.place(site.script)
        )
    if not site.config and not app.badge:
        raise StepSkippedError("not applicable: a push sets no badge")
    return f"no badge, then {app.badge}"


@step("badge-cleared", "The user looks, by a click and by opening the app", "no badge any more")
def badge_cleared(site: ChromiumSite) -> str:
    _needs_badge(site)
    rules = (site.config or {}).get("badge")
    if rules is None:
        return _cleared_somehow(site, site.app)
    needs_number(rules["onPush"])
    app = site.app
    clearings = []
    if rules.get("onClick") == "clear":
        _counted(site, app, click_it=True)
        clearings.append("gone after a click")
    if rules.get("onOpen") == "clear":
        _counted(site, app, click_it=False)
        clearings.append("gone when the app opens")
    if not clearings:
        raise StepSkippedError("not applicable: badge.clear_on names neither open nor click")
    return ", ".join(clearings)


def badge_after(rule: str | int) -> int:
    """Return the badge after a push by `badge.on_push`; skips the step where Chromium tells no number."""
    if rule == "set":
        raise StepSkippedError(f"not applicable: {_NO_NUMBER}")
    return _BADGE_AFTER[rule] if isinstance(rule, str) else rule


def needs_number(rule: str | int) -> None:
    """Skip the step where a push leaves no number, by `badge.on_push`. Pure."""
    if not badge_after(rule):
        raise StepSkippedError(f"not applicable: {_NO_NUMBER}")


def _needs_badge(site: ChromiumSite) -> None:
    site.needs_event("push")
    if site.config and "badge" not in site.config:
        raise StepSkippedError("not applicable: there is no badge section")


def _counted(site: ChromiumSite, app: InstalledApp, *, click_it: bool) -> None:
    """Push, look, and raise StepFailedError if the badge stays."""
    site.close_pages()
    notification = push(site, clickable(site, "Badge me"))
    if not site.until(lambda: app.badge, BADGE_SECONDS):
        raise StepFailedError("no badge after a push", where=site.place(site.script))
    if click_it:
        site.click(notification)
    else:
        app.launch()
    if not site.until(lambda: app.badge == 0, BADGE_SECONDS):
        how = "a click" if click_it else "opening the app"
        raise StepFailedError(f"badge {app.badge} after {how}", where=site.place(site.script))


def _cleared_somehow(site: ChromiumSite, app: InstalledApp) -> str:
    """Judge a worker whose rule isn't known: after a click and a look at the app the badge is gone."""
    site.close_pages()
    notification = push(site, clickable(site, "Badge me"))
    if not site.until(lambda: app.badge, BADGE_SECONDS):
        raise StepSkippedError("not applicable: a push sets no badge")
    if "notificationclick" in site.events:
        site.click(notification)
    if site.until(lambda: app.badge == 0, BADGE_SECONDS):
        return "gone after a click"
    app.launch()
    if not site.until(lambda: app.badge == 0, BADGE_SECONDS):
        raise StepFailedError(
            f"badge {app.badge} after a click and opening the app", where=site.place(site.script)
        )
    return "gone when the app opens"
