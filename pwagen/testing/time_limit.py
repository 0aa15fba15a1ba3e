"""Time limits for Playwright's calls, most of which wait for ever where a page or the browser hangs."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from pwagen.errors import PwagenError

CALL_SECONDS = 30.0
"""What one call to the browser may take."""
CLEAN_UP_SECONDS = 1.0
"""What each later call of a block may take whose time is up."""


class BrowserTimeoutError(PwagenError):
    """What was waited for didn't happen in the browser."""


class TimeLimit:
    """Ends the calls of a block; ``reached`` says whether it took longer than it may."""

    def __init__(self) -> None:
        self._loop = _playwright_loop()
        self._earlier = asyncio.all_tasks(self._loop) if self._loop else set()
        self._timer: asyncio.TimerHandle | None = None
        self.reached = False

    def start(self, seconds: float) -> None:
        """End the call that is under way after so long, and each later one after a second."""
        if self._loop:
            self._timer = self._loop.call_later(seconds, self._time_is_up)

    def stop(self) -> None:
        """Let later calls take their time."""
        if self._timer:
            self._timer.cancel()

    def _time_is_up(self) -> None:
        self.reached = True
        assert self._loop
        for task in asyncio.all_tasks(self._loop) - self._earlier:
            task.cancel()
        self.start(CLEAN_UP_SECONDS)


@contextmanager
def time_limit(seconds: float, what: str) -> Iterator[TimeLimit]:
    """Limit a block of calls of Playwright's synchronous API.

    A call that is cut off is forgotten by Playwright, as its asynchronous API allows
    (https://docs.python.org/3/library/asyncio-task.html#task-cancellation): neither the browser nor
    Playwright's own process has to answer.

    Args:
        seconds: how long the whole block may take.
        what: what is waited for, as it follows "waited 30 s for".

    Raises:
        BrowserTimeoutError: the time was up while a call waited.
    """
    limit = TimeLimit()
    limit.start(seconds)
    try:
        yield limit
    except asyncio.CancelledError:
        if not limit.reached:
            raise  # it is an outer block's
        raise BrowserTimeoutError(f"waited {seconds:g} s for {what}") from None
    finally:
        limit.stop()


def call_limit(what: str) -> AbstractContextManager[TimeLimit]:
    """Limit one call to ``CALL_SECONDS``; raises BrowserTimeoutError with ``what`` was waited for."""
    return time_limit(CALL_SECONDS, what)


def _playwright_loop() -> asyncio.AbstractEventLoop | None:
    """Return the loop that Playwright marks as running between its calls; None once it has ended."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
