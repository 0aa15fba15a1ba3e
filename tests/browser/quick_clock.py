"""A page or a worker whose timers end early: what waits by the clock is seen without the waiting."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page, Worker

_QUICKEN = """(times) => {
  const real = setTimeout;
  // But for the limit of shared/store.js: memory would stand in for a database that is only slow.
  self.setTimeout = (call, delay, ...rest) => real(call, delay === 2000 ? delay : delay / times, ...rest);
  self.setTimeout.real = real;
}"""
# A page may have navigated meanwhile: its new document has a clock of its own.
_RESTORE = "void (self.setTimeout = setTimeout.real ?? setTimeout)"


@contextmanager
def quick_clock(script: Page | Worker, times: float) -> Iterator[None]:
    """Let the timers that a page's document or a worker sets in the block end so many times as early.

    Only those of ``setTimeout()``: ``Date`` and ``AbortSignal.timeout()`` are as they were.
    """
    script.evaluate(_QUICKEN, times)
    yield
    script.evaluate(_RESTORE)
