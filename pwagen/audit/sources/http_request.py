"""One GET over HTTP, within limits: of time, of size, and of the addresses that it may connect to."""

from __future__ import annotations

import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from http.client import (
    BadStatusLine,
    HTTPConnection,
    HTTPException,
    HTTPResponse,
    HTTPSConnection,
    RemoteDisconnected,
)
from ipaddress import ip_address
from urllib.parse import urlsplit

from pwagen.push.transport.endpoints import is_public

LARGEST = 32 * 1024 * 1024
"""Bytes of an answer that are read."""
_HEADERS = {"Accept-Encoding": "identity", "User-Agent": "pwagen check"}
_PIECE = 64 * 1024
_CONNECT_SECONDS = 5.0


class RequestFailedError(Exception):
    """There was no answer; the text says why, in words for users."""


class NoAnswerInTimeError(RequestFailedError):
    """The server didn't answer, or not to the end, within the time that it has."""


class CertificateError(RequestFailedError):
    """The server's certificate is not to be trusted."""


@dataclass(frozen=True)
class HttpAnswer:
    """An answer. ``headers`` have lower-case names; those that came twice are joined by a comma."""

    status: int
    headers: dict[str, str]
    content: bytes


def get(url: str, *, may_connect: Callable[[str], bool], seconds: float, verify: bool = True) -> HttpAnswer:
    """Return the answer to a GET without cookies; redirects are not followed.

    ``may_connect`` is asked for each IP address of the host before it is connected to; ``seconds`` is the
    longest time for all of it. Without ``verify`` any certificate will do.

    Raises:
        CertificateError: the certificate isn't trusted, or is another host's.
        NoAnswerInTimeError: it did not come, or not to its end, within ``seconds``.
        RequestFailedError: no answer came.
    """
    parts = urlsplit(url)
    deadline = time.monotonic() + seconds
    connection = _connection(parts.scheme, parts.netloc, may_connect, verify)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    # A limit of the socket's is for each piece, and headers may come letter by letter.
    watch = threading.Timer(seconds, _cut, [connection])
    watch.daemon = True
    watch.start()
    try:
        connection.request("GET", target, headers=_HEADERS)
        if connection.sock:
            connection.sock.settimeout(max(deadline - time.monotonic(), 0.001))
        response = _final_response(connection)
        content = _read(connection, response, deadline, seconds)
    except ssl.SSLCertVerificationError as error:
        raise CertificateError(f"its certificate is not trusted: {error.verify_message}") from None
    except TimeoutError:
        raise NoAnswerInTimeError(f"no answer within {seconds:g} s") from None
    except (OSError, HTTPException) as error:
        if time.monotonic() >= deadline:
            raise NoAnswerInTimeError(f"no answer within {seconds:g} s") from None
        raise RequestFailedError(_reason(error)) from None
    finally:
        watch.cancel()
        connection.close()
    headers: dict[str, str] = {}
    for name, value in response.getheaders():
        key = name.lower()
        headers[key] = f"{headers[key]}, {value}" if key in headers else value
    return HttpAnswer(response.status, headers, _unpacked(content, headers.get("content-encoding", "")))


def addresses_of(host: str) -> list[str]:
    """Return the IP addresses of a host; empty if it has none."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def is_named_private(host: str) -> bool:
    """Whether a host is private by its very name, so that who names it asks for it: localhost, an address."""
    if host.rpartition(".")[2] == "localhost":
        return True
    try:
        ip_address(host)
    except ValueError:
        return False
    return not is_public(host)


def _connection(
    scheme: str, authority: str, may_connect: Callable[[str], bool], verify: bool
) -> HTTPConnection:
    def connect(address: tuple[str, int], *_: object) -> socket.socket:
        host, port = address
        refused = ""
        for ip in addresses_of(host):
            if not may_connect(ip):
                refused = ip
                continue
            try:
                return socket.create_connection((ip, port), _CONNECT_SECONDS)
            except OSError as error:
                refused = refused or _reason(error)
        if refused and refused[0].isdigit():
            raise OSError(f"{host} is {refused}, which is a private address")
        raise OSError(refused or f"there is no host {host}")

    if scheme == "https":
        context = ssl.create_default_context()
        if not verify:
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        connection: HTTPConnection = HTTPSConnection(authority, timeout=_CONNECT_SECONDS, context=context)
    else:
        connection = HTTPConnection(authority, timeout=_CONNECT_SECONDS)
    # Where http.client connects; so that the address that was looked at is the one that is connected to.
    connection._create_connection = connect  # type: ignore[attr-defined]
    return connection


def _cut(connection: HTTPConnection) -> None:
    """End what a connection waits for."""
    with suppress(OSError):
        if connection.sock:
            connection.sock.shutdown(socket.SHUT_RDWR)


def _final_response(connection: HTTPConnection) -> HTTPResponse:
    """Return the response behind those that announce it, such as 103 (RFC 8297)."""
    response = connection.getresponse()
    while 100 <= response.status < 200:
        response.headers = response.msg = None  # type: ignore[assignment]
        response.begin()
    return response


def _unpacked(content: bytes, encoding: str) -> bytes:
    """Return a body that was compressed although nobody asked for it: the first bytes, within the limit.

    Raises:
        RequestFailedError: it is compressed by what Python doesn't read, or not at all.
    """
    encoding = encoding.lower()
    if encoding in ("", "identity") or not content:
        return content
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise RequestFailedError(f"it answers with Content-Encoding: {encoding}, which was not asked for")
    try:
        # 32 more: with the header of gzip or of zlib.
        return zlib.decompressobj(zlib.MAX_WBITS | 32).decompress(content, LARGEST)
    except zlib.error:
        raise RequestFailedError(f"its answer is not what Content-Encoding: {encoding} says") from None


def _read(connection: HTTPConnection, response: HTTPResponse, deadline: float, seconds: float) -> bytes:
    """Return the body; a server that sends a byte now and then isn't waited for."""
    pieces, size = [], 0
    while size < LARGEST:
        left = deadline - time.monotonic()
        if left <= 0:
            raise NoAnswerInTimeError(f"the answer did not end within {seconds:g} s")
        if connection.sock:
            connection.sock.settimeout(left)
        piece = response.read1(_PIECE)
        if not piece:
            break
        pieces.append(piece)
        size += len(piece)
    if size < LARGEST and response.length:
        raise RequestFailedError(f"the answer ended {response.length:,} bytes before its Content-Length")
    return b"".join(pieces)[:LARGEST]


def _reason(error: Exception) -> str:
    if isinstance(error, RemoteDisconnected):
        return "it closed the connection without an answer"
    if isinstance(error, BadStatusLine):
        return "its answer is not HTTP"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    return str(error) or type(error).__name__
