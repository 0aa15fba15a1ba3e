"""The HTTP client of the sender, held to servers that answer in every way there is."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from pwagen.push.transport.endpoints import EndpointPolicy, split
from pwagen.push.transport.http_client import HttpClient, UnreachableError
from pwagen.push.transport.http_connection import Answer
from pwagen.push.transport.resolver import Resolver

LOOPBACK = EndpointPolicy(loopback=True)
CREATED = b"HTTP/1.1 201 Created\r\nLocation: /m/1\r\nContent-Length: 0\r\n\r\n"


class Server:
    """Answers each request with the next of `answers`, in the pieces given, the last one for ever.

    It closes the connection after an answer that says so, and instead of None.
    """

    def __init__(self, *answers: bytes | tuple[bytes, ...] | None) -> None:
        self.answers = list(answers)
        self.requests: list[bytes] = []
        self.serving: list[asyncio.Task[None] | None] = []
        self.connections = 0

    @asynccontextmanager
    async def running(self) -> AsyncIterator[str]:
        server = await asyncio.start_server(self.serve, "127.0.0.1", 0)
        async with server:
            yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            await asyncio.gather(*filter(None, self.serving))

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.serving.append(asyncio.current_task())
        try:
            while await self.answer(reader, writer):
                pass
            await reader.read()
        except (asyncio.IncompleteReadError, OSError):
            pass
        finally:
            writer.transport.abort()
            await asyncio.sleep(0)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Return whether another request may follow."""
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
        self.requests.append(head + await reader.readexactly(length))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        pieces = (answer,) if isinstance(answer, bytes) else answer or ()
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0.005)
        if not pieces or b"close" in pieces[0]:
            writer.write_eof()
            return False
        return True


def with_server(server: Server, test: Callable[[HttpClient, str], Awaitable[Any]], **options: Any) -> Any:
    async def main() -> Any:
        client = HttpClient(
            LOOPBACK, **{"most_idle": 10, "timeout_seconds": 1, "ssl_context": None} | options
        )
        async with server.running() as origin:
            try:
                return await test(client, origin)
            finally:
                await client.close()

    return asyncio.run(main())


async def post(client: HttpClient, origin: str, path: str = "/push/1", **headers: str) -> Answer:
    return await client.post(*split(origin + path), headers, b"body")


def test_a_request_is_written_as_http() -> None:
    server = Server(CREATED)

    async def test(client: HttpClient, origin: str) -> None:
        answer = await post(client, origin, "/push/1?a=b#c", TTL="60")
        assert (answer.status, answer.headers["location"]) == (201, "/m/1")
        host = origin.removeprefix("http://")
        assert server.requests == [
            f"POST /push/1?a=b HTTP/1.1\r\nHost: {host}\r\nTTL: 60\r\nContent-Length: 4\r\n\r\nbody".encode()
        ]

    with_server(server, test)


@pytest.mark.parametrize(
    ("answer", "status", "text"),
    [
        ((b"HTTP/1.1 2", b"01 Created\r\nContent-Le", b"ngth: 2\r\n\r", b"\no", b"k"), 201, "ok"),
        (
            b"HTTP/1.1 100 Continue\r\nX: y\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nok",
            201,
            "ok",
        ),
        (
            b"HTTP/1.1 400 No\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nno\r\n1\r\n!\r\n0\r\nX: y\r\n\r\n",
            400,
            "no!",
        ),
        (b"HTTP/1.1 204 No Content\r\n\r\n", 204, ""),
        (b"HTTP/1.1 404 \r\nContent-Length: 0\r\n\r\n", 404, ""),
        (b"HTTP/1.1 410 Gone\r\nContent-Length: 4\r\n\r\n\xff\xfeab", 410, "\ufffd\ufffdab"),
    ],
)
def test_an_answer_leaves_the_connection_for_the_next(
    answer: bytes | tuple[bytes, ...], status: int, text: str
) -> None:
    server = Server(answer)

    async def test(client: HttpClient, origin: str) -> None:
        for _ in range(3):
            found = await post(client, origin)
            assert (found.status, found.text) == (status, text)

    with_server(server, test)
    assert server.connections == 1


@pytest.mark.parametrize(
    ("answer", "status", "text"),
    [
        (b"HTTP/1.1 201 Created\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok", 201, "ok"),
        (b"HTTP/1.0 503 Slow\r\nX: close\r\n\r\nwait", 503, "wait"),
        (b"HTTP/1.1 201 Created\r\nConnection: close\r\nContent-Length: 9\r\n\r\nok", 201, "ok"),
        (b"HTTP/1.1 400 No\r\nContent-Length: 90000\r\n\r\n" + b"x" * 90_000, 400, "x" * 4096),
        (
            b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\nHTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n",
            201,
            "",
        ),
        (b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n and more", 201, ""),
    ],
)
def test_after_other_answers_a_new_connection_is_made(answer: bytes, status: int, text: str) -> None:
    server = Server(answer)

    async def test(client: HttpClient, origin: str) -> None:
        for _ in range(2):
            found = await post(client, origin)
            assert (found.status, found.text) == (status, text)

    with_server(server, test)
    assert server.connections == 2


@pytest.mark.parametrize(
    "answer",
    [
        None,
        b"220 smtp ready\r\n\r\n",
        b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\nContent-Length: 5\r\n\r\n",
        b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
        b"HTTP/1.1 201 Created\r\nX: " + b"y" * 70_000,
        b"HTTP/1.1 100 Continue\r\n\r\n" * 4000,
    ],
    ids=lambda value: value and value[:20],
)
def test_what_is_no_answer_breaks_the_connection(answer: bytes | None) -> None:
    async def test(client: HttpClient, origin: str) -> None:
        with pytest.raises(ConnectionError):
            await post(client, origin)

    with_server(Server(answer), test)


def test_no_answer_in_time() -> None:
    async def test(client: HttpClient, origin: str) -> None:
        with pytest.raises(TimeoutError):
            await post(client, origin)

    with_server(Server(b""), test, timeout_seconds=0.05)


def test_a_status_in_time_counts_without_its_text() -> None:
    async def test(client: HttpClient, origin: str) -> None:
        answer = await post(client, origin)
        assert (answer.status, answer.text) == (201, "o")

    with_server(Server(b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\no"), test, timeout_seconds=0.05)


@pytest.mark.parametrize("value", ["60\r\nHost: evil", "60\nX: y", "60\r", "6\0", "ü"])
def test_a_header_that_would_be_two_is_never_sent(value: str) -> None:
    server = Server(CREATED)

    async def test(client: HttpClient, origin: str) -> None:
        with pytest.raises(ValueError, match=r"line break|ascii"):
            await post(client, origin, TTL=value)

    with_server(server, test)
    assert server.connections == 0


def test_unsolicited_bytes_on_an_idle_connection_are_not_a_response() -> None:
    server = Server((CREATED, b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"))

    async def test(client: HttpClient, origin: str) -> None:
        for _ in range(2):
            assert (await post(client, origin)).status == 201
            await asyncio.sleep(0.05)

    with_server(server, test)
    assert server.connections == 2


@pytest.mark.slow
def test_a_connection_that_the_server_has_closed_is_not_used_again() -> None:
    class Impatient(Server):
        async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
            asyncio.get_running_loop().call_later(0.03, writer.close)
            return await super().answer(reader, writer)

    server = Impatient(CREATED)

    async def test(client: HttpClient, origin: str) -> None:
        for _ in range(2):
            assert (await post(client, origin)).status == 201
            await asyncio.sleep(0.1)

    with_server(server, test)
    assert server.connections == 2


def test_no_more_connections_are_kept_than_allowed() -> None:
    server = Server(CREATED)

    async def test(client: HttpClient, origin: str) -> None:
        for _ in range(2):
            await asyncio.gather(*(post(client, origin) for _ in range(5)))

    with_server(server, test, most_idle=2)
    assert server.connections == 5 + 3


def test_a_cancelled_request_s_connection_is_not_used_again() -> None:
    server = Server(b"", CREATED)

    async def test(client: HttpClient, origin: str) -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await post(client, origin)
        assert (await post(client, origin)).status == 201

    with_server(server, test)
    assert server.connections == 2


def test_nobody_listens() -> None:
    async def test(client: HttpClient, _: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
        with pytest.raises(UnreachableError, match=r"127\.0\.0\.1: "):
            await post(client, f"http://127.0.0.1:{port}")

    with_server(Server(CREATED), test)


def test_it_runs_on_uvloop_too() -> None:
    """Its transports are of no class of asyncio's."""
    uvloop = pytest.importorskip("uvloop")

    async def main() -> int:
        client = HttpClient(LOOPBACK, most_idle=1, timeout_seconds=5, ssl_context=None)
        async with Server(CREATED).running() as origin:
            answers = [await post(client, origin) for _ in range(2)]
            await client.close()
            return answers[-1].status

    assert uvloop.run(main()) == 201


def test_a_host_is_looked_up_once_for_many(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def look_up(host: str, port: int, *_: object, **__: object) -> list[Any]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("8.8.8.8", port))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)

    async def main() -> None:
        resolver = Resolver(EndpointPolicy())
        found = await asyncio.gather(*(resolver.addresses("push.example", 443) for _ in range(10)))
        assert {address for one in found for *_, address in one} == {("8.8.8.8", 443)}

    asyncio.run(main())
    assert asked == ["push.example"]
