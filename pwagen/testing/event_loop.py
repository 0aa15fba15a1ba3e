"""An asyncio loop in one background thread, so that servers run beside synchronous tests."""

from __future__ import annotations

import asyncio
import concurrent.futures
import socket
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

from pwagen.errors import PwagenError

T = TypeVar("T")

STOP_SECONDS = 10.0


class LoopTimeoutError(PwagenError, TimeoutError):
    """Something in the background took too long."""


class BackgroundLoop:
    """A running event loop; ``stop`` cancels what is left and joins the thread."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._stopping = False
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run_loop, name=name, daemon=True)
        self._thread.start()

    def run(self, coroutine: Coroutine[Any, Any, T], what: str, timeout: float = 30) -> T:
        """Return the coroutine's result.

        Raises LoopTimeoutError, with ``what`` was waited for, after ``timeout`` seconds.
        """
        future = asyncio.run_coroutine_threadsafe(coroutine, self._loop)
        done, _ = concurrent.futures.wait([future], timeout)
        if not done:
            future.cancel()
            raise LoopTimeoutError(f"{self._name}: waited {timeout:g} s for {what}")
        return future.result()

    def _run_loop(self) -> None:
        self._loop.run_forever()
        # Calls that came too late to start must at least be cancelled.
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0))

    @property
    def is_stopped(self) -> bool:
        """Whether ``stop`` was called."""
        return self._loop.is_closed()

    def stop(self) -> None:
        """Cancel the remaining tasks and end the thread; a second call does nothing.

        Raises LoopTimeoutError if a task or the thread goes on regardless.
        """
        try:
            if not self._stopping:
                self._stopping = True
                self.run(_cancel_all_tasks(), "its tasks to end", STOP_SECONDS)
        finally:
            if not self._loop.is_closed():
                self._loop.call_soon_threadsafe(self._loop.stop)
                self._join()

    def _join(self) -> None:
        self._thread.join(STOP_SECONDS)
        if self._thread.is_alive():
            raise LoopTimeoutError(f"{self._name}: waited {STOP_SECONDS:g} s for its thread to end")
        self._loop.close()


def listen(port: int = 0) -> socket.socket:
    """Return a listening socket on loopback; 0 takes a free port."""
    return socket.create_server(("127.0.0.1", port))


async def _cancel_all_tasks() -> None:
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await asyncio.get_running_loop().shutdown_asyncgens()
    # Transports close in callbacks; give those of the cancelled tasks their turn.
    await asyncio.sleep(0)


async def stop_listening(*listeners: socket.socket) -> None:
    """Take no more connections, and let those that were just taken be set up.

    A server that is closed between the two leaves their sockets open (python/cpython#109564).
    """
    for listener in listeners:
        asyncio.get_running_loop().remove_reader(listener)
    # One turn for the task that sets a connection up, one for its protocol's connection_made.
    await asyncio.sleep(0)
    await asyncio.sleep(0)
