"""Sending over TLS to a real push service on loopback, with everything that goes wrong out there."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from pwagen.push import Message, Outcome, RawMessage, Sender, Status, Subscription, generate_key_pair
from pwagen.push.crypto.contact import ContactError
from pwagen.push.crypto.encryption_process import EncryptionProcess
from pwagen.push.delivery.sending import send, send_blocking, send_many, send_many_blocking
from pwagen.push.transport.retry import RetryPolicy
from tests.push.push_sink import AUTH, RECEIVER, SENDER, SUBJECT, PushSink, Received

MESSAGE = Message(title="High water", body="12:40", navigate="https://harbour.news/tides/")


def with_sink(folder: Path, test: Callable[[PushSink], Awaitable[None]]) -> None:
    async def main() -> None:
        async with PushSink(folder) as sink:
            await test(sink)

    asyncio.run(main())


def answering(
    *answers: web.Response | Callable[[Received], web.Response],
) -> Callable[[Received], web.Response]:
    """Return what gives one answer after the other, and the last one from then on."""

    def answer(received: Received) -> web.Response:
        chosen = answers[min(received.attempt, len(answers)) - 1]
        if callable(chosen):
            return chosen(received)
        return web.Response(status=chosen.status, headers=chosen.headers, body=chosen.body)

    return answer


def reset(received: Received) -> web.Response:
    assert received.request.transport
    received.request.transport.abort()
    return web.Response()


async def outcomes(sink: PushSink, names: list[str], **options: Any) -> dict[str, Outcome]:
    subscriptions = [sink.subscription(name) for name in names]
    found = [one async for one in send_many(subscriptions, MESSAGE, **(sink.options | options))]
    return {one.endpoint.rpartition("/")[2]: one for one in found}


def test_a_message_arrives_as_written(tmp_path: Path) -> None:
    async def test(sink: PushSink) -> None:
        message = Message(title="é", ttl_seconds=60, urgency="high", topic="tides")
        outcome = await send(sink.subscription("a"), message, **sink.options)
        assert (outcome.status, outcome.http_status, outcome.attempts) == (Status.DELIVERED, 201, 1)
        [received] = sink.received
        assert json.loads(received.plaintext) == {"web_push": 8030, "notification": {"title": "é"}}
        assert {name: received.headers[name] for name in ("TTL", "Urgency", "Topic")} == {
            "TTL": "60",
            "Urgency": "high",
            "Topic": "tides",
        }

    with_sink(tmp_path, test)


@pytest.mark.parametrize("data", [b"", b"plain text", b"\x00\xff", b"{broken"])
def test_raw_payloads_arrive_for_those_who_need_them(tmp_path: Path, data: bytes) -> None:
    async def test(sink: PushSink) -> None:
        outcome = await send(sink.subscription("a"), RawMessage(data), **sink.options)
        assert outcome.status is Status.DELIVERED
        assert sink.received[0].plaintext == data
        assert ("Content-Encoding" in sink.received[0].headers) == bool(data)

    with_sink(tmp_path, test)


def test_many_are_sent_over_few_connections_within_the_limit(tmp_path: Path) -> None:
    async def test(sink: PushSink) -> None:
        sink.delay = 0.03
        names = [str(number) for number in range(60)]
        found = await outcomes(sink, names, concurrency=7)
        assert {one.status for one in found.values()} == {Status.DELIVERED}
        assert sorted(sink.names()) == sorted(names)
        assert sink.most_in_flight == 7
        assert len(sink.connections) == 7

    with_sink(tmp_path, test)


@pytest.mark.slow
def start_early(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a second process start with the twentieth message, whether it would help or not."""
    monkeypatch.setattr("pwagen.push.crypto.encryption_process.would_help", lambda *_: True)
    monkeypatch.setattr("pwagen.push.delivery.sender.EncryptionProcess", partial(EncryptionProcess, 20))


def test_a_second_process_changes_nothing_but_who_encrypts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start_early(monkeypatch)

    async def test(sink: PushSink) -> None:
        found = await outcomes(sink, [str(number) for number in range(400)], encryption_process=True)
        assert {one.status for one in found.values()} == {Status.DELIVERED}
        assert len(found) == len({one.plaintext for one in sink.received}) + 399 == 400
        long = RawMessage(bytes(3994))
        async with Sender(encryption_process=True, **sink.options) as sender:
            assert (await sender.send(sink.subscription("a"), long)).status is Status.TOO_LARGE

    with_sink(tmp_path, test)


def test_a_sender_that_was_not_entered_says_so(tmp_path: Path) -> None:
    async def test(sink: PushSink) -> None:
        with pytest.raises(RuntimeError, match="only inside `async with`"):
            await Sender(**sink.options).send(sink.subscription("a"), RawMessage(b""))

    with_sink(tmp_path, test)


@pytest.mark.parametrize("in_a_process", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_padding_makes_lengths_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_a_process: bool
) -> None:
    start_early(monkeypatch)
    count = 400 if in_a_process else 20

    async def test(sink: PushSink) -> None:
        subscriptions = [sink.subscription(str(number)) for number in range(count)]

        def message(to: Subscription) -> RawMessage:
            return RawMessage(b"x" * (1 + int(to.endpoint.rpartition("/")[2]) % 512))

        padded = sink.options | {"pad_to": 512, "encryption_process": in_a_process}
        found = [one async for one in send_many(subscriptions, message, **padded)]
        assert {one.status for one in found} == {Status.DELIVERED}
        assert {int(one.headers["Content-Length"]) for one in sink.received} == {512 + 103}
        assert len({one.plaintext for one in sink.received}) == count

    with_sink(tmp_path, test)


def test_subscriptions_are_read_only_as_fast_as_they_are_sent(tmp_path: Path) -> None:
    async def test(sink: PushSink) -> None:
        read = 0

        async def subscriptions() -> AsyncIterator[Subscription]:
            nonlocal read
            for number in range(1000):
                read += 1
                yield sink.subscription(str(number))

        async with Sender(concurrency=5, **sink.options) as sender:
            sending = sender.send_many(subscriptions(), MESSAGE)
            for _ in range(10):
                await anext(sending)
            assert 10 <= read <= 10 + 3 * 5
            await sending.aclose()
        assert len(sink.received) <= read

    with_sink(tmp_path, test)


def test_each_subscription_may_get_its_own_message(tmp_path: Path) -> None:
    async def test(sink: PushSink) -> None:
        def own(subscription: Subscription) -> Message:
            return Message(title=subscription.endpoint[-1])

        async for _ in send_many([sink.subscription(name) for name in "ab"], own, **sink.options):
            pass
        titles = {one.name: json.loads(one.plaintext)["notification"]["title"] for one in sink.received}
        assert titles == {"a": "a", "b": "b"}

    with_sink(tmp_path, test)


@pytest.mark.parametrize(
    ("http_status", "status"),
    [
        (200, Status.DELIVERED),
        (202, Status.DELIVERED),
        (404, Status.GONE),
        (410, Status.GONE),
        (413, Status.TOO_LARGE),
        (400, Status.MISCONFIGURED),
        (401, Status.KEY_REJECTED),
        (403, Status.KEY_REJECTED),
        (307, Status.MISCONFIGURED),
    ],
)
def test_answers_that_are_final(tmp_path: Path, http_status: int, status: Status) -> None:
    async def test(sink: PushSink) -> None:
        headers = {"Location": f"{sink.origin}/push/elsewhere"}
        sink.answers["a"] = answering(web.Response(status=http_status, headers=headers))
        found = (await outcomes(sink, ["a"]))["a"]
        assert (found.status, found.http_status, found.attempts) == (status, http_status, 1)
        assert bool(found.cause) == (status is not Status.DELIVERED)
        assert sink.names() == ["a"]

    with_sink(tmp_path, test)


@pytest.mark.parametrize("http_status", [408, 429, 500, 502, 503, 504])
def test_a_service_that_recovers_is_asked_again(tmp_path: Path, http_status: int) -> None:
    async def test(sink: PushSink) -> None:
        sink.answers["a"] = answering(web.Response(status=http_status), web.Response(status=201))
        found = (await outcomes(sink, ["a"]))["a"]
        assert (found.status, found.attempts) == (Status.DELIVERED, 2)
        first, second = (one.request for one in sink.received)
        assert first.headers["TTL"] == second.headers["TTL"]

    with_sink(tmp_path, test)


def test_a_service_that_stays_down_is_given_up(tmp_path: Path) -> None:
    async def test(sink: PushSink) -> None:
        sink.answers["a"] = answering(web.Response(status=503, text="down for repair"))
        found = (await outcomes(sink, ["a", "b"]))["a"]
        assert (found.status, found.attempts) == (Status.RETRY, 4)
        assert "down for repair" in found.cause

    with_sink(tmp_path, test)


@pytest.mark.parametrize("after", ["Fri, 31 Dec 99999999999999999999 23:59:59 GMT", "9" * 4000])
def test_one_recipients_answer_does_not_end_the_broadcast(tmp_path: Path, after: str) -> None:
    async def test(sink: PushSink) -> None:
        sink.answers["odd"] = lambda _: web.Response(status=503, headers={"Retry-After": after})
        found = await outcomes(sink, ["a", "odd"], concurrency=1, retry=RetryPolicy(attempts=1))
        assert (found["a"].status, found["odd"].status) == (Status.DELIVERED, Status.RETRY)

    with_sink(tmp_path, test)


def test_a_broken_connection_is_tried_again(tmp_path: Path) -> None:
    async def test(sink: PushSink) -> None:
        sink.answers["a"] = answering(reset, web.Response(status=201))
        sink.answers["b"] = answering(reset)
        found = await outcomes(sink, ["a", "b", "c"])
        assert [found[name].status for name in "abc"] == [Status.DELIVERED, Status.RETRY, Status.DELIVERED]
        assert "the connection broke" in found["b"].cause

    with_sink(tmp_path, test)


def test_a_service_that_cannot_be_reached(tmp_path: Path) -> None:
    """django-webpush reads the status of the answer that there is none of."""

    async def test(sink: PushSink) -> None:
        gone = Subscription("https://127.0.0.1:1/push", RECEIVER.public_key_bytes, AUTH)
        outcome = await send(gone, MESSAGE, **sink.options)
        assert (outcome.status, outcome.http_status) == (Status.RETRY, 0)
        assert "cannot be reached" in outcome.cause

    with_sink(tmp_path, test)


def test_a_certificate_that_is_not_trusted_is_final(tmp_path: Path) -> None:
    async def test(sink: PushSink) -> None:
        outcome = await send(sink.subscription("a"), MESSAGE, **(sink.options | {"ssl_context": None}))
        assert (outcome.status, outcome.attempts) == (Status.MISCONFIGURED, 1)
        assert "certificate is not trusted" in outcome.cause
        assert not sink.received

    with_sink(tmp_path, test)


@pytest.mark.slow
@pytest.mark.parametrize("silent_after", [b"", b"HTTP/1.1 201 Created\r\nX: "])
def test_a_service_that_answers_byte_by_byte_is_cut_off(tmp_path: Path, silent_after: bytes) -> None:
    """pywebpush waits for ever, or for 10,000 seconds where it has a limit."""

    async def test(sink: PushSink) -> None:
        async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(silent_after)
            try:
                while True:
                    writer.write(b"x")
                    await writer.drain()
                    await asyncio.sleep(0.02)
            except OSError:
                writer.close()

        server = await asyncio.start_server(drip, "127.0.0.1", 0, ssl=sink.certificate.context)
        port = server.sockets[0].getsockname()[1]
        dripping = Subscription(f"https://127.0.0.1:{port}/push", RECEIVER.public_key_bytes, AUTH)
        options = sink.options | {"timeout_seconds": 0.3, "retry": RetryPolicy(attempts=1)}
        started = asyncio.get_running_loop().time()
        outcome = await send(dripping, MESSAGE, **options)
        assert asyncio.get_running_loop().time() - started < 2
        assert outcome.status is Status.RETRY
        server.close()

    with_sink(tmp_path, test)


@pytest.mark.slow
def test_a_delivery_counts_even_if_the_answer_never_ends(tmp_path: Path) -> None:
    async def test(sink: PushSink) -> None:
        async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 201 Created\r\nContent-Length: 999\r\n\r\n")
            await writer.drain()

        server = await asyncio.start_server(endless, "127.0.0.1", 0, ssl=sink.certificate.context)
        port = server.sockets[0].getsockname()[1]
        subscription = Subscription(f"https://127.0.0.1:{port}/push", RECEIVER.public_key_bytes, AUTH)
        outcome = await send(subscription, MESSAGE, **(sink.options | {"timeout_seconds": 0.3}))
        assert outcome.status is Status.DELIVERED
        server.close()

    with_sink(tmp_path, test)


def test_an_endless_answer_is_not_read_to_its_end(tmp_path: Path) -> None:
    async def test(sink: PushSink) -> None:
        sink.answers["a"] = answering(web.Response(status=400, text="x" * 10_000_000))
        found = (await outcomes(sink, ["a"]))["a"]
        assert found.status is Status.MISCONFIGURED
        assert len(found.cause) < 300

    with_sink(tmp_path, test)


def test_the_previous_key_is_tried_where_the_new_one_is_rejected(tmp_path: Path) -> None:
    async def test(sink: PushSink) -> None:
        new = generate_key_pair()
        found = (await outcomes(sink, ["a"], key_pairs=[new, SENDER]))["a"]
        assert (found.status, found.vapid_public_key) == (Status.DELIVERED, SENDER.public_key)
        rejected = (await outcomes(sink, ["b"], key_pairs=[new, generate_key_pair()]))["b"]
        assert rejected.status is Status.KEY_REJECTED
        assert sink.names() == ["a"]

    with_sink(tmp_path, test)


def test_a_rejected_key_does_not_lift_the_limit_of_attempts(tmp_path: Path) -> None:
    async def test(sink: PushSink) -> None:
        sink.answers["a"] = answering(web.Response(status=503))
        found = (await outcomes(sink, ["a"], key_pairs=[generate_key_pair(), SENDER]))["a"]
        assert (found.status, found.attempts) == (Status.RETRY, 4)

    with_sink(tmp_path, test)


def test_the_subscription_s_own_key_is_used_first(tmp_path: Path) -> None:
    async def test(sink: PushSink) -> None:
        known = Subscription(
            sink.subscription("a").endpoint, RECEIVER.public_key_bytes, AUTH, SENDER.public_key
        )
        outcome = await send(known, MESSAGE, **(sink.options | {"key_pairs": [generate_key_pair(), SENDER]}))
        assert (outcome.status, outcome.attempts) == (Status.DELIVERED, 1)

    with_sink(tmp_path, test)


def test_two_services_each_get_a_token_of_their_own(tmp_path: Path) -> None:
    async def test(sink: PushSink) -> None:
        async with PushSink(tmp_path, sink.certificate) as other:
            both = [sink.subscription("a"), other.subscription("b"), sink.subscription("c")]
            found = [one async for one in send_many(both, MESSAGE, **(sink.options | {"concurrency": 1}))]
            assert {one.status for one in found} == {Status.DELIVERED}  # both check aud

    with_sink(tmp_path, test)


def test_too_large_and_unusable_are_said_without_a_request(tmp_path: Path) -> None:
    async def test(sink: PushSink) -> None:
        outcome = await send(sink.subscription("a"), RawMessage(bytes(3994)), **sink.options)
        assert outcome.status is Status.TOO_LARGE
        off_curve = Subscription(sink.subscription("a").endpoint, b"\x04" + bytes(64), AUTH)
        outcome = await send(off_curve, MESSAGE, **sink.options)
        assert (outcome.status, outcome.cause) == (
            Status.MISCONFIGURED,
            "keys.p256dh is not a point of the curve P-256",
        )
        assert not sink.received

    with_sink(tmp_path, test)


def test_a_failing_source_of_subscriptions_fails_the_broadcast(tmp_path: Path) -> None:
    async def test(sink: PushSink) -> None:
        def broken() -> Any:
            yield sink.subscription("a")
            raise OSError("the list broke off")

        with pytest.raises(OSError, match="broke off"):
            async for _ in send_many(broken(), MESSAGE, **sink.options):
                pass

    with_sink(tmp_path, test)


def test_a_bad_subject_is_refused_before_anything_is_sent() -> None:
    with pytest.raises(ContactError):
        Sender(SENDER, "mailto:x@localhost")


def test_the_blocking_forms_need_no_event_loop(tmp_path: Path) -> None:
    loop = asyncio.new_event_loop()
    sink = PushSink(tmp_path)
    loop.run_until_complete(sink.__aenter__())
    import threading

    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        assert send_blocking(sink.subscription("a"), MESSAGE, **sink.options).status is Status.DELIVERED
        found = send_many_blocking([sink.subscription(name) for name in "bc"], MESSAGE, **sink.options)
        assert [one.status for one in found] == [Status.DELIVERED] * 2
    finally:
        asyncio.run_coroutine_threadsafe(sink.__aexit__(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def test_the_blocking_form_inside_a_loop_says_what_to_do() -> None:
    async def inside() -> None:
        with pytest.raises(RuntimeError, match="await send"):
            send_blocking(
                Subscription("https://fcm.googleapis.com/x", RECEIVER.public_key_bytes, AUTH),
                MESSAGE,
                key_pairs=SENDER,
                subject=SUBJECT,
            )

    asyncio.run(inside())
