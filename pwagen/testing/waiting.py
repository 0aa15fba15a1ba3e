"""Waiting for what another thread sees."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

TIMEOUT_SECONDS = 30.0
"""How long is waited for what a browser should do at once: a loaded machine must not fail a good site."""


class TimedCondition:
    """Wakes waiting threads whenever something has changed."""

    def __init__(self) -> None:
        self._changed = threading.Condition()

    def notify(self) -> None:
        """Let those who wait look again."""
        with self._changed:
            self._changed.notify_all()

    def wait_for(self, predicate: Callable[[], T], timeout: float) -> T:
        """Return the predicate's first true value, or the last false one after ``timeout`` seconds."""
        value: T = predicate()

        def look() -> bool:
            nonlocal value
            value = predicate()
            return bool(value)

        with self._changed:
            self._changed.wait_for(look, timeout)
        return value
