"""Runs the dev server, on the loopback address only."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable

import uvicorn

from pwagen.errors import PwagenError
from pwagen.serve.asgi_app import create_app
from pwagen.serve.server_state import ServerState

ADDRESS = "127.0.0.1"


def open_socket(port: int) -> socket.socket:
    """Return a socket bound to `port` of this machine's loopback address, 0 for any that is free."""
    bound = socket.socket()
    if sys.platform != "win32":  # there it would let two servers share a port
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((ADDRESS, port))
    except OSError as error:
        bound.close()
        raise PwagenError(
            f"port {port} is not available: {error.strerror} - choose another with --port"
        ) from None
    return bound


class DevServer(uvicorn.Server):
    """uvicorn's server, which ends the consoles' open streams before it waits for requests to end."""

    def __init__(self, desk: ServerState, started: Callable[[], None] = lambda: None) -> None:
        super().__init__(
            uvicorn.Config(
                create_app(desk),
                log_level="warning",
                access_log=False,
                server_header=False,
                ws="none",
                proxy_headers=False,
                timeout_graceful_shutdown=3,
            )
        )
        self._desk = desk
        self._tell = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, and call `started`."""
        await super().startup(sockets)
        if self.started:
            self._tell()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the streams, then everything else."""
        self._desk.events.close()
        await super().shutdown(sockets)


def serve(desk: ServerState, bound: socket.socket, started: Callable[[], None]) -> None:
    """Serve until interrupted; `started` is called once requests are answered."""
    DevServer(desk, started).run(sockets=[bound])
