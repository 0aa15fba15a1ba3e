"""A page or a worker whose timers end early: what waits by the clock is seen without the waiting."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pwagen.render import source

if TYPE_CHECKING:
    from playwright.sync_api import Page, Worker

_QUICKEN = """([times, limit]) => {
  const real = setTimeout;
  // But for the store's limit: memory would stand in for a database that is only slow.
  self.setTimeout = (call, delay, ...rest) => real(call, delay === limit ? delay : delay / times, ...rest);
  self.setTimeout.real = real;
}"""
_STORE_LIMIT_MS = int(re.findall(r"STORE_TIME_LIMIT = (\d+)", source("shared/store.js"))[0])
# A page may have navigated meanwhile: its new document has a clock of its own.
_RESTORE = "void (self.setTimeout = setTimeout.real ?? setTimeout)"


@contextmanager
def quick_clock(script: Page | Worker, times: float) -> Iterator[None]:
    """Let the timers that a page's document or a worker sets in the block end so many times as early.

    Only those of ``setTimeout()``: ``Date`` and ``AbortSignal.timeout()`` are as they were.
    """
    script.evaluate(_QUICKEN, [times, _STORE_LIMIT_MS])
    yield
    script.evaluate(_RESTORE)
