"""What Chromium shows for a push, and why it shows nothing: by its own log of background services."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from pwagen.browser.desktop import Notification
from pwagen.browser.steps.step import StepFailed

if TYPE_CHECKING:
    from pwagen.browser.background_events import BackgroundEvent
    from pwagen.browser.steps.trial import Trial

SHOWN_SECONDS = 15
AFTER_EVENT_SECONDS = 1
"""How long a notification may take to reach the desktop once the push event is over."""


def notified(trial: Trial, send: Callable[[], None]) -> Notification:
    """Send a push and return the site's notification; raises StepFailed if the site shows none."""
    trial.chromium.background_events.seen.clear()
    known = len(trial.desktop.history)
    send()
    ended: list[float] = []

    def shown() -> bool:
        if len(trial.desktop.history) > known:
            return True
        if not ended and _event_status(trial):
            ended.append(time.monotonic())
        return bool(ended) and time.monotonic() - ended[0] > AFTER_EVENT_SECONDS

    trial.until(shown, SHOWN_SECONDS)
    if len(trial.desktop.history) == known:
        raise StepFailed(_silence(trial), where=trial.place(trial.script))
    if _is_browsers_own(trial):
        raise StepFailed(
            "the worker showed nothing, so the browser showed a notification of its own",
            where=trial.place(trial.script),
        )
    return trial.desktop.history[-1]


def _log(trial: Trial) -> list[BackgroundEvent]:
    """Return what Chromium's own log says of this site since the message was sent."""
    return [event for event in trial.chromium.background_events.seen if event.origin == trial.origin]


def _event_status(trial: Trial) -> str:
    """Return how the push event ended, empty while it runs."""
    ended = (event for event in _log(trial) if event.name == "Push event completed")
    return next((event.details.get("Status", "ended") for event in ended), "")


def _is_browsers_own(trial: Trial) -> bool:
    """Tell whether the notification is the one that Chromium shows in place of a silent worker's."""

    def names() -> list[str]:
        return [event.name for event in _log(trial)]

    trial.until(lambda: "Notification displayed" in names(), AFTER_EVENT_SECONDS)
    before, _, _ = "\n".join(names()).partition("Notification displayed")
    if "Push event completed" not in before:
        return False
    # Shown after the event: by the browser, which says so next, or by a worker that nobody waited for.
    return trial.until(lambda: "Generic notification shown" in names(), AFTER_EVENT_SECONDS)


def _silence(trial: Trial) -> str:
    problems = trial.problems.in_short()
    status = _event_status(trial)
    ending = (
        f"the push event ended ({status})" if status else f"the push event still ran after {SHOWN_SECONDS} s"
    )
    return f"no notification: {ending}{'; ' + problems if problems else ''}"
