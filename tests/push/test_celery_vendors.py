"""Ranges of one vendor each: what one vendor refuses, or may take slowly, delays no other."""

from __future__ import annotations

import asyncio
import itertools
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from aiohttp import web

from pwagen.push import Broadcast, Store, Subscription
from pwagen.push.celery.vendor_queues import VendorQueues
from pwagen.push.storage.chunks import new_ranges, open_ranges
from pwagen.push.storage.vendor_pace import VendorPace
from pwagen.push.transport.vendors import OTHERS, vendor_of
from pwagen.testing.push_service.certificate import make_certificate
from tests.push.brokers import Broker
from tests.push.celery_workers import CONCURRENCY, MESSAGE, Workers, until
from tests.push.many_rows import save_all
from tests.push.push_sink import AUTH, RECEIVER, SENDER, PushSink, Received, accepted
from tests.push.test_celery import broker, is_finished, location
from tests.push.test_proxy import Proxy

pytest.importorskip("celery", reason="Celery is not installed")

__all__ = ["broker", "location"]

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]
GOOGLE, APPLE, MOZILLA = "fcm.googleapis.com", "web.push.apple.com", "updates.push.services.mozilla.com"
NAMES = [str(number) for number in range(120)]


@pytest.fixture
def sink(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PushSink]:
    """The services of three vendors at once, behind a proxy; the working folder has the key."""
    monkeypatch.chdir(tmp_path)
    Path("vapid-private.pem").write_bytes(SENDER.private_pem)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    sink = PushSink(tmp_path, make_certificate(tmp_path, (GOOGLE, APPLE, MOZILLA)))
    sink.hosts = {GOOGLE, APPLE, MOZILLA}

    async def start() -> asyncio.Server:
        await sink.__aenter__()
        proxy = Proxy(int(sink.origin.rpartition(":")[2]))
        return await asyncio.start_server(proxy.serve, "127.0.0.1", 0)

    async def stop(server: asyncio.Server) -> None:
        server.close()
        await sink.__aexit__()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    server = asyncio.run_coroutine_threadsafe(start(), loop).result()
    port = server.sockets[0].getsockname()[1]
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{port}")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    yield sink
    asyncio.run_coroutine_threadsafe(stop(server), loop).result()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.fixture
def store(location: str) -> Iterator[Store]:
    """Half of the subscriptions are Apple's, the other half Google's."""
    with closing(Store(location)) as store:
        hosts = itertools.cycle((APPLE, GOOGLE))
        save_all(store, [subscription(next(hosts), name) for name in NAMES])
        yield store


def subscription(host: str, name: str) -> Subscription:
    return Subscription(f"https://{host}/push/{name}", RECEIVER.public_key_bytes, AUTH)


def by_host(sink: PushSink) -> Counter[str]:
    return Counter(received.request.host for received in sink.received)


def unavailable(seconds: int) -> web.Response:
    return web.Response(status=503, headers={"Retry-After": str(seconds)})


def apple_alone(answer: Callable[[], web.Response]) -> Callable[[Received], web.StreamResponse]:
    return lambda received: answer() if received.request.host == APPLE else accepted(received)


@pytest.mark.parametrize("url", ["sqlite", "postgresql"])
def test_a_range_is_one_vendor_s(url: str, location: str, tmp_path: Path) -> None:
    endpoints = [
        "https://fcm.googleapis.com/fcm/send/a",
        "https://jmt17.google.com/fcm/send/a",
        "https://web.push.apple.com/a",
        "https://updates.push.services.mozilla.com/wpush/v2/a",
        "https://wns2-par02p.notify.windows.com/w/?token=a",
        "https://push.harbour.news/a",
        "https://push.harbour.news/x.googleapis.com/a",
        "https://notgoogleapis.com/a",
        "https://googleapis.com.harbour.news/a",
        "http://127.0.0.1:80/a",
    ]
    with closing(Store(location if url == "postgresql" else tmp_path / "store.db")) as store:
        for number in range(3):
            for endpoint in endpoints:
                store.save(Subscription(f"{endpoint}{number}", RECEIVER.public_key_bytes, AUTH))
        broadcast = Broadcast(store, "noon")
        broadcast.begin(b"x")
        ranges = list(new_ranges(broadcast, 10))
        assert list(open_ranges(broadcast, 10)) == ranges
        handed_out = {}
        for part in ranges:
            for claim in broadcast.open_page(part.first_id - 1, part.last_id - part.first_id + 1):
                if claim.vendor == part.vendor:
                    assert claim.subscription_id not in handed_out
                    handed_out[claim.subscription_id] = part.vendor
        expected = {}
        for stored in store.all():
            of = vendor_of(stored.subscription.endpoint)
            expected[stored.id] = of.name if of else OTHERS
        assert handed_out == expected


def test_a_vendor_that_refuses_everybody_is_left_alone_and_delays_no_other(
    sink: PushSink, store: Store, broker: Broker, location: str
) -> None:
    sink.default = apple_alone(lambda: unavailable(3))
    workers = Workers(sink, broker.url, location, chunk_size=10)
    try:
        workers.start(processes=1)
        workers.call("broadcast", "noon", MESSAGE)
        until(lambda: by_host(sink)[GOOGLE] == 60)
        # Of six ranges, the first has found out for all.
        assert by_host(sink)[APPLE] <= 2 * CONCURRENCY
        sink.default = accepted
        until(lambda: is_finished(sink, location, count=len(NAMES)))
        delivered = {received.name for received in sink.received if received.attempt == 1}
        assert delivered == set(NAMES)
    finally:
        workers.kill()


def test_a_vendor_s_own_queue_keeps_its_limit_over_all_processes(
    sink: PushSink, store: Store, broker: Broker, location: str
) -> None:
    options = {"queues": {"Apple": "push-apple"}, "messages_per_second": {"Apple": 15}, "chunk_size": 10}
    workers = Workers(sink, broker.url, location, **options)
    try:
        workers.start(processes=1)
        workers.call("broadcast", "noon", MESSAGE)
        until(lambda: by_host(sink)[GOOGLE] == 60)
        assert by_host(sink)[APPLE] == 0  # nobody works on its queue
        started = time.monotonic()
        workers.start("-Q", "push-apple")
        until(lambda: is_finished(sink, location, count=len(NAMES)))
    finally:
        workers.kill()
    moments = [received.at for received in sink.received if received.request.host == APPLE]
    assert len(moments) == 60
    # The sixth ten may go out when the fifty before them have had their time.
    assert max(moments) - started >= 50 / 15


@pytest.mark.parametrize("url", ["sqlite", "postgresql"])
def test_who_reserves_comes_after_those_before(url: str, location: str, tmp_path: Path) -> None:
    where = location if url == "postgresql" else str(tmp_path / "store.db")
    Store(where).close()
    began = time.monotonic()

    def reserved(_: int) -> float:
        with closing(Store(where)) as own:
            wait = VendorPace(own, "Apple", 10).reserve(5)
            return time.monotonic() - began + wait

    with ThreadPoolExecutor(4) as threads:
        turns = sorted(threads.map(reserved, range(12)))
    assert turns[-1] >= 11 * 0.5
    with closing(Store(where)) as store:
        assert VendorPace(store, "Google", 10).reserve(5) < 0.1
        pace = VendorPace(store, "Apple")
        assert (pace.reserve(5), pace.alone_seconds()) == (0, 0)
        pace.leave_alone(60)
        pace.leave_alone(1)  # of a worker that knows less
        assert 30 < VendorPace(store, "Apple", 10).alone_seconds() <= 60
        pace.resume()
        assert pace.alone_seconds() == 0


def test_a_device_that_is_throttled_for_an_hour_delays_none_of_its_range(
    sink: PushSink, store: Store, broker: Broker, location: str
) -> None:
    throttled = NAMES[1]

    def answer(received: Received) -> web.StreamResponse:
        if received.name == throttled:
            return web.Response(status=429, headers={"Retry-After": "3600"})
        return (
            web.Response(status=503)
            if received.attempt == 1 and int(received.name) % 20 == 3
            else accepted(received)
        )

    sink.default = answer
    workers = Workers(sink, broker.url, location)
    try:
        workers.start()
        workers.call("broadcast", "noon", MESSAGE)
        until(lambda: Broadcast(store, "noon").left() == 1, 30)
        time.sleep(3)
    finally:
        workers.kill()
    counts = Counter(sink.names())
    assert counts.pop(throttled) == 1
    assert counts == {name: 2 if int(name) % 20 == 3 else 1 for name in NAMES if name != throttled}


@pytest.mark.parametrize(
    ("queues", "rates", "message"),
    [
        (
            {"Gogle": "a"},
            {},
            "'Gogle' is not a vendor - write one of Google, Apple, Mozilla, Microsoft, other",
        ),
        ({}, {"Apple": 5}, "Apple has a limit but no queue of its own"),
        ({"Apple": "a", "Google": "a"}, {"Apple": 5}, "Apple has a limit but no queue of its own"),
        ({"Apple": "a"}, {"Apple": 0}, "Apple is 0 - write a number above 0"),
    ],
)
def test_queues_and_limits_that_cannot_be(
    queues: dict[str, str], rates: dict[str, float], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        VendorQueues(queues, rates)
