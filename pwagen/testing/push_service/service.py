"""The push service as tests see it: start, watch, make it misbehave, close."""

from __future__ import annotations

import asyncio
import json
import socket
import tempfile
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, TypeVar
from urllib.parse import unquote, urlsplit

from pwagen.errors import PwagenError
from pwagen.testing.event_loop import BackgroundLoop, listen, stop_listening
from pwagen.testing.push_service.autopush import AutopushConnection
from pwagen.testing.push_service.broker import Broker
from pwagen.testing.push_service.certificate import make_certificate
from pwagen.testing.push_service.chromium_registration import ChromiumRegistration
from pwagen.testing.push_service.endpoint import CHROMIUM_ORIGINS, Endpoint
from pwagen.testing.push_service.faults import Faults
from pwagen.testing.push_service.mcs import McsConnection
from pwagen.testing.push_service.push_request import PushRequest, RequestRefusedError
from pwagen.testing.push_service.records import ReceivedMessage, Refusal, SubscriptionRecord
from pwagen.testing.push_service.tunnel import Tunnel
from pwagen.testing.waiting import TIMEOUT_SECONDS

if TYPE_CHECKING:
    from aiohttp import web

T = TypeVar("T")

PUSH_HOSTS = ("fcm.googleapis.com", "jmt17.google.com")


class PushServiceError(PwagenError):
    """What was waited for didn't happen, or an endpoint isn't one of this service."""


class PushService:
    """A push service on loopback for Chromium and Firefox; use it as a context manager, or call ``close``."""

    def __init__(self) -> None:
        self._broker = Broker()
        self.faults = Faults()
        self._uaids: set[str] = set()
        self._listeners: list[socket.socket] = []
        self._servers: list[asyncio.Server] = []
        self._sessions: set[asyncio.Task[Any]] = set()
        self._folder = tempfile.TemporaryDirectory(prefix="pwagen-push-")
        self.certificate = make_certificate(Path(self._folder.name), ("localhost", *PUSH_HOSTS))
        self._loop = BackgroundLoop("pwagen push service")
        self._loop.run(self._start(), "the service to start")

    # --- where it is ---

    @property
    def origin(self) -> str:
        """Its plain HTTP origin."""
        return f"http://127.0.0.1:{self.http_port}"

    @property
    def chromium_flags(self) -> list[str]:
        """The flags that lead Chromium here instead of to Google."""
        return [
            f"--gcm-checkin-url=http://localhost:{self.http_port}/checkin",
            f"--gcm-registration-url=http://localhost:{self.http_port}/register",
            f"--gcm-mcs-endpoint=https://localhost:{self.mcs_port}",
            f"--ignore-certificate-errors-spki-list={self.certificate.spki_hash}",
        ]

    @property
    def firefox_preferences(self) -> dict[str, str | bool | int]:
        """The preferences that lead Firefox here instead of to Mozilla."""
        return {
            "dom.push.serverURL": f"ws://localhost:{self.http_port}/",
            "dom.push.testing.allowInsecureServerURL": True,
            # A connection that broke comes back at once instead of after five seconds.
            "dom.push.retryBaseInterval": 100,
        }

    def sender_environment(self) -> dict[str, str]:
        """Return the variables with which an unchanged sender reaches this service at the real endpoints."""
        proxy, certificate = f"http://127.0.0.1:{self.tunnel_port}", str(self.certificate.path)
        return {
            "HTTPS_PROXY": proxy,
            "https_proxy": proxy,
            "NO_PROXY": "localhost,127.0.0.1",
            "no_proxy": "localhost,127.0.0.1",
            "SSL_CERT_FILE": certificate,
            "REQUESTS_CA_BUNDLE": certificate,
            "CURL_CA_BUNDLE": certificate,
            "NODE_EXTRA_CA_CERTS": certificate,
            # Node, from 22.21 and 24.0 on, reads the proxy's variables only with it.
            "NODE_USE_ENV_PROXY": "1",
        }

    def endpoint_for(self, endpoint: str, scheme: Literal["http", "https"] = "http") -> str:
        """Return where to send instead of to a subscription's endpoint: the same path on loopback.

        Raises PushServiceError for an endpoint that no browser got from this service.
        """
        parts = urlsplit(endpoint)
        port = self.http_port if scheme == "http" else self.https_port
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in (*CHROMIUM_ORIGINS, *self._own_origins()):
            raise PushServiceError(f"{endpoint} is not an endpoint of this service")
        for subscription in self.subscriptions:
            if subscription.family == "chromium" and endpoint.endswith(f"/{subscription.token}"):
                subscription.endpoint = endpoint  # only the browser knows which of its hosts it puts there
        return f"{scheme}://127.0.0.1:{port}{parts.path}"

    # --- what it has seen ---

    @property
    def subscriptions(self) -> list[SubscriptionRecord]:
        """All subscriptions, the oldest first, those that are gone included."""
        return list(self._broker.subscriptions)

    @property
    def messages(self) -> list[ReceivedMessage]:
        """All accepted messages, the oldest first."""
        return list(self._broker.messages)

    @property
    def refusals(self) -> list[Refusal]:
        """All push requests that were answered with an error."""
        return list(self._broker.refusals)

    @property
    def connected(self) -> list[str]:
        """The devices that are connected now."""
        return list(self._broker.connections)

    def subscription(self, endpoint: str) -> SubscriptionRecord:
        """Return what the service knows of an endpoint; raises PushServiceError for a foreign one."""
        token = unquote(urlsplit(endpoint).path.rpartition("/")[2])
        for subscription in self.subscriptions:
            if subscription.token == token:
                return subscription
        raise PushServiceError(f"{endpoint} is not an endpoint of this service")

    def live_subscriptions(self, origin: str) -> list[SubscriptionRecord]:
        """Return the subscriptions that Chromium has for an origin now, the oldest first."""
        return [record for record in self.subscriptions if record.origin == origin and not record.gone]

    def wait_for_subscription(self, url: str, timeout: float = TIMEOUT_SECONDS) -> SubscriptionRecord:
        """Return the newest live subscription that Chromium has for the URL's origin."""
        from pwagen.push.transport.endpoints import origin

        site = origin(url)

        live = self.wait_for(lambda: self.live_subscriptions(site), timeout, f"a subscription of {site}")
        return live[-1]

    def wait_for(self, predicate: Callable[[], T], timeout: float = TIMEOUT_SECONDS, what: str = "it") -> T:
        """Return the predicate's first true value; raises PushServiceError after ``timeout`` seconds."""
        value = self._broker.watch.wait_for(predicate, timeout)
        if not value:
            raise PushServiceError(f"waited {timeout:g} s for {what}; {self._summary()}")
        return value

    def wait_for_message(
        self,
        state: str = "acked",
        *,
        subscription: SubscriptionRecord | None = None,
        count: int = 1,
        timeout: float = TIMEOUT_SECONDS,
    ) -> ReceivedMessage:
        """Return the ``count``-th message in the state, of one subscription or of all."""

        def find() -> ReceivedMessage | None:
            messages = [
                message
                for message in self.messages
                if message.state == state and (subscription is None or message.subscription is subscription)
            ]
            return messages[count - 1] if len(messages) >= count else None

        message = self.wait_for(find, timeout, f"message {count} that is {state}")
        assert message is not None
        return message

    def _summary(self) -> str:
        messages = ", ".join(message.state for message in self.messages) or "none"
        refusals = "; ".join(f"{refusal.status} {refusal.reason}" for refusal in self.refusals) or "none"
        return (
            f"{len(self.subscriptions)} subscriptions, {len(self.connected)} browsers connected, "
            f"messages: {messages}, refused: {refusals}"
        )

    # --- sending ---

    def deliver(
        self,
        subscription: Mapping[str, Any],
        payload: bytes | str | Mapping[str, Any] | None,
        *,
        ttl: int = 60,
        urgency: str = "normal",
        topic: str = "",
    ) -> ReceivedMessage:
        """Encrypt a payload for a subscription (as JSON), and deliver it without asking who sends it.

        For sites whose private VAPID key is out of reach. A mapping is sent as JSON, None without
        data. Planned drops, delays and cuts come true; the errors of ``fail_next`` wait for a sender to
        answer. Raises PushServiceError when the subscription is not one of this service, or is gone.
        """
        record = self.subscription(subscription["endpoint"])
        body = b"" if payload is None else _encrypted(subscription["keys"], payload)
        headers = {"content-encoding": "aes128gcm"} if body else {}
        request = PushRequest(body, ttl, urgency, topic, headers)

        async def accept_and_deliver() -> ReceivedMessage:
            if record.gone:
                raise PushServiceError("the subscription is gone")
            message = self._broker.accept(record, request)
            delivery = self._endpoint.deliver_soon(message)
            if delivery and not self.faults.delay_seconds:
                await delivery
            return message

        return self._loop.run(accept_and_deliver(), "the message to reach the browser's connection")

    # --- misbehaviour ---

    def expire(self, subscription: SubscriptionRecord | str, status: Literal[404, 410] = 410) -> None:
        """End a subscription, as services do without telling the browser: pushes get 410 or 404."""
        self._run_now(self._broker.end, self._resolved(subscription), status)

    def rotate(self, subscription: SubscriptionRecord | str) -> None:
        """End a subscription and, in Firefox, the browser's identity.

        Firefox notices when it reconnects, which is at once, and fires pushsubscriptionchange in every
        worker. Chromium has no such signal from its service: there the endpoint just answers 410.
        """
        ended = self._resolved(subscription)
        self._run_now(self._broker.end, ended, 410)
        if ended.family == "firefox":
            self._uaids.discard(ended.device)
            self.disconnect(ended.device)

    def fail_next(self, status: int = 503, times: int = 1, *, retry_after: int | str | None = None) -> None:
        """Answer the next push requests with an error; ``retry_after`` is in seconds, or an HTTP date."""
        headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
        self.faults.answers.extend(
            RequestRefusedError(status, f"{status} on request", headers) for _ in range(times)
        )

    def fail_registrations(self, error: str = "QUOTA_EXCEEDED", times: int = 1) -> None:
        """Refuse Chromium's next subscriptions.

        INVALID_SENDER, QUOTA_EXCEEDED and TOO_MANY_REGISTRATIONS are final, Chromium retries others.
        """
        self.faults.registration_errors.extend([error] * times)

    def disconnect(self, device: str | None = None) -> None:
        """Close one browser's connection, or all.

        They come back at once; Chromium after half a minute if it had been connected for less than
        10 seconds (its back-off, google_apis/gcm/engine/connection_factory_impl.cc).
        """
        for name, connection in list(self._broker.connections.items()):
            if device in (None, name):
                self._loop.run(connection.close(), f"the connection of {name} to close")

    def reset(self) -> None:
        """Forget messages, refusals and planned faults between tests; browsers and subscriptions stay."""
        self._run_now(self._forget)

    def _forget(self) -> None:
        self._broker.messages.clear()
        self._broker.refusals.clear()
        self.faults.__init__()  # type: ignore[misc]

    def _resolved(self, subscription: SubscriptionRecord | str) -> SubscriptionRecord:
        return (
            subscription if isinstance(subscription, SubscriptionRecord) else self.subscription(subscription)
        )

    def _run_now(self, function: Callable[..., None], *arguments: object) -> None:
        async def run() -> None:
            function(*arguments)

        self._loop.run(run(), f"{function.__name__.strip('_')} to be done")

    # --- life ---

    async def _start(self) -> None:
        from aiohttp import web

        mcs = await self._listen(self._serve_mcs, tls=True)
        self.mcs_port = _port(mcs)
        app = web.Application(client_max_size=1 << 20)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        registration = ChromiumRegistration(self._broker, self.faults)
        app.router.add_post("/checkin", registration.check_in)
        app.router.add_post("/register", registration.register)
        app.router.add_get("/", self._serve_autopush)
        app.router.add_post("/{kind:fcm/send|wpush}/{token}", self._push)
        await self._runner.setup()
        for context in (None, self.certificate.context):
            await web.SockSite(self._runner, self._new_listener(), ssl_context=context).start()
        self.http_port, self.https_port = (address[1] for address in self._runner.addresses)
        self._endpoint = Endpoint(self._broker, self.faults, self._own_origins())
        hosts = frozenset(f"{host}:443" for host in PUSH_HOSTS) | {f"127.0.0.1:{self.https_port}"}
        tunnel = await self._listen(Tunnel(hosts, self.https_port).serve)
        self.tunnel_port = _port(tunnel)

    async def _listen(
        self,
        session: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[Any, Any, None]],
        tls: bool = False,
    ) -> asyncio.Server:
        async def tracked(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None
            self._sessions.add(task)
            try:
                await session(reader, writer)
            finally:
                self._sessions.discard(task)

        context = self.certificate.context if tls else None
        server = await asyncio.start_server(tracked, sock=self._new_listener(), ssl=context)
        self._servers.append(server)
        return server

    def _new_listener(self) -> socket.socket:
        listener = listen()
        self._listeners.append(listener)
        return listener

    async def _serve_mcs(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await McsConnection(reader, writer, self._broker, self.faults).serve()

    async def _serve_autopush(self, request: web.Request) -> web.StreamResponse:
        # As the real ones are: some senders know no other scheme.
        endpoint = f"https://127.0.0.1:{self.https_port}/wpush/"
        return await AutopushConnection(self._broker, self.faults, endpoint, self._uaids).serve(request)

    async def _push(self, request: web.Request) -> web.StreamResponse:
        return await self._endpoint.push(request)

    def _own_origins(self) -> tuple[str, ...]:
        return tuple(
            f"{scheme}://{host}:{port}"
            for scheme, port in (("http", self.http_port), ("https", self.https_port))
            for host in ("127.0.0.1", "localhost")
        )

    def close(self) -> None:
        """Close every connection, port and file; a second call does nothing."""
        if not self._servers:
            return
        try:
            self._loop.run(self._stop(), "its connections to close")
        finally:
            self._loop.stop()
            self._folder.cleanup()

    async def _stop(self) -> None:
        await stop_listening(*self._listeners)
        for server in self._servers:
            server.close()
        self._servers.clear()
        for connection in list(self._broker.connections.values()):
            await connection.close()
        for session in self._sessions:
            session.cancel()
        await asyncio.gather(*self._sessions, return_exceptions=True)
        await self._runner.cleanup()

    def __enter__(self) -> PushService:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _port(server: asyncio.Server) -> int:
    port: int = server.sockets[0].getsockname()[1]
    return port


def _encrypted(keys: Mapping[str, str], payload: bytes | str | Mapping[str, Any]) -> bytes:
    from pwagen.keys.base64url import decode
    from pwagen.push.crypto.encryption import encrypt

    if isinstance(payload, Mapping):
        payload = json.dumps(payload)
    plaintext = payload.encode() if isinstance(payload, str) else payload
    return encrypt(plaintext, decode(keys["p256dh"]), decode(keys["auth"]))
