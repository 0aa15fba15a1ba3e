"""Requests over connections that are kept, and opened only where the endpoint policy allows.

Own code rather than aiohttp or httpx for two reasons. `python benchmarks/push.py` (table in
docs/benchmarks.md) needs 267 µs of processor time a message in one process, 441 with aiohttp, which pywebpush
uses. And the address that was checked is the one that is connected to: DNS cannot change in between.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from time import monotonic

from aiohappyeyeballs import start_connection

from pwagen.push.transport.endpoints import EndpointPolicy, Service
from pwagen.push.transport.http_connection import Answer, HttpConnection
from pwagen.push.transport.proxy import Proxy, connect_through, proxy_for
from pwagen.push.transport.resolver import AddressRefusedError, Resolver

_CONNECT_SECONDS = 10.0
_IDLE_SECONDS = 15.0  # services close idle connections, and a request on its way then is lost
_NEXT_ADDRESS_SECONDS = 0.25  # RFC 8305 section 5


class UnreachableError(OSError):
    """No connection could be made."""


class HttpClient:
    """Goes through the proxy that HTTPS_PROXY names; knows no cookies, and follows no redirects.

    The caller bounds the requests under way; besides those, it keeps up to `most_idle` connections.
    """

    def __init__(
        self,
        policy: EndpointPolicy,
        *,
        most_idle: int,
        timeout_seconds: float,
        ssl_context: ssl.SSLContext | None,
    ) -> None:
        """Nothing is connected before the first request."""
        self._policy = policy
        self._resolver = Resolver(policy)
        self._most_idle = most_idle
        self._timeout = timeout_seconds
        self._ssl_context = ssl_context
        self._idle: list[tuple[float, Service, HttpConnection]] = []  # the longest idle first

    async def post(self, to: Service, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Return the answer of the service `to`; `target` is path and query.

        Raises AddressRefusedError, UnreachableError, ProxyError, ssl.SSLCertVerificationError, TimeoutError,
        ConnectionError, and ValueError for values that are invalid in a request.
        """
        request = _serialized(to, target, headers, body)
        deadline = asyncio.get_running_loop().time() + self._timeout
        connection = self._take_idle(to) or await self._connect(to, deadline)
        answer = await connection.exchange(request, deadline)
        if connection.reusable:
            self._keep(to, connection)
        return answer

    async def close(self) -> None:
        """Close all connections."""
        for _, _, connection in self._idle:
            connection.close()
        self._idle.clear()
        await asyncio.sleep(0)  # until the transports have closed their sockets

    def _take_idle(self, to: Service) -> HttpConnection | None:
        """Return the connection to `to` that was used last."""
        for place in range(len(self._idle) - 1, -1, -1):
            since, service, connection = self._idle[place]
            if service == to or not connection.reusable:
                del self._idle[place]
                if connection.reusable and monotonic() - since < _IDLE_SECONDS:
                    return connection
                connection.close()
        return None

    def _keep(self, to: Service, connection: HttpConnection) -> None:
        self._idle.append((monotonic(), to, connection))
        if len(self._idle) > self._most_idle:
            self._idle.pop(0)[2].close()

    async def _connect(self, to: Service, deadline: float) -> HttpConnection:
        loop = asyncio.get_running_loop()
        secure = to.scheme == "https"
        try:
            async with asyncio.timeout_at(min(deadline, loop.time() + _CONNECT_SECONDS)):
                if proxy := self._proxy(to):
                    return await self._through(proxy, to)
                addresses = await self._resolver.addresses(to.host, to.port)
                socket = await start_connection(
                    addresses, happy_eyeballs_delay=_NEXT_ADDRESS_SECONDS, interleave=1
                )
                _, connection = await loop.create_connection(
                    HttpConnection,
                    sock=socket,
                    ssl=self._context() if secure else None,
                    server_hostname=to.host if secure else None,
                )
                return connection
        except (AddressRefusedError, TimeoutError, ssl.SSLCertVerificationError):
            raise
        except OSError as error:
            raise UnreachableError(f"{to.host}: {error}") from error

    def _proxy(self, to: Service) -> Proxy | None:
        return None if self._policy.is_loopback(to) else proxy_for(to)

    async def _through(self, proxy: Proxy, to: Service) -> HttpConnection:
        transport = await connect_through(proxy, to)
        connection = HttpConnection()
        transport.set_protocol(connection)
        loop = asyncio.get_running_loop()
        secured = await loop.start_tls(transport, connection, self._context(), server_hostname=to.host)
        if secured is None:
            raise ConnectionResetError("the connection ended while TLS began")
        connection.connection_made(secured)
        return connection

    def _context(self) -> ssl.SSLContext:
        if self._ssl_context is None:
            self._ssl_context = ssl.create_default_context()
            self._ssl_context.set_alpn_protocols(["http/1.1"])
        return self._ssl_context


def _serialized(to: Service, target: str, headers: Mapping[str, str], body: bytes) -> bytes:
    """Return the octets of a POST; raises ValueError for a header or a target that would be two."""
    lines = [f"POST {target} HTTP/1.1", f"Host: {to.origin.partition('://')[2]}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    lines.append(f"Content-Length: {len(body)}\r\n\r\n")
    head = "\r\n".join(lines).encode("ascii")
    if head.count(b"\n") != len(lines) + 1 or head.count(b"\r") != len(lines) + 1 or b"\0" in head:
        raise ValueError("a header has a line break in it")
    return head + body
