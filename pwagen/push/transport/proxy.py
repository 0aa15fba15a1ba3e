"""Ways through a proxy: CONNECT (RFC 9110 section 9.3.6), as HTTPS_PROXY and NO_PROXY say.

The proxy looks names up, so their addresses cannot be checked here: which hosts may be reached is then
decided by the endpoint policy's names, and by the proxy.
"""

from __future__ import annotations

import asyncio
from base64 import b64encode
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies_environment, proxy_bypass_environment  # type: ignore[attr-defined]

from pwagen.errors import PwagenError

if TYPE_CHECKING:
    from pwagen.push.transport.endpoints import Service

_LONGEST_ANSWER = 16 * 1024


class ProxyError(PwagenError):
    """A proxy's URL that cannot be used."""


class ProxyRefusedError(OSError):
    """A proxy that does not connect to the service."""


@dataclass(frozen=True)
class Proxy:
    """Where an HTTP proxy is; `credentials` is the value of Proxy-Authorization, "" for none."""

    host: str
    port: int
    credentials: str = field(default="", repr=False)


def proxy_for(service: Service) -> Proxy | None:
    """Return the proxy that the environment names for a service; None for none, and for plain http.

    Raises ProxyError for one that is not an http URL, without quoting it: there may be a password in it.
    """
    if service.scheme != "https":
        return None
    named = getproxies_environment()
    url = named.get("https") or named.get("all")
    if not url or proxy_bypass_environment(f"{service.host}:{service.port}", named):
        return None
    return _parsed(url)


def _parsed(url: str) -> Proxy:
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        host, port = parts.hostname, parts.port or 80
    except ValueError:
        host = None
    if not host or parts.scheme != "http":
        raise ProxyError("HTTPS_PROXY is not the URL of an HTTP proxy - write http://HOST:PORT")
    if parts.username is None:
        return Proxy(host, port)
    pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return Proxy(host, port, f"Basic {b64encode(pair.encode()).decode()}")


async def connect_through(proxy: Proxy, service: Service) -> asyncio.Transport:
    """Return a connection to `service` through `proxy`, still without TLS.

    Raises ProxyRefusedError, and OSError when the proxy itself cannot be reached.
    """
    loop = asyncio.get_running_loop()
    _, protocol = await loop.create_connection(_Connecting, proxy.host, proxy.port)
    try:
        status = await protocol.ask(_request(proxy, service))
    except BaseException:
        protocol.transport.abort()
        raise
    if status.split(" ")[1:2] != ["200"]:
        protocol.transport.abort()
        raise ProxyRefusedError(f"the proxy {proxy.host}:{proxy.port} answers {status!r}")
    return protocol.transport


def _request(proxy: Proxy, service: Service) -> bytes:
    host = f"[{service.host}]" if ":" in service.host else service.host
    lines = [f"CONNECT {host}:{service.port} HTTP/1.1", f"Host: {host}:{service.port}"]
    lines += [f"Proxy-Authorization: {proxy.credentials}"] if proxy.credentials else []
    return "\r\n".join([*lines, "", ""]).encode("ascii")


class _Connecting(asyncio.Protocol):
    """Reads the answer to CONNECT and nothing after it: a service says nothing before TLS begins."""

    transport: asyncio.Transport

    def __init__(self) -> None:
        self._head = b""
        self._status: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def ask(self, request: bytes) -> str:
        """Return the status line."""
        self.transport.write(request)
        return await self._status

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self.transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Read on until the head is complete."""
        self._head += data
        if self._status.done():
            return
        if b"\r\n\r\n" in self._head:
            self._status.set_result(self._head.split(b"\r\n", 1)[0].decode("latin-1")[:100])
        elif len(self._head) > _LONGEST_ANSWER:
            self._status.set_exception(ProxyRefusedError("the proxy's answer is too long"))

    def connection_lost(self, exc: Exception | None) -> None:
        """Settle the waiting future."""
        if not self._status.done():
            self._status.set_exception(ProxyRefusedError("the proxy closed the connection without an answer"))
