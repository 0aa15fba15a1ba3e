"""One HTTP/1.1 connection (RFC 9112), which carries one exchange after another."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

_TEXT_LIMIT = 4096  # octets of an answer's text, enough for its reason
_LIMIT = 64 * 1024  # octets of a whole answer


@dataclass(frozen=True)
class Answer:
    """A response: the names of `headers` are in lower case, `text` is the beginning of the body."""

    status: int
    headers: Mapping[str, str]
    text: str = ""


class HttpConnection(asyncio.Protocol):
    """`reusable` says whether another exchange may follow; a connection that isn't has been closed."""

    def __init__(self) -> None:
        """For `loop.create_connection`."""
        self.reusable = True
        self._parser = HttpResponseParser(self)
        self._answer: asyncio.Future[Answer] | None = None
        self._begin()

    async def exchange(self, request: bytes, deadline: float) -> Answer:
        """Return the answer to a whole request, which counts once its status and headers are there.

        Raises TimeoutError when there is none at `deadline`, in the event loop's seconds, and
        ConnectionError when the connection ends before, or when that is not HTTP.
        """
        loop = asyncio.get_running_loop()
        self._begin()
        self._answer = loop.create_future()
        timer = loop.call_at(deadline, self._end, TimeoutError())
        self._transport.write(request)
        try:
            return await self._answer
        except asyncio.CancelledError:
            self.close()
            raise
        finally:
            timer.cancel()

    def close(self) -> None:
        """End the connection at once; no exchange is under way, or nobody waits for its answer."""
        self.reusable = False
        self._transport.abort()

    def _begin(self) -> None:
        self._status = 0
        self._headers: dict[str, str] = {}
        self._text = b""
        self._received = 0

    def _end(self, error: Exception | None) -> None:
        """Settle the exchange: a status counts, whatever comes after it. Only without `error` it goes on."""
        if self._answer and not self._answer.done():
            if self._status:
                text = self._text[:_TEXT_LIMIT].decode("utf-8", "replace")
                self._answer.set_result(Answer(self._status, self._headers, text))
            elif error:
                self._answer.set_exception(error)
        if error:
            self.close()

    # --- called by asyncio ---

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport; uvloop's does not inherit from asyncio's classes."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Parse the data; unsolicited data ends the connection."""
        self._received += len(data)
        if self._answer is None or self._answer.done():
            self.close()
            return
        try:
            self._parser.feed_data(data)
        except (HttpParserError, HttpParserUpgrade) as error:
            self._end(ConnectionError(f"the answer is not HTTP: {error}"))
        if self._received > _LIMIT and not self._answer.done():
            self._end(ConnectionError("the answer is too long"))

    def connection_lost(self, exc: Exception | None) -> None:
        """Settle the exchange under way, if any."""
        self._end(exc or ConnectionResetError("it was closed without an answer"))

    # --- called by the parser ---

    def on_message_begin(self) -> None:
        """End the connection if this would be a second answer."""
        if self._answer and self._answer.done():
            self.close()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a header."""
        self._headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        """Take the status for the answer's, unless it is an interim one (RFC 9110 section 15.2)."""
        status = self._parser.get_status_code()
        if status >= 200:
            self._status = status
        else:
            self._headers = {}

    def on_body(self, body: bytes) -> None:
        """Keep the beginning, and don't wait for the rest."""
        self._text += body
        if len(self._text) > _TEXT_LIMIT:
            self._end(ConnectionError("the answer is too long"))

    def on_message_complete(self) -> None:
        """Settle the exchange."""
        if self._status:
            self._end(None if self._parser.should_keep_alive() else ConnectionError("it is over"))
