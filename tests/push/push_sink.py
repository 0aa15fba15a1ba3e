"""A push service on loopback over TLS for the tests: checks each request strictly, answers as told."""

from __future__ import annotations

import asyncio
import math
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, time
from typing import Any, Self

from aiohttp import web

from pwagen.keys.key_pair import generate_key_pair
from pwagen.push.crypto.encryption import decrypt
from pwagen.push.crypto.vapid import InvalidAuthorizationError, verify
from pwagen.push.subscription import Subscription
from pwagen.push.transport.endpoints import EndpointPolicy
from pwagen.push.transport.retry import RetryPolicy
from pwagen.testing.push_service.certificate import ServerCertificate, make_certificate

AUTH = bytes(range(16))
RECEIVER = generate_key_pair()
SENDER = generate_key_pair()
SUBJECT = "mailto:push@harbour.news"
QUICK = RetryPolicy(attempts=4, base_seconds=0.01, longest_seconds=2)


@dataclass
class Received:
    """One request as the service saw it."""

    name: str
    attempt: int
    plaintext: bytes
    headers: dict[str, str]
    request: web.Request
    at: float = field(default_factory=monotonic)


Answer = Callable[[Received], web.StreamResponse]


def accepted(_: Received) -> web.Response:
    return web.Response(status=201)


class PushSink:
    """`subscription(name)` makes one; the names choose the answers, `received` is what arrived."""

    def __init__(self, folder: Path, certificate: ServerCertificate | None = None) -> None:
        self.certificate = certificate or make_certificate(folder, ("localhost",))
        self.answers: dict[str, Answer] = {}
        self.default: Answer = accepted
        self.keys = {SENDER.public_key}
        self.hosts: set[str] = set()  # under which a proxy reaches it, beside its own origin
        self.received: list[Received] = []
        self.in_flight = self.most_in_flight = 0
        self.connections: set[object] = set()
        self.delay = 0.0
        self.held_from: float = math.inf  # what arrives from this one on waits until it is raised
        self.thirty = threading.Event()
        self._attempts: dict[str, int] = {}

    @property
    def options(self) -> dict[str, Any]:
        """What a sender needs to reach this service, and to be quick about retries."""
        trusting = ssl.create_default_context(cafile=str(self.certificate.path))
        return {
            "ssl_context": trusting,
            "policy": EndpointPolicy(loopback=True),
            "retry": QUICK,
            "subject": SUBJECT,
            "key_pairs": SENDER,
        }

    def subscription(self, name: str) -> Subscription:
        return Subscription(f"{self.origin}/push/{name}", RECEIVER.public_key_bytes, AUTH)

    def names(self) -> list[str]:
        return [received.name for received in self.received]

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/push/{name}", self._push)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0, ssl_context=self.certificate.context)
        await site.start()
        port = self._runner.addresses[0][1]
        self.origin = f"https://127.0.0.1:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _push(self, request: web.Request) -> web.StreamResponse:
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        self.connections.add(request.transport)
        try:
            return await self._answer(request)
        finally:
            self.in_flight -= 1

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        try:
            key = request.headers.get("Authorization", "").rpartition("k=")[2]
            expected = key if key in self.keys else next(iter(self.keys))
            audience = f"https://{request.host}" if request.host in self.hosts else self.origin
            verify(request.headers.get("Authorization"), audience, now=time(), public_key=expected)
        except InvalidAuthorizationError as error:
            return web.Response(status=error.status, text=str(error))
        if not request.headers.get("TTL", "").isdecimal():
            return web.Response(status=400, text="no TTL")
        if len(body) > 4096:
            return web.Response(status=413)
        if body and request.headers.get("Content-Encoding") != "aes128gcm":
            return web.Response(status=415)
        plaintext = decrypt(body, RECEIVER.signing_key, AUTH) if body else b""
        name = request.match_info["name"]
        self._attempts[name] = self._attempts.get(name, 0) + 1
        received = Received(name, self._attempts[name], plaintext, dict(request.headers), request)
        self.received.append(received)
        if len(self.received) == 30:
            self.thirty.set()
        number = len(self.received)
        if self.delay:
            await asyncio.sleep(self.delay)
        while number >= self.held_from:  # noqa: ASYNC110 - it is set in another thread
            await asyncio.sleep(0.01)
        return self.answers.get(name, self.default)(received)


@contextmanager
def serving(sink: PushSink) -> Iterator[PushSink]:
    """Let it serve in a thread of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    asyncio.run_coroutine_threadsafe(sink.__aenter__(), loop).result()
    yield sink
    asyncio.run_coroutine_threadsafe(sink.__aexit__(), loop).result()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()
