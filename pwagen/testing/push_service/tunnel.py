"""An HTTPS proxy that leads the push services' names, and the loopback service's own, to that service.

A sender under test keeps the endpoint as the browser gave it: with HTTPS_PROXY set to this proxy and
the service's certificate trusted, not a line of it changes.
"""

from __future__ import annotations

import asyncio
import contextlib


class Tunnel:
    """Answers CONNECT for the given ``host:port``, and refuses others so that no test leaves loopback."""

    def __init__(self, hosts: frozenset[str], https_port: int) -> None:
        self._hosts = hosts
        self._https_port = https_port

    async def serve(self, client: asyncio.StreamReader, answer: asyncio.StreamWriter) -> None:
        """Pass bytes both ways until either side closes."""
        try:
            if await _connect_host(client) not in self._hosts:
                answer.write(
                    b"HTTP/1.1 502 Only push services are reachable here\r\nContent-Length: 0\r\n\r\n"
                )
                await answer.drain()
                return
            server, forward = await asyncio.open_connection("127.0.0.1", self._https_port)
            answer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            try:
                await _pass_both_ways(client, forward, server, answer)
            finally:
                forward.transport.abort()
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # either side went away, or it was not HTTP
        finally:
            answer.close()


async def _connect_host(client: asyncio.StreamReader) -> str:
    head = (await client.readuntil(b"\r\n\r\n")).decode("latin-1")
    method, _, rest = head.partition(" ")
    authority = rest.partition(" ")[0]
    return authority if method == "CONNECT" else ""


async def _pass_both_ways(
    client: asyncio.StreamReader,
    forward: asyncio.StreamWriter,
    server: asyncio.StreamReader,
    answer: asyncio.StreamWriter,
) -> None:
    ways = [asyncio.ensure_future(_pass(client, forward)), asyncio.ensure_future(_pass(server, answer))]
    try:
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)


async def _pass(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while chunk := await source.read(65536):
            target.write(chunk)
            await target.drain()
