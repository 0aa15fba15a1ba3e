"""An asyncio loop in one background thread, so that servers run beside synchronous tests."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class BackgroundLoop:
    """A running event loop; ``stop`` cancels what is left and joins the thread."""

    def __init__(self, name: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name=name, daemon=True)
        self._thread.start()

    def run(self, coroutine: Coroutine[Any, Any, T], timeout: float = 30) -> T:
        """Return the coroutine's result; raises TimeoutError after ``timeout`` seconds."""
        future = asyncio.run_coroutine_threadsafe(coroutine, self._loop)
        try:
            return future.result(timeout)
        except TimeoutError:
            future.cancel()
            raise

    def stop(self) -> None:
        """Cancel the remaining tasks and end the thread; a second call does nothing."""
        if self._loop.is_closed():
            return
        self.run(_cancel_all_tasks())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
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
