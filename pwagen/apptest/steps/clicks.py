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
def click_body(site: SiteUnderTest) -> str:
    return f"opened {landing(site)}"


@step("click-actions", "A click on each button", "what the button is for, and no error")
def click_actions(site: SiteUnderTest) -> str:
    site.needs_event("notificationclick")
    outcomes = []
    for action, target in _actions(site):
        notification = _shown_with(site, action)
        click = site.click(notification, action["title"])
        outcomes.append(f"[{action['title']}] {_outcome(site, notification, click, action, target)}")
        site.close_pages()
    return "; ".join(outcomes)


@step("click-no-duplicate", "A click while its target is open", "that window, and no second one")
def click_no_duplicate(site: SiteUnderTest) -> str:
    page = site.visit(landing(site))
    click = site.click(clickable_notification(site))
    refuse_second(site, click)
    needs_front(site, click)
    return f"{page.url} came to the front"


@step(
    "click-focus-first",
    "A click while the app shows another page",
    "the window focused first and navigated then: navigating spends the click on some systems",
)
def click_focus_first(site: ChromiumSite) -> str:
    url = landing(site)
    other = f"{url}?pwagen-test=elsewhere"
    site.visit(other)
    click = site.click(clickable_notification(site))
    if not click.calls:
        raise StepFailedError(
            "the worker called neither focus, navigate nor openWindow", where=site.place(site.script)
        )
    if "navigate" in click.calls and "focus" not in click.calls[: click.calls.index("navigate")]:
        raise StepFailedError(f"the worker called {click.in_short}", where=site.place(site.script))
    return click.in_short


@step(
    "click-uncontrolled",
    "A click while the only window is one that the worker doesn't control, as after a hard reload",
    "a window of the app in front",
)
def click_uncontrolled(site: SiteUnderTest) -> str:
    url = landing(site)
    page = site.visit(f"{url}?pwagen-test=hard-reload")
    site.reload_hard(page)
    click = site.click(clickable_notification(site))
    needs_front(site, click)
    return click.in_short


@step("dismiss", "The notification is dismissed", "no window, and no error")
def dismissal(site: SiteUnderTest) -> str:
    site.close_pages()
    click = site.dismiss(clickable_notification(site))
    if click.opened:
        raise StepFailedError(f"opened {click.addresses}", where=site.place(site.script))
    return "nothing opened"


# --- what a click did ---


def needs_front(site: SiteUnderTest, click: Click) -> None:
    """Raise StepFailedError if no window came to the front."""
    if not click.to_front:
        raise StepFailedError(f"nothing came to the front ({click.in_short})", where=site.place(site.script))


def refuse_second(site: SiteUnderTest, click: Click) -> None:
    """Raise StepFailedError if the click opened a window beside the one that it was for."""
    if click.opened:
        raise StepFailedError(f"a second window: {click.addresses}", where=site.place(site.script))


# --- targets of clicks ---


def landing(site: SiteUnderTest) -> str:
    """Return where a click on the body leads when no window is open."""
    site.needs_event("notificationclick")
    return site.once("a click that lands", lambda: _land(site))


def _land(site: SiteUnderTest) -> str:
    site.close_pages()
    notification = clickable_notification(site)
    click = site.click(notification)
    if len(click.opened) != 1:
        raise StepFailedError(f"{click.addresses} ({click.in_short})", where=site.place(site.script))
    url = click.opened[0].url
    _check_address(site, click.opened[0], target_of(site, ""))
    site.close_pages()
    return url


def clickable_notification(site: SiteUnderTest) -> ShownNotification:
    """Return a notification whose click leads to the start page, or where pwagen.yaml says."""
    return push(site, clickable(site, "Click me"))


def _shown_with(site: SiteUnderTest, action: dict[str, Any]) -> ShownNotification:
    """Return a notification that has the button: the message brings it where pwagen's contract holds."""
    if not site.config:
        return clickable_notification(site)
    only = {"title": "Click me", "actions": [{"action": action["action"], "title": action["title"]}]}
    return push(site, only)


def _actions(site: SiteUnderTest) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Return every action with its target; what other workers do with a click can't be read."""
    if site.config:
        configured = site.config.get("notifications", {}).get("actions", [])
        actions = [(action, target_of(site, action["action"])) for action in configured]
    else:
        actions = [({"title": title}, {}) for title in clickable_notification(site).actions]
    if not actions:
        raise StepSkippedError("not applicable: its notifications have no buttons")
    return actions


def target_of(site: SiteUnderTest, action: str) -> dict[str, Any]:
    """Return where pwagen.yaml lets an action lead ("" for the body); empty for other workers."""
    notifications = (site.config or {}).get("notifications", {})
    target: dict[str, Any] = notifications.get("targets", {}).get(action) or notifications.get("click", {})
    return target


def _outcome(
    site: SiteUnderTest,
    notification: ShownNotification,
    click: Click,
    action: dict[str, Any],
    target: dict[str, Any],
) -> str:
    """Return what a button did; raises StepFailedError where that isn't what its target says."""
    if not site.until(lambda: notification.closed_by):
        raise StepFailedError(
            f"[{action['title']}] leaves the notification open", where=site.place(site.script)
        )
    kind = target.get("do")
    if kind in LANDS:
        if not click.opened:
            raise StepFailedError(f"[{action['title']}] opened nothing", where=site.place(site.script))
        _check_address(site, click.opened[0], target)
    elif kind is not None and click.opened:
        raise StepFailedError(f"[{action['title']}] opened {click.addresses}", where=site.place(site.script))
    if kind == "post":
        return _posted(site, target)
    return f"opened {click.addresses}" if click.opened else "closed it"


def _posted(site: SiteUnderTest, target: dict[str, Any]) -> str:
    url = site.resolved(target.get("url", "./"))
    path = site.path_here(url)
    if not site.server or path is None:
        return f"sent to {url}, which can't be watched here"
    try:
        site.server.wait_for_request(path, "POST", timeout=5)
    except RequestMissingError as error:
        raise StepFailedError(str(error), where=site.place(site.script)) from None
    return f"sent to {url}"


def _check_address(site: SiteUnderTest, page: Page, target: dict[str, Any]) -> None:
    if not target.get("url"):
        return
    expected = site.resolved(target["url"])
    site.until(lambda: page.url == expected, 3)
    if urlsplit(page.url)[:3] != urlsplit(expected)[:3]:
        raise StepFailedError(f"opened {page.url}", where=site.place(site.script), expected=expected)
