"""A thin WebDriver BiDi client: commands out, answers and events in.

https://w3c.github.io/webdriver-bidi/
"""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pwagen.errors import PwagenError

if TYPE_CHECKING:
    from aiohttp import ClientSession, ClientWebSocketResponse

MAX_FRAME_BYTES = 64 << 20
GONE = "browser gone"
"""Our own code beside the protocol's."""


class BidiError(PwagenError):
    """The browser refused a command, or is gone.

    ``code`` is the protocol's, e.g. ``no such frame``; empty for an exception of the page's.
    """

    def __init__(self, message: str, code: str = "") -> None:
        super().__init__(message)
        self.code = code


class BidiTimeoutError(BidiError):
    """The browser didn't answer in time: a page hangs, or is slow."""


class BidiConnection:
    """One connection; every coroutine belongs to the loop that ``connect`` ran in."""

    def __init__(self, on_event: Callable[[str, dict[str, Any]], None]) -> None:
        self._on_event = on_event
        self._ids = itertools.count(1)
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._session: ClientSession | None = None
        self._socket: ClientWebSocketResponse | None = None
        self._reader: asyncio.Task[None] | None = None

    async def connect(self, url: str) -> None:
        """Open the WebSocket and start a BiDi session."""
        from aiohttp import ClientSession

        self._session = ClientSession()
        self._socket = await self._session.ws_connect(url, max_msg_size=MAX_FRAME_BYTES)
        self._reader = asyncio.ensure_future(self._read(self._socket))
        await self.command("session.new", {"capabilities": {}})

    async def command(self, method: str, parameters: dict[str, Any]) -> dict[str, Any]:
        """Return the command's result; raises BidiError with the browser's message."""
        if self._socket is None or self._socket.closed:
            raise BidiError(f"{method}: the browser is gone", GONE)
        number = next(self._ids)
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._answers[number] = answer
        try:
            await self._socket.send_json({"id": number, "method": method, "params": parameters})
            return await answer
        finally:
            # Nobody waits for it any more, be it that the caller has given up.
            self._answers.pop(number, None)

    async def close(self) -> None:
        """Close the WebSocket; commands without an answer fail."""
        if self._reader is not None:
            self._reader.cancel()
            await asyncio.gather(self._reader, return_exceptions=True)
        if self._socket is not None:
            await self._socket.close()
        if self._session is not None:
            await self._session.close()

    async def _read(self, socket: ClientWebSocketResponse) -> None:
        try:
            async for frame in socket:
                self._dispatch(json.loads(frame.data))
        finally:
            for answer in self._answers.values():
                answer.set_exception(BidiError("the browser is gone", GONE))
            self._answers.clear()

    def _dispatch(self, message: dict[str, Any]) -> None:
        if message["type"] == "event":
            self._on_event(message["method"], message["params"])
            return
        answer = self._answers.pop(message["id"], None)
        if answer is None or answer.done():
            return
        if message["type"] == "success":
            answer.set_result(message["result"])
        else:
            text = f"{message['error']}: {message['message']}"
            answer.set_exception(BidiError(text, message["error"]))
