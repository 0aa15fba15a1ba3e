"""Every click lands somewhere, and a dismissal nowhere."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from pwagen.apptest.sites.chromium_site import ChromiumSite
from pwagen.apptest.sites.click_result import Click
from pwagen.apptest.sites.page import Page
from pwagen.apptest.sites.site_subscription import push
from pwagen.apptest.sites.site_under_test import SiteUnderTest
from pwagen.apptest.step import StepFailedError, StepSkippedError, step
from pwagen.apptest.steps.messages import clickable
from pwagen.testing.desktop import ShownNotification
from pwagen.testing.site_server.site_server import RequestMissingError

LANDS = ("open", "focus", "message")
"""The targets that bring the user to a window."""


@step("click-body", "A click on the notification, with no window open", "one window of the app")
def click_body(trial: SiteUnderTest) -> str:
    return f"opened {_landing(trial)}"


@step("click-actions", "A click on each button", "what the button is for, and no error")
def click_actions(trial: SiteUnderTest) -> str:
    trial.needs_event("notificationclick")
    seen = []
    for action, target in _actions(trial):
        notification = _shown_with(trial, action)
        came = trial.click(notification, action["title"])
        seen.append(f"[{action['title']}] {_outcome(trial, notification, came, action, target)}")
        trial.close_pages()
    return "; ".join(seen)


@step("click-no-duplicate", "A click while its target is open", "that window, and no second one")
def click_no_duplicate(trial: SiteUnderTest) -> str:
    page = trial.visit(_landing(trial))
    came = trial.click(_shown(trial))
    if came.opened:
        raise StepFailedError(f"a second window: {came.addresses}", where=trial.place(trial.script))
    if not came.to_front:
        raise StepFailedError(f"nothing came to the front ({came.in_short})", where=trial.place(trial.script))
    return f"{page.url} came to the front"


@step(
    "click-focus-first",
    "A click while the app shows another page",
    "the window focused first and navigated then: navigating spends the click on some systems",
)
def click_focus_first(trial: ChromiumSite) -> str:
    landing = _landing(trial)
    other = f"{landing}?pwagen-test=elsewhere"
    trial.visit(other)
    came = trial.click(_shown(trial))
    if not came.calls:
        raise StepFailedError(
            "the worker called neither focus, navigate nor openWindow", where=trial.place(trial.script)
        )
    if "navigate" in came.calls and "focus" not in came.calls[: came.calls.index("navigate")]:
        raise StepFailedError(f"the worker called {came.in_short}", where=trial.place(trial.script))
    return came.in_short


@step(
    "click-uncontrolled",
    "A click while the only window is one that the worker doesn't control, as after a hard reload",
    "a window of the app in front",
)
def click_uncontrolled(trial: SiteUnderTest) -> str:
    landing = _landing(trial)
    page = trial.visit(f"{landing}?pwagen-test=hard-reload")
    trial.reload_hard(page)
    came = trial.click(_shown(trial))
    if not came.to_front:
        raise StepFailedError(f"nothing came to the front ({came.in_short})", where=trial.place(trial.script))
    return came.in_short


@step("dismiss", "The notification is waved away", "no window, and no error")
def dismissal(trial: SiteUnderTest) -> str:
    trial.close_pages()
    came = trial.dismiss(_shown(trial))
    if came.opened:
        raise StepFailedError(f"opened {came.addresses}", where=trial.place(trial.script))
    return "nothing opened"


# --- what leads where ---


def _landing(trial: SiteUnderTest) -> str:
    """Return where a click on the body leads when no window is open."""
    trial.needs_event("notificationclick")
    return trial.once("a click that lands", lambda: _land(trial))


def _land(trial: SiteUnderTest) -> str:
    trial.close_pages()
    notification = _shown(trial)
    came = trial.click(notification)
    if len(came.opened) != 1:
        raise StepFailedError(f"{came.addresses} ({came.in_short})", where=trial.place(trial.script))
    url = came.opened[0].url
    _check_address(trial, came.opened[0], _target(trial, ""))
    trial.close_pages()
    return url


def _shown(trial: SiteUnderTest) -> ShownNotification:
    return push(trial, clickable(trial, "Click me"))


def _shown_with(trial: SiteUnderTest, action: dict[str, Any]) -> ShownNotification:
    """Return a notification that has the button: the message brings it where pwagen's contract holds."""
    if not trial.config:
        return _shown(trial)
    only = {"title": "Click me", "actions": [{"action": action["action"], "title": action["title"]}]}
    return push(trial, only)


def _actions(trial: SiteUnderTest) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Return every action with its target; what other workers do with a click is not known."""
    if trial.config:
        configured = trial.config.get("notifications", {}).get("actions", [])
        found = [(action, _target(trial, action["action"])) for action in configured]
    else:
        found = [({"title": title}, {}) for title in _shown(trial).actions]
    if not found:
        raise StepSkippedError("not applicable: its notifications have no buttons")
    return found


def _target(trial: SiteUnderTest, action: str) -> dict[str, Any]:
    notifications = (trial.config or {}).get("notifications", {})
    target: dict[str, Any] = notifications.get("targets", {}).get(action) or notifications.get("click", {})
    return target


def _outcome(
    trial: SiteUnderTest,
    notification: ShownNotification,
    came: Click,
    action: dict[str, Any],
    target: dict[str, Any],
) -> str:
    """Return what a button did; raises StepFailedError where that isn't what its target says."""
    if not trial.until(lambda: notification.closed_by):
        raise StepFailedError(
            f"[{action['title']}] leaves the notification open", where=trial.place(trial.script)
        )
    kind = target.get("do")
    if kind in LANDS:
        if not came.opened:
            raise StepFailedError(f"[{action['title']}] opened nothing", where=trial.place(trial.script))
        _check_address(trial, came.opened[0], target)
    elif kind is not None and came.opened:
        raise StepFailedError(f"[{action['title']}] opened {came.addresses}", where=trial.place(trial.script))
    if kind == "post":
        return _posted(trial, target)
    return f"opened {came.addresses}" if came.opened else "closed it"


def _posted(trial: SiteUnderTest, target: dict[str, Any]) -> str:
    url = trial.resolved(target.get("url", "./"))
    if not trial.server or not url.startswith(trial.server.url):
        return f"sent to {url}, which can't be watched here"
    try:
        trial.server.wait_for_request(url.removeprefix(trial.server.url), "POST", timeout=5)
    except RequestMissingError as error:
        raise StepFailedError(str(error), where=trial.place(trial.script)) from None
    return f"sent to {url}"


def _check_address(trial: SiteUnderTest, page: Page, target: dict[str, Any]) -> None:
    if not target.get("url"):
        return
    expected = trial.resolved(target["url"])
    trial.until(lambda: page.url == expected, 3)
    if urlsplit(page.url)[:3] != urlsplit(expected)[:3]:
        raise StepFailedError(f"opened {page.url}", where=trial.place(trial.script), expected=expected)
