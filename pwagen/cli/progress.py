"""A progress bar on standard error, for people only."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

PATIENCE_SECONDS = 1.0


@contextmanager
def progress_if_slow(description: str) -> Iterator[None]:
    """Draw a bar that moves while the block works, once that has taken `PATIENCE_SECONDS`.

    As with `progress`, only on a terminal; until then rich is not loaded. The block must not print.
    """
    if not sys.stderr.isatty():
        yield
        return
    done = threading.Event()

    def draw() -> None:
        if not done.wait(PATIENCE_SECONDS):
            with progress(None, description):
                done.wait()

    drawing = threading.Thread(target=draw, daemon=True)
    drawing.start()
    try:
        yield
    finally:
        done.set()
        drawing.join()


@contextmanager
def progress(total: int | None, description: str) -> Iterator[Callable[[], None]]:
    """Yield a function to call for each step of `total`, None if nobody knows how many.

    Nothing is drawn, and rich is not loaded, unless standard error is a terminal and there are at least
    two steps.
    """
    if not sys.stderr.isatty() or total in (0, 1):
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(description, total=total)
        yield lambda: bar.advance(task)
