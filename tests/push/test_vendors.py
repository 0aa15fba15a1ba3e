"""What the vendors' push services answer and refuse, over TLS to their own host names.

The cases are those of other senders and services, in our words: web-push (test/testSendNotification.js),
pywebpush (tests/test_webpush.py) and its issues 118, 157 and 162, autopush-rs (autoendpoint/src/error.rs,
headers/vapid.rs, extractors/notification_headers.rs and routers), zaru/webpush 103 and 110.
"""

# ruff: noqa: E501 - a table is read by its columns
from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from pwagen.push import Message, Outcome, RawMessage, Sender, Status, Subscription
from pwagen.push.delivery.dry_run import dry_run
from pwagen.push.transport.endpoints import EndpointPolicy
from pwagen.push.transport.retry import RetryPolicy
from pwagen.push.transport.vendors import PUSH_SERVICES, VENDORS, vendor
from pwagen.testing.push_service.push_request import RequestRefusedError, parse_push_request
from tests.push.push_sink import AUTH, RECEIVER, PushSink

FCM, APPLE = "fcm.googleapis.com", "web.push.apple.com"
MOZILLA, WNS = "updates.push.services.mozilla.com", "wns2-par02p.notify.windows.com"
DELIVERED, GONE, RETRY = Status.DELIVERED, Status.GONE, Status.RETRY
REJECTED, TOO_LARGE, MISCONFIGURED = Status.KEY_REJECTED, Status.TOO_LARGE, Status.MISCONFIGURED


def autopush(code: int, errno: int | None, message: str) -> str:
    return json.dumps({"code": code, "errno": errno, "error": "x", "message": message})


CASES: list[tuple[str, int, dict[str, str], str, Status, str]] = [
    # --- any service: the status alone (web-push, pywebpush)
    ("push.harbour.news", 200, {}, "", DELIVERED, ""),
    ("push.harbour.news", 201, {}, "", DELIVERED, ""),
    ("push.harbour.news", 202, {}, "", DELIVERED, ""),
    ("push.harbour.news", 204, {}, "", DELIVERED, ""),
    ("push.harbour.news", 301, {"Location": "/elsewhere"}, "", MISCONFIGURED, "redirects"),
    ("push.harbour.news", 400, {}, "", MISCONFIGURED, "refuses the request"),
    ("push.harbour.news", 401, {}, "", REJECTED, "another VAPID key"),
    ("push.harbour.news", 404, {}, "", GONE, "over"),
    ("push.harbour.news", 410, {}, "", GONE, "over"),
    ("push.harbour.news", 413, {}, "", TOO_LARGE, "shorten"),
    ("push.harbour.news", 429, {}, "", RETRY, "slow down"),
    ("push.harbour.news", 500, {}, "", RETRY, "out of order"),
    ("push.harbour.news", 200, {"X-WNS-NotificationStatus": "dropped"}, "", DELIVERED, ""),
    # --- Google
    (FCM, 201, {}, "", DELIVERED, ""),
    (FCM, 400, {}, "<H1>UnauthorizedRegistration</H1>", REJECTED, "another VAPID key"),
    (FCM, 401, {}, "authorization header must be specified.", REJECTED, "strips"),
    (
        FCM,
        403,
        {},
        "the VAPID credentials in the authorization header do not correspond to the credentials",
        REJECTED,
        "another VAPID key",
    ),
    (
        FCM,
        403,
        {},
        "the key in the authorization header does not correspond to the sender ID used to subscribe",
        REJECTED,
        "another VAPID key",
    ),
    (FCM, 403, {}, "aud claim in the token MUST include the origin of the push resource URL", REJECTED, "another push service"),
    (FCM, 403, {}, "crypto-key header had invalid format", REJECTED, "proxy that changes"),
    (FCM, 403, {}, "invalid JWT provided", REJECTED, "clock"),
    (FCM, 410, {}, "push subscription has unsubscribed or expired.", GONE, "over"),
    (FCM, 404, {}, "A valid push subscription endpoint should be specified in the URL", GONE, "over"),
    (FCM, 429, {}, "", RETRY, "slow down"),
    # --- Apple
    (APPLE, 201, {}, "", DELIVERED, ""),
    (APPLE, 400, {}, '{"reason":"VapidPkHashMismatch"}', REJECTED, "another VAPID key"),
    (APPLE, 403, {}, '{"reason":"BadJwtToken"}', REJECTED, "real domain"),
    (APPLE, 400, {}, '{"reason":"BadAuthorizationHeader"}', REJECTED, "strips"),
    (APPLE, 400, {}, '{"reason":"BadWebPushTopic"}', MISCONFIGURED, "not 5, 9, 13"),
    (APPLE, 400, {}, '{"reason":"BadUrgency"}', MISCONFIGURED, "urgency"),
    (APPLE, 410, {}, '{"reason":"Unregistered"}', GONE, "over"),
    (APPLE, 410, {}, '{"reason":"ExpiredSubscription"}', GONE, "over"),
    (APPLE, 413, {}, '{"reason":"PayloadTooLarge"}', TOO_LARGE, "shorten"),
    (APPLE, 429, {}, '{"reason":"TooManyRequests"}', RETRY, "slow down"),
    (APPLE, 503, {}, '{"reason":"Shutdown"}', RETRY, "out of order"),
    # --- Mozilla
    (MOZILLA, 201, {}, "", DELIVERED, ""),
    (MOZILLA, 400, {}, autopush(400, 110, "Missing Content-Encoding header"), MISCONFIGURED, "encryption headers"),
    (MOZILLA, 400, {}, autopush(400, 111, "Missing TTL value"), MISCONFIGURED, "TTL"),
    (MOZILLA, 400, {}, autopush(400, 114, "TTL must be greater than 0"), MISCONFIGURED, "TTL"),
    (MOZILLA, 400, {}, autopush(400, 113, "Topic must be no greater than 32 characters"), MISCONFIGURED, "topic"),
    (MOZILLA, 400, {}, autopush(400, 108, "Invalid router type"), MISCONFIGURED, "endpoint is not one"),
    (MOZILLA, 401, {}, autopush(401, 109, "VAPID public key mismatch"), REJECTED, "another VAPID key"),
    (MOZILLA, 401, {}, autopush(401, 109, "Missing VAPID public key"), REJECTED, "strips"),
    (MOZILLA, 401, {}, autopush(401, 109, "Missing VAPID token"), REJECTED, "strips"),
    (MOZILLA, 401, {}, autopush(401, 109, "Invalid VAPID public key: x"), REJECTED, "proxy that changes"),
    (MOZILLA, 401, {}, autopush(401, 109, "Invalid VAPID token: x"), REJECTED, "proxy that changes"),
    (MOZILLA, 401, {}, autopush(401, 109, "Unknown auth scheme"), REJECTED, "proxy that changes"),
    (MOZILLA, 401, {}, autopush(401, 109, "Invalid VAPID audience"), REJECTED, "another push service"),
    (MOZILLA, 401, {}, autopush(401, 109, "Invalid VAPID expiry"), REJECTED, "clock"),
    (MOZILLA, 401, {}, autopush(401, 109, "The VAPID token expiration is too long"), REJECTED, "clock"),
    (MOZILLA, 401, {}, autopush(401, 109, "ExpiredSignature"), REJECTED, "clock"),
    (MOZILLA, 401, {}, autopush(401, 109, "InvalidSignature"), REJECTED, "is refused"),
    (MOZILLA, 404, {}, autopush(404, 102, "Invalid token"), GONE, "over"),
    (MOZILLA, 410, {}, autopush(410, 103, "UAID not found"), GONE, "over"),
    (MOZILLA, 410, {}, autopush(410, 106, "No such subscription"), GONE, "over"),
    (MOZILLA, 413, {}, autopush(413, 104, "This message is intended for a constrained device"), TOO_LARGE, "shorten"),
    (MOZILLA, 503, {"Retry-After": "120"}, autopush(503, None, "Database error"), RETRY, "out of order"),
    # --- Microsoft
    (WNS, 201, {"X-WNS-NotificationStatus": "received"}, "", DELIVERED, ""),
    (WNS, 200, {"X-WNS-NotificationStatus": "dropped"}, "", RETRY, "dropped it"),
    (WNS, 200, {"X-WNS-NotificationStatus": "channelthrottled"}, "", RETRY, "dropped it"),
    (WNS, 400, {"X-WNS-Error-Description": "Ttl value conflicts with X-WNS-Cache-Policy."}, "", MISCONFIGURED, "TTL of 0"),
    (WNS, 401, {}, "", REJECTED, "is refused"),
    (WNS, 403, {}, "", REJECTED, "another VAPID key"),
    (WNS, 404, {}, "", GONE, "over"),
    (WNS, 406, {"X-WNS-NotificationStatus": "channelthrottled"}, "", RETRY, "slow down"),
    (WNS, 410, {}, "", GONE, "over"),
    (WNS, 500, {}, "", RETRY, "out of order"),
]  # fmt: skip


@pytest.fixture(scope="module")
def certified(tmp_path_factory: pytest.TempPathFactory) -> PushSink:
    from pwagen.testing.push_service.certificate import make_certificate

    folder = tmp_path_factory.mktemp("certificate")
    return PushSink(folder, make_certificate(folder, ("push.harbour.news", FCM, APPLE, MOZILLA, WNS)))


@pytest.fixture
def on_loopback(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let every name be this machine's, so that requests to the vendors' hosts stay here."""
    look_up = socket.getaddrinfo
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda _, port, *more, **options: look_up("127.0.0.1", port, *more, **options)
    )
    yield


def send(certified: PushSink, host: str, message: Any, answer: web.Response) -> tuple[Outcome, PushSink]:
    async def main() -> tuple[Outcome, PushSink]:
        async with PushSink(Path(), certified.certificate) as sink:
            sink.origin = sink.origin.replace("127.0.0.1", host)
            sink.default = lambda _: answer
            policy = EndpointPolicy((*PUSH_SERVICES, "push.harbour.news"), loopback=True)
            target = Subscription(f"{sink.origin}/push/a", RECEIVER.public_key_bytes, AUTH)
            async with Sender(
                **(sink.options | {"policy": policy, "retry": RetryPolicy(attempts=1)})
            ) as sender:
                return await sender.send(target, message), sink

    return asyncio.run(asyncio.wait_for(main(), 30))


@pytest.mark.slow
@pytest.mark.parametrize(("host", "http_status", "headers", "body", "status", "cause"), CASES)
def test_an_answer_means(
    certified: PushSink,
    on_loopback: None,
    host: str,
    http_status: int,
    headers: dict[str, str],
    body: str,
    status: Status,
    cause: str,
) -> None:
    answer = web.Response(status=http_status, headers=headers, text=body)
    outcome, sink = send(certified, host, Message(title="x"), answer)
    assert (outcome.status, outcome.http_status) == (status, http_status)
    assert cause in outcome.cause
    assert len(sink.received) == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("topic", "taken"), [("order", False), ("tides-now", False), ("orders", True), ("abcd", True)]
)
def test_a_topic_that_apple_would_refuse_is_not_sent_there(
    certified: PushSink, on_loopback: None, topic: str, taken: bool
) -> None:
    accepted = web.Response(status=201)
    outcome, sink = send(certified, APPLE, Message(title="x", topic=topic), accepted)
    assert (outcome.status is DELIVERED) == taken == bool(sink.received)
    assert taken or "one character longer or shorter" in outcome.cause
    assert (
        send(certified, FCM, Message(title="x", topic=topic), web.Response(status=201))[0].status is DELIVERED
    )


@pytest.mark.slow
def test_a_ttl_of_0_goes_to_microsoft_with_the_header_that_it_wants(
    certified: PushSink, on_loopback: None
) -> None:
    for host, ttl, expected in ((WNS, 0, "no-cache"), (WNS, 60, None), (FCM, 0, None)):
        message = RawMessage(b"x", ttl_seconds=ttl)
        outcome, sink = send(certified, host, message, web.Response(status=201))
        assert outcome.status is DELIVERED
        assert sink.received[0].headers.get("X-WNS-Cache-Policy") == expected


@pytest.mark.slow
@pytest.mark.parametrize(
    ("headers", "for_service"),
    [
        ({"X-WNS-NotificationStatus": "channelthrottled"}, False),
        ({"X-WNS-Status": "appthrottled"}, True),
        ({}, False),
    ],
)
def test_whom_a_throttle_of_microsoft_is_about(
    certified: PushSink, on_loopback: None, headers: dict[str, str], for_service: bool
) -> None:
    answer = web.Response(status=406, headers=headers | {"Retry-After": "600"})
    outcome, _ = send(certified, WNS, Message(title="x"), answer)
    assert (outcome.status, outcome.for_service) == (RETRY, for_service)


def test_the_message_check_the_dry_run_and_the_test_harness_know_apple_s_rule() -> None:
    message = Message(title="x", navigate="https://harbour.news/", topic="order")
    assert any("Apple refuses a topic" in warning for warning in message.warnings())
    apple = Subscription(f"https://{APPLE}/a", RECEIVER.public_key_bytes, AUTH)
    google = Subscription(f"https://{FCM}/a", RECEIVER.public_key_bytes, AUTH)
    problems = [problem for _, problem in dry_run([apple, google], message, EndpointPolicy())]
    assert problems[0] and "Apple refuses a topic" in problems[0].cause
    assert problems[1] is None
    with pytest.raises(RequestRefusedError, match="Apple refuses a topic") as refused:
        parse_push_request({"TTL": "1", "Topic": "order"}, b"")
    assert refused.value.status == 400
    assert parse_push_request({"TTL": "1", "Topic": "orders"}, b"").topic == "orders"


def test_every_host_in_the_table_is_its_vendor_s() -> None:
    for row in VENDORS:
        for host in row.hosts:
            assert vendor(f"https://{host.replace('*', 'x')}/a") == row.name
