"""Every push ends in a visible notification, whatever it holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pwagen.apptest.sites.site_subscription import push
from pwagen.apptest.sites.site_under_test import SiteUnderTest
from pwagen.apptest.step import Step, StepFailedError
from pwagen.testing.desktop import ShownNotification

SHOWN = "one visible notification"
MEANINGLESS = ("", "undefined", "null", "[object Object]", "NaN")

BARE = {"title": "Bare message", "body": "With a title and a body", "url": "./", "data": {"url": "./"}}
DECLARATIVE = {
    "web_push": 8030,
    "notification": {"title": "Declarative message", "body": "In the W3C's form", "navigate": "./"},
}
TEXT = "Plain text, and no JSON"
BROKEN_JSON = '{"title": "Cut off in the mid'
NO_TITLE = {"body": "A body alone"}


def clickable(site: SiteUnderTest, title: str) -> dict[str, Any]:
    """Return a message whose click leads to the start page, by the config or in other workers' words."""
    body = "Click me, or dismiss me"
    if site.config:
        return {"title": title, "body": body}
    angular = {"onActionClick": {"default": {"operation": "navigateLastFocusedOrOpen", "url": "./"}}}
    inner = {"title": title, "body": body, "navigate": "./", "data": {"url": "./", **angular}}
    return {"web_push": 8030, "url": "./", **inner, "notification": inner}


@dataclass(frozen=True)
class Kind:
    """A kind of message, and what pwagen's worker shows for it."""

    id: str
    what: str
    message: dict[str, Any] | str | None
    title: str = ""
    body: str = ""


KINDS = (
    Kind("push-declarative", "A declarative message", DECLARATIVE, title="Declarative message"),
    Kind("push-bare", "A message with title and body", BARE, title="Bare message"),
    Kind("push-text", "A message of plain text", TEXT, body=TEXT),
    Kind("push-empty", "A push without data", None),
    Kind("push-broken-json", "A message of broken JSON", BROKEN_JSON),
    Kind("push-no-title", "A message without a title", NO_TITLE, body="A body alone"),
)


def push_step(kind: Kind) -> Step[SiteUnderTest]:
    """Return the step that sends a message of the kind."""

    def run(site: SiteUnderTest) -> str:
        return _judged(site, kind, push(site, kind.message))

    return Step(kind.id, f"{kind.what} is shown", SHOWN, run)


def _judged(site: SiteUnderTest, kind: Kind, notification: ShownNotification) -> str:
    """Return what was shown, or raise StepFailedError; only the texts of pwagen's own workers are checked."""
    place = site.place(site.script)
    if notification.title.strip() in MEANINGLESS:
        raise StepFailedError(f"a notification with the title {notification.title!r}", where=place)
    if site.config and (kind.title not in notification.title or kind.body not in notification.body):
        raise StepFailedError(
            _described(notification), where=place, expected=f"{SHOWN} that says “{kind.title or kind.body}”"
        )
    return _described(notification)


def _described(notification: ShownNotification) -> str:
    """Return a notification in a few words."""
    body = f": {notification.body}" if notification.body else ""
    buttons = f" [{'] ['.join(notification.actions)}]" if notification.actions else ""
    return f"“{notification.title}{body}”{buttons}"
