"""An end to pages that never answer: what waits for them would wait for ever. Workers end by themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

# The harness's own page answers also when another one is busy: each site has a process of its own.
_START = "seconds => { globalThis.pwagenTimer = setTimeout(() => pwagenTimeIsUp(), seconds * 1000); }"
_STOP = "clearTimeout(globalThis.pwagenTimer)"


class TimeLimit:
    """Calls ``end`` when a block takes too long, from the timer of the harness's own page."""

    def __init__(self, page: Page, end: Callable[[], None]) -> None:
        self._page, self._end = page, end
        self.reached = False
        page.expose_binding("pwagenTimeIsUp", lambda source: self._time_is_up())

    @contextmanager
    def of(self, seconds: float) -> Iterator[TimeLimit]:
        """Limit the block; ``reached`` says afterwards whether it took longer."""
        self.reached = False
        self._page.evaluate(_START, seconds)
        try:
            yield self
        finally:
            self._page.evaluate(_STOP)

    def _time_is_up(self) -> None:
        self.reached = True
        self._end()
