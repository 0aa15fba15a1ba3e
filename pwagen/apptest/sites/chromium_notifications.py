"""What Chromium shows for a push, and why it shows nothing: by its own log of background services."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from pwagen.apptest.step import StepFailedError
from pwagen.testing.desktop import ShownNotification

if TYPE_CHECKING:
    from pwagen.apptest.sites.site_under_test import SiteUnderTest
    from pwagen.testing.chromium.background_events import BackgroundEvent
    from pwagen.testing.chromium.chromium import Chromium

SHOWN_SECONDS = 15
AFTER_EVENT_SECONDS = 1
"""How long a notification may take to reach the desktop once the push event is over."""


def notified(site: SiteUnderTest, chromium: Chromium, send: Callable[[], None]) -> ShownNotification:
    """Send a push and return the site's notification; raises StepFailedError if the site shows none."""
    chromium.background_events.seen.clear()
    earlier = len(site.desktop.history)
    send()
    ended: list[float] = []

    def is_over() -> bool:
        if len(site.desktop.history) > earlier:
            return True
        if not ended and _event_status(site, chromium):
            ended.append(time.monotonic())
        return bool(ended) and time.monotonic() - ended[0] > AFTER_EVENT_SECONDS

    site.until(is_over, SHOWN_SECONDS)
    if len(site.desktop.history) == earlier:
        raise StepFailedError(_silence(site, chromium), where=site.place(site.script))
    if _is_browsers_own(site, chromium):
        raise StepFailedError(
            "the worker showed nothing, so the browser showed a notification of its own",
            where=site.place(site.script),
        )
    return site.desktop.history[-1]


def _log(site: SiteUnderTest, chromium: Chromium) -> list[BackgroundEvent]:
    """Return what Chromium's own log has about this site since the message was sent."""
    return [event for event in chromium.background_events.seen if event.origin == site.origin]


def _event_status(site: SiteUnderTest, chromium: Chromium) -> str:
    """Return how the push event ended, empty while it runs."""
    ended = (event for event in _log(site, chromium) if event.name == "Push event completed")
    return next((event.details.get("Status", "ended") for event in ended), "")


def _is_browsers_own(site: SiteUnderTest, chromium: Chromium) -> bool:
    """Tell whether the notification is the one that Chromium shows in place of a silent worker's."""

    def names() -> list[str]:
        return [event.name for event in _log(site, chromium)]

    site.until(lambda: "Notification displayed" in names(), AFTER_EVENT_SECONDS)
    before, _, _ = "\n".join(names()).partition("Notification displayed")
    if "Push event completed" not in before:
        return False
    # Shown after the event: by the browser, which logs it next, or by a worker that nobody waited for.
    return site.until(lambda: "Generic notification shown" in names(), AFTER_EVENT_SECONDS)


def _silence(site: SiteUnderTest, chromium: Chromium) -> str:
    problems = site.in_words(list(site.problems))
    status = _event_status(site, chromium)
    ending = (
        f"the push event ended ({status})" if status else f"the push event still ran after {SHOWN_SECONDS} s"
    )
    return f"no notification: {ending}{'; ' + problems if problems else ''}"
