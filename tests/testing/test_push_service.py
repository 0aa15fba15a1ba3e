"""The push service without a browser: its wire formats, its rules, its queue, its faults."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import ClientSession
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from pwagen.keys import base64url
from pwagen.keys.key_pair import KeyPair, generate_key_pair
from pwagen.push.crypto.encryption import decrypt
from pwagen.push.crypto.vapid import authorization
from pwagen.testing.push_service import (
    PushService,
    PushServiceError,
    ReceivedMessage,
    SubscriptionRecord,
    mcs,
    protobuf,
)
from pwagen.testing.push_service.broker import Broker
from pwagen.testing.push_service.push_request import PushRequest, RequestRefusedError, parse_push_request
from tests.browser.sender import CONTACT, Answer, post, send

# --- protobuf ---


@pytest.mark.parametrize(
    ("value", "wire"),
    [(0, "00"), (1, "01"), (127, "7f"), (128, "8001"), (300, "ac02"), (1 << 63, "80" * 9 + "01")],
)
def test_varints(value: int, wire: str) -> None:
    assert protobuf.varint(value).hex() == wire


def test_a_message_comes_back_as_it_was() -> None:
    # The examples of https://protobuf.dev/programming-guides/encoding/
    assert protobuf.encode([(1, 150), (2, "testing")]).hex() == "08960112" + "07" + b"testing".hex()
    fields = protobuf.decode(
        protobuf.encode([(1, 150), (2, "é"), (2, b"\0"), (7, protobuf.Fixed64(1 << 60))])
    )
    assert fields == {1: [150], 2: ["é".encode(), b"\0"], 7: [1 << 60]}
    assert (protobuf.text(fields, 2), protobuf.number(fields, 7), protobuf.text(fields, 9)) == (
        "\0",
        1 << 60,
        "",
    )


@pytest.mark.parametrize("wire", ["08", "0a05aa", "09aabb", "0b", "08" + "ff" * 11])
def test_damaged_messages_are_refused(wire: str) -> None:
    with pytest.raises(ValueError, match=r"cut short|not known"):
        protobuf.decode(bytes.fromhex(wire))


# --- the rules of a request ---

GOOD = {"TTL": "60", "Content-Encoding": "aes128gcm"}


def test_a_good_request() -> None:
    headers = {**GOOD, "Urgency": "high", "Topic": "a_-9"}
    request = parse_push_request(headers, b"x" * 4096)
    assert (request.ttl, request.urgency, request.topic) == (60, "high", "a_-9")
    assert parse_push_request({"ttl": "99999999"}, b"").ttl == 28 * 24 * 3600


@pytest.mark.parametrize(
    ("headers", "body", "status", "reason"),
    [
        ({**GOOD, "TTL": None}, b"x", 400, "TTL header is missing"),
        ({**GOOD, "TTL": "-1"}, b"x", 400, "TTL is '-1'"),
        ({**GOOD, "TTL": "1.5"}, b"x", 400, "TTL is '1.5'"),
        ({**GOOD, "TTL": "soon"}, b"x", 400, "whole number of seconds"),
        ({**GOOD, "Urgency": "urgent"}, b"x", 400, "very-low, low, normal, high"),
        ({**GOOD, "Urgency": "low, high"}, b"x", 400, "Urgency is 'low, high'"),
        ({**GOOD, "Topic": "x" * 33}, b"x", 400, "1 to 32 characters"),
        ({**GOOD, "Topic": "a b"}, b"x", 400, "1 to 32 characters"),
        ({**GOOD, "Topic": ""}, b"x", 400, "1 to 32 characters"),
        ({**GOOD, "Content-Encoding": None}, b"x", 400, "Content-Encoding is missing"),
        ({**GOOD, "Content-Encoding": "aesgcm"}, b"x", 400, "aes128gcm only"),
        (GOOD, b"x" * 4097, 413, "4097 bytes, 4096 is the limit"),
    ],
)
def test_bad_requests(headers: dict[str, str | None], body: bytes, status: int, reason: str) -> None:
    given = {name: value for name, value in headers.items() if value is not None}
    with pytest.raises(RequestRefusedError, match=reason) as refused:
        parse_push_request(given, body)
    assert refused.value.status == status


# --- the queue ---


@dataclass
class Wire:
    """A browser's connection that only remembers."""

    got: list[str] = field(default_factory=list)
    broken: bool = False

    async def deliver(self, message: ReceivedMessage) -> None:
        if self.broken:
            raise ConnectionResetError
        self.got.append(message.body.decode())

    async def close(self) -> None:
        self.broken = True


class Clock:
    """Seconds that pass when a test says so."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def broker(clock: Clock) -> Broker:
    return Broker(clock)


@pytest.fixture
def waiting(broker: Broker) -> SubscriptionRecord:
    return broker.subscribe("chromium", "device", "wp:http://localhost:1/#A", "key", "https://x/".__add__)


def accept(
    broker: Broker, subscription: SubscriptionRecord, body: str, ttl: int = 60, topic: str = ""
) -> ReceivedMessage:
    message = broker.accept(subscription, PushRequest(body.encode(), ttl, topic=topic))
    asyncio.run(broker.deliver(message))
    return message


def test_messages_wait_for_a_browser_that_is_away(broker: Broker, waiting: SubscriptionRecord) -> None:
    messages = [accept(broker, waiting, body) for body in "abc"]
    assert {message.state for message in messages} == {"queued"}
    wire = Wire()
    asyncio.run(broker.connect("device", wire))
    assert wire.got == ["a", "b", "c"]
    assert [message.state for message in messages] == ["sent"] * 3


def test_a_waiting_message_is_replaced_by_one_with_its_topic(
    broker: Broker, waiting: SubscriptionRecord
) -> None:
    other = broker.subscribe("chromium", "device", "wp:http://localhost:2/#B", "key", "https://x/".__add__)
    accept(broker, waiting, "old", topic="t")
    accept(broker, waiting, "kept", topic="u")
    accept(broker, other, "another's", topic="t")
    accept(broker, waiting, "new", topic="t")
    wire = Wire()
    asyncio.run(broker.connect("device", wire))
    assert wire.got == ["kept", "another's", "new"]


def test_a_message_is_not_delivered_after_its_ttl(
    broker: Broker, waiting: SubscriptionRecord, clock: Clock
) -> None:
    short, long = accept(broker, waiting, "short", ttl=10), accept(broker, waiting, "long", ttl=100)
    clock.now += 11
    wire = Wire()
    asyncio.run(broker.connect("device", wire))
    assert (wire.got, short.state, long.state) == (["long"], "expired", "sent")


def test_ttl_0_is_for_a_browser_that_is_there(broker: Broker, waiting: SubscriptionRecord) -> None:
    assert accept(broker, waiting, "away", ttl=0).state == "expired"
    wire = Wire()
    asyncio.run(broker.connect("device", wire))
    assert accept(broker, waiting, "here", ttl=0).state == "sent"
    assert wire.got == ["here"]


def test_what_was_not_acknowledged_is_delivered_again(broker: Broker, waiting: SubscriptionRecord) -> None:
    first, second = Wire(), Wire()
    asyncio.run(broker.connect("device", first))
    lost, kept = accept(broker, waiting, "lost"), accept(broker, waiting, "kept")
    broker.acknowledge(kept)
    broker.disconnect("device", first)
    assert (lost.state, kept.state) == ("queued", "acked")
    asyncio.run(broker.connect("device", second))
    assert (second.got, lost.deliveries) == (["lost"], 2)


def test_a_broken_wire_leaves_the_message_in_the_queue(broker: Broker, waiting: SubscriptionRecord) -> None:
    asyncio.run(broker.connect("device", Wire(broken=True)))
    assert accept(broker, waiting, "x").state == "queued"
    assert broker.connections == {}


def test_a_newer_connection_is_not_ended_by_the_older_ones_end(broker: Broker) -> None:
    old, new = Wire(), Wire()
    asyncio.run(broker.connect("device", old))
    asyncio.run(broker.connect("device", new))
    broker.disconnect("device", old)
    assert (old.broken, broker.connections) == (True, {"device": new})


def test_registering_again_with_another_key_makes_another_subscription(broker: Broker) -> None:
    def subscribe(key: str) -> SubscriptionRecord:
        return broker.subscribe("chromium", "device", "channel", key, "https://x/".__add__)

    first = subscribe("one")
    assert subscribe("one") is first
    assert subscribe("two") is not first
    broker.end(first)
    assert subscribe("one") is not first


# --- over the wire ---


@dataclass
class FakeBrowser:
    """Chromium's side of the protocols, as far as a test needs it."""

    service: PushService
    device: str = "4711"
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    auth: bytes = b"0123456789abcdef"
    received: list[bytes] = field(default_factory=list)

    def subscribe(self, sender: str, origin: str = "http://localhost:1") -> dict[str, object]:
        """Register, and return the subscription as a page would post it."""
        form = {
            "device": self.device,
            "X-subtype": f"wp:{origin}/#1-V2",
            "sender": sender,
            "app": "org.chromium.linux",
        }
        request = urllib.request.Request(
            self.service.origin + "/register", urllib.parse.urlencode(form).encode()
        )
        with urllib.request.urlopen(request) as response:
            name, _, token = response.read().decode().partition("=")
        assert name == "token"
        return self.keys_for("https://fcm.googleapis.com/fcm/send/" + token)

    def keys_for(self, endpoint: str) -> dict[str, object]:
        """Return the subscription of an endpoint with this browser's keys."""
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        keys = {"p256dh": base64url.encode(point), "auth": base64url.encode(self.auth)}
        return {"endpoint": endpoint, "keys": keys}

    def connect(self, received: tuple[str, ...] = ()) -> Session:
        """Log in, and tell which messages have arrived before."""
        context = ssl.create_default_context(cafile=str(self.service.certificate.path))
        plain = socket.create_connection(("localhost", self.service.mcs_port), timeout=5)
        session = Session(context.wrap_socket(plain, server_hostname="localhost"))
        login = protobuf.encode([(1, "chrome"), (3, self.device), *((10, name) for name in received)])
        session.stream.sendall(bytes([mcs.VERSION]))
        session.send(mcs.LOGIN_REQUEST, login)
        assert session.stream.recv(1) == bytes([mcs.VERSION])
        assert session.read()[0] == mcs.LOGIN_RESPONSE
        return session


@dataclass
class Session:
    """One MCS connection of the fake browser."""

    stream: ssl.SSLSocket

    def send(self, tag: int, record: bytes) -> None:
        self.stream.sendall(bytes([tag]) + protobuf.varint(len(record)) + record)

    def read(self) -> tuple[int, protobuf.Decoded]:
        tag = self._exactly(1)[0]
        length = shift = 0
        while True:
            byte = self._exactly(1)[0]
            length |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return tag, protobuf.decode(self._exactly(length))

    def _exactly(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            chunk = self.stream.recv(size - len(data))
            if not chunk:
                raise EOFError
            data += chunk
        return data

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.stream.close()


@pytest.fixture(scope="module")
def running() -> Iterator[PushService]:
    with PushService() as service:
        yield service


@pytest.fixture
def service(running: PushService) -> Iterator[PushService]:
    yield running
    running.reset()


@pytest.fixture(scope="module")
def keys() -> KeyPair:
    return generate_key_pair()


@pytest.fixture
def browser(service: PushService, request: pytest.FixtureRequest) -> FakeBrowser:
    # A browser of its own for each test: connections and queues don't meet.
    return FakeBrowser(service, device=str(abs(hash(request.node.nodeid))))


def test_a_message_reaches_the_browser_as_it_was_sent(
    service: PushService, browser: FakeBrowser, keys: KeyPair
) -> None:
    subscription = browser.subscribe(keys.public_key)
    with browser.connect() as session:
        answer = send(service, subscription, {"title": "é"}, keys)
        tag, stanza = session.read()
        assert (answer.status, answer.headers["TTL"], tag) == (201, "60", mcs.DATA)
        pairs = [protobuf.decode(bytes(raw)) for raw in stanza[7]]
        data = {protobuf.text(pair, 1): protobuf.text(pair, 2) for pair in pairs}
        assert data == {"subtype": "wp:http://localhost:1/#1-V2", "content-encoding": "aes128gcm"}
        assert (protobuf.text(stanza, 3), protobuf.text(stanza, 5)) == (keys.public_key, "org.chromium.linux")
        body = stanza[21][0]
        assert isinstance(body, bytes)
        assert json.loads(decrypt(body, browser.key, browser.auth)) == {"title": "é"}

        assert service.messages[-1].state == "sent"
        session.send(mcs.PING, protobuf.encode([(2, 2)]))
        assert session.read()[0] == mcs.PING_ACK
        assert service.wait_for_message("acked").deliveries == 1


def test_a_reconnecting_browser_gets_what_it_has_not_got(
    service: PushService, browser: FakeBrowser, keys: KeyPair
) -> None:
    subscription = browser.subscribe(keys.public_key)
    for title in "ab":
        assert send(service, subscription, {"title": title}, keys).status == 201
    first, second = service.messages[-2:]
    with browser.connect() as session:
        assert [protobuf.text(session.read()[1], 9) for _ in "ab"] == [first.id, second.id]
    service.wait_for(lambda: second.state == "queued")
    with browser.connect(received=(first.id,)) as session:
        assert protobuf.text(session.read()[1], 9) == second.id
    assert (first.state, first.deliveries, second.deliveries) == ("acked", 1, 2)


def test_a_cut_delivery_comes_again_whole(service: PushService, browser: FakeBrowser, keys: KeyPair) -> None:
    subscription = browser.subscribe(keys.public_key)
    service.faults.cuts = 1
    with browser.connect() as session:
        send(service, subscription, {"title": "x"}, keys)
        with pytest.raises((EOFError, ConnectionError, ssl.SSLError)):
            session.read()
    assert service.messages[-1].state == "queued"
    with browser.connect() as session:
        assert protobuf.text(session.read()[1], 9) == service.messages[-1].id


@pytest.mark.slow
def test_dropped_and_delayed_messages(service: PushService, browser: FakeBrowser, keys: KeyPair) -> None:
    subscription = browser.subscribe(keys.public_key)
    service.faults.drops = 1
    with browser.connect() as session:
        assert send(service, subscription, {"title": "lost"}, keys).status == 201
        service.faults.delay_seconds = 0.2
        begin = time.monotonic()
        assert send(service, subscription, {"title": "late"}, keys).status == 201
        assert protobuf.text(session.read()[1], 9) == service.messages[-1].id
        assert time.monotonic() - begin >= 0.2
    assert service.messages[-2].history == ["queued", "dropped"]


@pytest.mark.slow
def test_direct_delivery_has_the_planned_drops_and_delays(
    service: PushService, browser: FakeBrowser, keys: KeyPair
) -> None:
    subscription = browser.subscribe(keys.public_key)
    with browser.connect() as session:
        service.faults.drops = 1
        assert service.deliver(subscription, "lost").state == "dropped"
        assert service.deliver(subscription, "at once").state == "sent"
        session.read()
        service.faults.delay_seconds = 0.2
        service.fail_next(503)
        late = service.deliver(subscription, "late")
        assert late.state == "queued"
        assert protobuf.text(session.read()[1], 9) == late.id
    assert send(service, subscription, {"title": "x"}, keys).status == 503


def status_with(url: str, keys: KeyPair, audience: str) -> int:
    headers: dict[str, str | None] = {"TTL": "60"}
    headers["Authorization"] = authorization(audience, keys, CONTACT, now=time.time())
    return post(url, b"", headers).status


def test_a_token_is_for_the_service_of_the_endpoint_alone(
    service: PushService, browser: FakeBrowser, keys: KeyPair
) -> None:
    token = str(browser.subscribe(keys.public_key)["endpoint"]).rpartition("/")[2]
    fcm, other = "https://fcm.googleapis.com", "https://jmt17.google.com"
    for mine, wrong in ((fcm, other), (other, fcm)):
        url = service.endpoint_for(f"{mine}/fcm/send/{token}")
        assert status_with(url, keys, mine) == 201
        assert status_with(url, keys, url) == 201
        assert status_with(url, keys, wrong) == 403
        assert service.refusals[-1].reason == f"aud is '{wrong}', the origin of this endpoint is '{mine}'"
        assert status_with(url, keys, service.origin.replace("127.0.0.1", "localhost")) == 403


def test_a_token_names_the_host_that_was_sent_to(
    service: PushService, browser: FakeBrowser, keys: KeyPair, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = str(browser.subscribe(keys.public_key)["endpoint"]).rpartition("/")[2]
    environment = service.sender_environment()
    assert environment["NODE_USE_ENV_PROXY"] == "1"
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("urllib.request._opener", None)  # it knows the proxies of its first use
    for mine, wrong in (
        ("fcm.googleapis.com", "jmt17.google.com"),
        ("jmt17.google.com", "fcm.googleapis.com"),
    ):
        url = f"https://{mine}/fcm/send/{token}"
        assert status_with(url, keys, f"https://{mine}") == 201
        assert status_with(url, keys, f"https://{wrong}") == 403


def wrong_key() -> KeyPair:
    return generate_key_pair()


def signed(
    subscription: dict[str, object], keys: KeyPair, *, endpoint: str | None = None, age: float = 0
) -> str:
    target = endpoint or str(subscription["endpoint"])
    return authorization(target, keys, CONTACT, now=time.time() - age, lifetime_seconds=3600)


@pytest.mark.parametrize(
    ("headers", "status", "reason"),
    [
        (lambda s, k: {"Authorization": None}, 401, "no Authorization header"),
        (lambda s, k: {"Authorization": "Bearer x"}, 401, "instead of vapid"),
        (lambda s, k: {"Authorization": signed(s, wrong_key())}, 403, "not the key that the subscription"),
        (lambda s, k: {"Authorization": signed(s, k, endpoint="https://push.example")}, 403, "aud is"),
        (lambda s, k: {"Authorization": signed(s, k, age=7200)}, 403, "expired"),
        (lambda s, k: {"Authorization": signed(s, k, age=-86400)}, 403, "more than 24 hours"),
        (lambda s, k: {"TTL": None}, 400, "TTL header is missing"),
        (lambda s, k: {"Topic": "not a topic"}, 400, "Topic is"),
    ],
)
def test_refusals_say_why(
    service: PushService, browser: FakeBrowser, keys: KeyPair, headers: object, status: int, reason: str
) -> None:
    subscription = browser.subscribe(keys.public_key)
    assert callable(headers)
    answer = send(service, subscription, {"title": "x"}, keys, **headers(subscription, keys))
    assert (answer.status, reason in answer.reason) == (status, True), answer
    assert (service.refusals[-1].status, service.messages) == (status, [])


def test_a_body_over_4096_bytes_is_413(service: PushService, browser: FakeBrowser, keys: KeyPair) -> None:
    subscription = browser.subscribe(keys.public_key)

    def with_body(size: int) -> Answer:
        headers = {"TTL": "1", "Content-Encoding": "aes128gcm", "Authorization": signed(subscription, keys)}
        return post(service.endpoint_for(str(subscription["endpoint"])), b"x" * size, {**headers})

    assert [with_body(size).status for size in (4096, 4097, 20000)] == [201, 413, 413]


@pytest.mark.parametrize("status", [404, 410])
def test_a_gone_subscription(service: PushService, browser: FakeBrowser, keys: KeyPair, status: int) -> None:
    subscription = browser.subscribe(keys.public_key)
    service.expire(str(subscription["endpoint"]), status)  # type: ignore[arg-type]
    assert send(service, subscription, {"title": "x"}, keys).status == status
    assert browser.subscribe(keys.public_key)["endpoint"] != subscription["endpoint"]


def test_an_unknown_token_is_404(service: PushService, browser: FakeBrowser, keys: KeyPair) -> None:
    subscription = browser.subscribe(keys.public_key)
    unknown = {**subscription, "endpoint": "https://jmt17.google.com/fcm/send/none"}
    assert send(service, unknown, {"title": "x"}, keys).status == 404
    with pytest.raises(PushServiceError, match="not an endpoint of this service"):
        service.endpoint_for("https://push.example/fcm/send/none")


def test_planned_errors_come_as_often_as_planned(
    service: PushService, browser: FakeBrowser, keys: KeyPair
) -> None:
    subscription = browser.subscribe(keys.public_key)
    service.fail_next(429, retry_after=7)
    service.fail_next(503, times=2)
    answers = [send(service, subscription, {"title": "x"}, keys) for _ in range(4)]
    assert [answer.status for answer in answers] == [429, 503, 503, 201]
    assert answers[0].headers["Retry-After"] == "7"


def test_what_is_waited_for_in_vain_is_named(service: PushService) -> None:
    with pytest.raises(
        PushServiceError, match=r"waited 0.01 s for message 1 that is acked; .* refused: none"
    ):
        service.wait_for_message(timeout=0.01)


def test_garbage_on_the_wire_harms_nobody(service: PushService, browser: FakeBrowser, keys: KeyPair) -> None:
    context = ssl.create_default_context(cafile=str(service.certificate.path))
    with (
        socket.create_connection(("localhost", service.mcs_port), timeout=5) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as stream,
    ):
        stream.sendall(b"\x29\x02" + b"\xff" * 12)
        with pytest.raises((EOFError, ConnectionError, ssl.SSLError)):
            Session(stream).read()
    test_a_message_reaches_the_browser_as_it_was_sent(service, browser, keys)


def test_firefoxs_side(service: PushService, keys: KeyPair) -> None:
    async def talk() -> None:
        async with ClientSession() as session, session.ws_connect(service.origin + "/") as socket:

            async def ask(**frame: object) -> dict[str, Any]:
                await socket.send_json(frame)
                answer: dict[str, Any] = await socket.receive_json()
                return answer

            hello = await ask(messageType="hello", use_webpush=True)
            assert (hello["status"], hello["use_webpush"]) == (200, True)
            # Firefox pads the key.
            registered = await ask(messageType="register", channelID="c", key=keys.public_key + "=")
            assert registered["pushEndpoint"].startswith(f"https://127.0.0.1:{service.https_port}/wpush/")
            assert await ask() == {}

            subscription = FakeBrowser(service).keys_for(registered["pushEndpoint"])
            of_google = signed(subscription, keys, endpoint="https://fcm.googleapis.com")
            answer = await asyncio.to_thread(send, service, subscription, None, keys, Authorization=of_google)
            assert (answer.status, "aud is" in answer.reason) == (403, True)
            answer = await asyncio.to_thread(send, service, subscription, {"title": "x"}, keys)
            pushed = await socket.receive_json()
            assert (answer.status, pushed["channelID"]) == (201, "c")
            assert pushed["headers"] == {"encoding": "aes128gcm"}
            ack = {"channelID": "c", "version": pushed["version"], "code": 102}
            await socket.send_json({"messageType": "ack", "updates": [ack]})
            assert (await ask(messageType="unregister", channelID="c"))["status"] == 200

        assert service.messages[-1].ack_code == 102
        assert (await asyncio.to_thread(send, service, subscription, {"title": "x"}, keys)).status == 410

    asyncio.run(talk())


def test_firefoxs_connection_is_cut_in_the_middle_of_a_message(service: PushService, keys: KeyPair) -> None:
    with socket.create_connection(("127.0.0.1", service.http_port), timeout=5) as plain:
        stream = plain.makefile("rwb")

        def tell(**frame: object) -> None:
            text = json.dumps(frame).encode()
            # Masked, as a client's frames must be (RFC 6455 section 5.3); a mask of zeros changes nothing.
            stream.write(b"\x81\xfe" + len(text).to_bytes(2, "big") + bytes(4) + text)
            stream.flush()

        def hear() -> dict[str, Any]:
            _, length = stream.read(2)
            size = int.from_bytes(stream.read(2), "big") if length == 126 else length
            heard: dict[str, Any] = json.loads(stream.read(size))
            return heard

        stream.write(
            b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
        )
        stream.flush()
        while stream.readline() != b"\r\n":
            pass
        tell(messageType="hello", use_webpush=True, padding="x" * 100)
        assert hear()["status"] == 200
        tell(messageType="register", channelID="c", key=keys.public_key, padding="x" * 100)
        subscription = FakeBrowser(service).keys_for(hear()["pushEndpoint"])
        service.faults.cuts = 1
        service.deliver(subscription, {"title": "x"})
        rest = stream.read()
    size = int.from_bytes(rest[2:4], "big")
    assert rest[:2] == b"\x81\x7e"
    assert rest[4:].startswith(b'{"messageType": "notification"')
    assert 4 < len(rest) < 4 + size
    assert service.messages[-1].state == "queued"


def test_every_port_is_closed_at_the_end() -> None:
    service = PushService()
    ports = [service.http_port, service.https_port, service.mcs_port, service.tunnel_port]
    with FakeBrowser(service).connect():
        service.close()
    service.close()
    for port in ports:
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port), timeout=1)
    assert not service.certificate.path.exists()
