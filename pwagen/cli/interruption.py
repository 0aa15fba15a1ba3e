"""Graceful end of a sending run on SIGINT and SIGTERM."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def interruptible(stop: Callable[[], None]) -> Iterator[None]:
    """Call `stop` at the first SIGINT or SIGTERM; the second one ends the process as usual.

    For the main thread, inside a running event loop.
    """
    loop = asyncio.get_running_loop()
    previous = {number: signal.getsignal(number) for number in _SIGNALS}

    def restore() -> None:
        for number, handler in previous.items():
            signal.signal(number, handler)

    def stop_once() -> None:
        restore()
        stop()

    for number in _SIGNALS:  # not add_signal_handler, which Windows does not have
        signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop_once))
    try:
        yield
    finally:
        restore()
