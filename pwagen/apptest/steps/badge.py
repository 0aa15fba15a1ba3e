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
_BADGE_AFTER: dict[str | int | None, int] = {"add": 1, "set": 0, "subtract": 0, "clear": 0, "keep": 0}
"""By the rule of `badge.on_push`; a number is its own. Chromium tells no badge without one."""
_NO_NUMBER = "after a push there is no number on the icon, by badge.on_push"


@step("badge-push", "A push counts on the app's icon", "the badge that the worker is made to set")
def badge_push(trial: ChromiumSite) -> str:
    app = _app(trial)
    rule = (trial.config or {}).get("badge", {}).get("onPush")
    if rule == "set":
        raise StepSkippedError(f"not applicable: {_NO_NUMBER}")
    wanted = _BADGE_AFTER.get(rule, rule)
    trial.chromium.workers.evaluate(trial.url, _CLEAR_OURS if trial.config else _CLEAR)
    trial.until(lambda: app.badge == 0)
    push(trial, clickable(trial, "Badge me"))
    trial.until(lambda: app.badge == wanted if trial.config else app.badge, BADGE_SECONDS)
    if trial.config and app.badge != wanted:
        raise StepFailedError(
            f"badge {app.badge}", expected=f"badge {wanted}", where=trial.place(trial.script)
        )
    if not trial.config and not app.badge:
        raise StepSkippedError("not applicable: a push sets no badge")
    return f"no badge, then {app.badge}"


@step("badge-cleared", "The user looks, by a click and by opening the app", "no badge any more")
def badge_cleared(trial: ChromiumSite) -> str:
    app = _app(trial)
    rules = (trial.config or {}).get("badge")
    if rules is None:
        return _cleared_somehow(trial, app)
    if not _BADGE_AFTER.get(rules["onPush"], rules["onPush"]):
        raise StepSkippedError(f"not applicable: {_NO_NUMBER}")
    seen = []
    if rules.get("onClick") == "clear":
        _counted(trial, app, click_it=True)
        seen.append("gone after a click")
    if rules.get("onOpen") == "clear":
        _counted(trial, app, click_it=False)
        seen.append("gone when the app opens")
    if not seen:
        raise StepSkippedError("not applicable: badge.clear_on names neither open nor click")
    return ", ".join(seen)


def _app(trial: ChromiumSite) -> InstalledApp:
    trial.needs_event("push")
    if trial.config and "badge" not in trial.config:
        raise StepSkippedError("not applicable: there is no badge section")
    return trial.app


def _counted(trial: ChromiumSite, app: InstalledApp, *, click_it: bool) -> None:
    """Push, look, and raise StepFailedError if the badge stays."""
    trial.chromium.close_pages()
    notification = push(trial, clickable(trial, "Badge me"))
    if not trial.until(lambda: app.badge, BADGE_SECONDS):
        raise StepFailedError("no badge after a push", where=trial.place(trial.script))
    if click_it:
        trial.click(notification)
    else:
        app.launch()
    if not trial.until(lambda: app.badge == 0, BADGE_SECONDS):
        how = "a click" if click_it else "opening the app"
        raise StepFailedError(f"badge {app.badge} after {how}", where=trial.place(trial.script))


def _cleared_somehow(trial: ChromiumSite, app: InstalledApp) -> str:
    """Judge a worker whose rule isn't known: after a click and a look at the app the badge is gone."""
    trial.chromium.close_pages()
    notification = push(trial, clickable(trial, "Badge me"))
    if not trial.until(lambda: app.badge, BADGE_SECONDS):
        raise StepSkippedError("not applicable: a push sets no badge")
    if "notificationclick" in trial.events:
        trial.click(notification)
    if trial.until(lambda: app.badge == 0, BADGE_SECONDS):
        return "gone after a click"
    app.launch()
    if not trial.until(lambda: app.badge == 0, BADGE_SECONDS):
        raise StepFailedError(
            f"badge {app.badge} after a click and opening the app", where=trial.place(trial.script)
        )
    return "gone when the app opens"
