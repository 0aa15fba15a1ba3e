"""What one refusal means for the other messages, and what many of them mean for their service."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import monotonic

import pytest
from aiohttp import web

from pwagen.push import Message, Sender, Status
from pwagen.push.delivery.throttle import EVIDENCE, Throttle
from pwagen.push.transport.retry import RetryPolicy
from tests.push.push_sink import PushSink, Received, accepted
from tests.push.test_sending import outcomes, with_sink

MESSAGE = Message(title="High water")
SERVICE = "https://push.harbour.news"
NAMES = [str(number) for number in range(60)]


def refusing(
    status: int, seconds: int | None = None, times: int = 10**6
) -> Callable[[Received], web.Response]:
    def answer(received: Received) -> web.Response:
        if received.attempt > times:
            return accepted(received)
        return web.Response(status=status, headers={} if seconds is None else {"Retry-After": str(seconds)})

    return answer


def until(healthy_at: float) -> Callable[[Received], web.Response]:
    return lambda received: (accepted if monotonic() > healthy_at else refusing(503, 1))(received)


@pytest.mark.parametrize("status", [429, 503])
def test_one_device_that_is_throttled_for_an_hour_stops_nobody_else(tmp_path: Path, status: int) -> None:
    async def test(sink: PushSink) -> None:
        sink.answers["0"] = refusing(status, 3600)
        ended = await outcomes(sink, NAMES, concurrency=3)
        assert ended.pop("0").retry_after_seconds == 3600
        assert {outcome.status for outcome in ended.values()} == {Status.DELIVERED}

    with_sink(tmp_path, test)


def test_a_sender_that_stays_open_goes_on_serving_the_others(tmp_path: Path) -> None:
    async def test(sink: PushSink) -> None:
        sink.answers["a"] = refusing(429, 3600)
        async with Sender(**sink.options) as sender:
            assert (await sender.send(sink.subscription("a"), MESSAGE)).status is Status.RETRY
            assert (await sender.send(sink.subscription("b"), MESSAGE)).status is Status.DELIVERED

    with_sink(tmp_path, test)


def test_devices_that_are_throttled_one_after_the_other_don_t_stop_the_service_for_their_hour(
    tmp_path: Path,
) -> None:
    async def test(sink: PushSink) -> None:
        for name in NAMES[:10]:
            sink.answers[name] = refusing(429, 3600)
        ended = await outcomes(sink, NAMES, concurrency=1)
        delivered = [name for name, outcome in ended.items() if outcome.status is Status.DELIVERED]
        assert sorted(delivered) == sorted(NAMES[10:])

    with_sink(tmp_path, test)


@pytest.mark.slow  # it waits for a second
def test_a_retry_after_delays_only_its_own_message(tmp_path: Path) -> None:
    async def test(sink: PushSink) -> None:
        for name in NAMES[::10]:
            sink.answers[name] = refusing(503, 1, times=1)
        started = monotonic()
        ended = await outcomes(sink, NAMES, concurrency=10)
        assert {outcome.status for outcome in ended.values()} == {Status.DELIVERED}
        assert monotonic() - started < 3
        first, second = (received.at for received in sink.received if received.name == "0")
        assert second - first >= 0.99
        others = [received.at for received in sink.received if received.name not in NAMES[::10]]
        assert max(others) < second

    with_sink(tmp_path, test)


def test_a_service_that_refuses_everybody_for_an_hour_is_left_in_peace(tmp_path: Path) -> None:
    async def test(sink: PushSink) -> None:
        sink.default = refusing(503, 3600)
        ended = await outcomes(sink, NAMES, concurrency=1)
        assert len(sink.received) == EVIDENCE
        assert {outcome.status for outcome in ended.values()} == {Status.RETRY}
        assert "refuses everybody" in ended["59"].cause

    with_sink(tmp_path, test)


@pytest.mark.slow  # it waits for a second
def test_a_service_that_has_recovered_is_probed_by_one_request_and_then_served(tmp_path: Path) -> None:
    async def test(sink: PushSink) -> None:
        healthy_at = monotonic() + 1
        sink.default = until(healthy_at)
        ended = await outcomes(sink, NAMES, concurrency=2, retry=RetryPolicy(5, 0.01, 5))
        assert {outcome.status for outcome in ended.values()} == {Status.DELIVERED}
        refused = [received for received in sink.received if received.at <= healthy_at]
        assert len(refused) <= EVIDENCE + 1

    with_sink(tmp_path, test)


@pytest.mark.slow  # it waits for a second
def test_another_service_goes_on_while_one_refuses_everybody(tmp_path: Path) -> None:
    async def test(sink: PushSink) -> None:
        async with (
            PushSink(tmp_path, sink.certificate) as healthy,
            Sender(concurrency=4, **sink.options) as sender,
        ):

            def answer(received: Received) -> web.StreamResponse:
                """Refuse until the other service has everything: it must not wait for this one."""
                everything = len(healthy.received) == len(NAMES)
                return (accepted if everything else refusing(503, 1))(received)

            sink.default = answer
            both = [service.subscription(name) for name in NAMES for service in (sink, healthy)]
            async for outcome in sender.send_many(both, MESSAGE):
                assert outcome.status is Status.DELIVERED
            assert len(healthy.received) == len(NAMES)

    with_sink(tmp_path, test)


# --- the rules alone, without a clock ---


def refused(throttle: Throttle, asked: float = 0, *, at: float = 0.0, count: int = EVIDENCE) -> None:
    for number in range(count):
        throttle.refused(SERVICE, str(number), asked, at, at)


def test_the_same_device_is_evidence_once() -> None:
    throttle = Throttle(1, 120, 30)
    for _ in range(100):
        throttle.refused(SERVICE, "same", 10, 0, 0)
    assert throttle.enter(SERVICE, 0) == 0


def test_a_message_that_is_taken_makes_all_refusals_before_it_count_for_nothing() -> None:
    throttle = Throttle(1, 120, 30)
    refused(throttle, count=EVIDENCE - 1)
    assert not throttle.taken(SERVICE)
    throttle.refused(SERVICE, "last", 0, 0, 0)
    assert throttle.enter(SERVICE, 0) == 0


def test_refusals_hours_apart_are_no_state_of_the_service() -> None:
    throttle = Throttle(1, 120, 30)
    for number in range(20):
        throttle.refused(SERVICE, str(number), 0, number * 3600, number * 3600)
        assert throttle.enter(SERVICE, number * 3600) == 0


def test_a_pause_lasts_as_long_as_the_shortest_time_that_was_asked_for() -> None:
    throttle = Throttle(1, 120, 30)
    throttle.refused(SERVICE, "long", 90, 0, 0)
    refused(throttle, 7)
    assert throttle.enter(SERVICE, 1) == 6


def test_one_probe_goes_out_and_its_refusal_doubles_the_pause() -> None:
    throttle = Throttle(1, 120, 30)
    refused(throttle)
    assert throttle.enter(SERVICE, 1) == 0
    assert throttle.enter(SERVICE, 1) == 30
    throttle.refused(SERVICE, "probe", 0, 1, 1.5)
    assert throttle.enter(SERVICE, 1.5) == 2
    for moment in (10.0, 20.0, 40.0, 80.0, 160.0, 320.0, 640.0):
        assert throttle.enter(SERVICE, moment) == 0
        throttle.refused(SERVICE, "probe", 0, moment, moment)
    assert throttle.enter(SERVICE, 640) == 120


def test_requests_that_were_under_way_don_t_lengthen_a_pause_and_one_that_is_taken_ends_it() -> None:
    throttle = Throttle(1, 120, 30)
    refused(throttle, 10, at=5)
    for number in range(100):
        throttle.refused(SERVICE, f"under way {number}", 10, 4, 5.1)
    assert throttle.enter(SERVICE, 5) == 10
    assert throttle.taken(SERVICE)
    assert throttle.enter(SERVICE, 6) == 0


def test_a_probe_of_a_subscription_that_is_over_lets_the_next_one_through() -> None:
    throttle = Throttle(1, 120, 30)
    refused(throttle)
    assert throttle.enter(SERVICE, 2) == 0
    throttle.answered(SERVICE, 0, 2.1)  # under way since before the pause
    assert throttle.enter(SERVICE, 2.1) > 0
    throttle.answered(SERVICE, 2, 2.2)
    assert throttle.enter(SERVICE, 2.2) == 0


def test_very_many_services_that_refuse_take_no_memory() -> None:
    throttle = Throttle(1, 120, 30)
    for number in range(5000):
        throttle.refused(f"https://{number}.test", "a", 0, 0, 0)
    assert len(throttle._services) <= 1000
