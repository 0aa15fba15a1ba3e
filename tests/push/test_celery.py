"""Broadcasts by real Celery workers, with a real broker, whatever is killed meanwhile."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from aiohttp import web
from sqlalchemy import text

from pwagen.push import Broadcast, Outcome, Status, Store
from pwagen.push.celery import add_tasks
from pwagen.push.messages.message_json import parse_message
from pwagen.push.storage.broadcast_progress import broadcast_progress
from pwagen.push.storage.chunks import Chunk, new_ranges, open_ranges
from pwagen.push.storage.store_errors import StoreError
from pwagen.push.storage.store_locks import announce_insert
from tests.cli.test_cli_send import sink
from tests.push.brokers import Broker, running
from tests.push.celery_workers import CONCURRENCY, MESSAGE, Workers, until
from tests.push.databases import restart
from tests.push.many_rows import save_all
from tests.push.outcomes import delivered
from tests.push.push_sink import SENDER, SUBJECT, PushSink

pytest.importorskip("celery", reason="Celery is not installed")

__all__ = ["sink"]

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]
NAMES = [str(number) for number in range(300)]
EACH_BROKER = pytest.mark.parametrize("broker", ["Redis", "RabbitMQ"], indirect=True)


@pytest.fixture
def location(postgresql_database: str) -> str:
    return postgresql_database


@pytest.fixture(params=["Redis"])
def broker(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Broker]:
    if request.param == "RabbitMQ":
        yield request.getfixturevalue("rabbitmq")
        return
    folder = tmp_path / "broker"
    folder.mkdir()
    with running(request.param, folder) as server:
        if server is None:
            pytest.skip(f"{request.param} is not installed")
        yield server


@pytest.fixture
def workers(sink: PushSink, broker: Broker, location: str) -> Iterator[Workers]:
    with closing(Store(location)) as store:
        save_all(store, map(sink.subscription, NAMES))
    workers = Workers(sink, broker.url, location)
    yield workers
    workers.kill()


def is_finished(sink: PushSink, location: str, name: str = "noon", count: int = len(NAMES)) -> bool:
    """Return whether so many have their message; the store is asked only when that can be."""
    if len(sink.received) < count:
        return False
    with closing(Store(location)) as store:
        return Broadcast(store, name).left() == 0


def doubles(sink: PushSink) -> int:
    counts = Counter(sink.names())
    assert set(counts) == set(NAMES), f"{len(NAMES) - len(counts)} lost"
    return sum(counts.values()) - len(NAMES)


def begin_and_stop(sink: PushSink, workers: Workers, stop: Callable[[], None]) -> None:
    """Begin a broadcast, and stop something in the middle of it."""
    sink.delay = 0.05
    workers.start()
    workers.call("broadcast", "noon", MESSAGE)
    until(lambda: len(sink.received) > 60)
    sink.delay = 1  # a broker takes its time to end, and nobody may be done by then
    stop()
    assert len(sink.received) < len(NAMES)
    sink.delay = 0.05


@EACH_BROKER
def test_a_worker_killed_in_the_middle(sink: PushSink, workers: Workers, location: str) -> None:
    begin_and_stop(sink, workers, workers.kill)
    sink.delay = 0
    workers.start()
    until(lambda: is_finished(sink, location))
    assert doubles(sink) <= 2 * CONCURRENCY


@EACH_BROKER
def test_a_broker_that_restarts(sink: PushSink, workers: Workers, broker: Broker, location: str) -> None:
    begin_and_stop(sink, workers, broker.stop)
    broker.start()
    until(lambda: is_finished(sink, location))
    assert doubles(sink) <= 2 * CONCURRENCY


@pytest.mark.parametrize("broker", ["Redis in memory"], indirect=True)
def test_a_broker_that_forgets_its_queue(
    sink: PushSink, workers: Workers, broker: Broker, location: str
) -> None:
    """Calling the broadcast again hands out what is left."""
    begin_and_stop(sink, workers, broker.stop)
    broker.start()
    workers.call("broadcast", "noon", MESSAGE)
    until(lambda: is_finished(sink, location))
    assert doubles(sink) <= 2 * CONCURRENCY


def test_a_database_that_restarts_during_cutting(sink: PushSink, workers: Workers, location: str) -> None:
    with closing(Store(location)) as store:
        broadcast = Broadcast(store, "noon")
        broadcast.begin(parse_message(dict(MESSAGE)).payload())
        assert len(broadcast.cut(100)) == 100
        with suppress(StoreError), store.transaction() as connection:
            announce_insert(connection)  # so that the next cut waits
            workers.start()
            workers.call("broadcast", "noon", MESSAGE)
            until(lambda: len(sink.received) == 100 and is_anybody_waiting(location))
            restart(location)
    until(lambda: is_finished(sink, location))
    assert doubles(sink) == 0


def is_anybody_waiting(location: str) -> bool:
    with closing(Store(location)) as store, store.transaction() as connection:
        return bool(connection.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")))


@pytest.mark.parametrize("pool", ["prefork", "threads", "solo"])
def test_connections_are_kept_from_one_range_to_the_next(
    sink: PushSink, workers: Workers, location: str, pool: str
) -> None:
    workers.start("-P", pool)
    workers.call("broadcast", "noon", MESSAGE)
    until(lambda: is_finished(sink, location))
    assert doubles(sink) == 0
    assert len(sink.connections) <= 2 * CONCURRENCY  # not that many for each of six ranges


def test_the_beat_schedule_sends_and_prunes(sink: PushSink, workers: Workers, location: str) -> None:
    """Each time is a broadcast of its own, to everybody."""
    failing = sink.subscription("0").endpoint
    sink.answers["0"] = lambda _: web.Response(status=503)
    workers.start()
    with closing(Store(location)) as store:
        for _ in range(10):
            store.record([Outcome(failing, Status.RETRY, "out of order", 503)])
        workers.beat()
        until(lambda: store.get(failing) is None)
        until(lambda: sum(one.sums[Status.DELIVERED] == 299 for one in broadcast_progress(store)) >= 2)
        names = [progress.name for progress in broadcast_progress(store)]
    assert all(name.startswith("tides ") for name in names)
    assert len(set(names)) == len(names)


def test_an_application_that_runs_its_tasks_eagerly(sink: PushSink, location: str) -> None:
    """As many do in their own tests."""
    from celery import Celery
    from celery.signals import worker_process_shutdown

    with closing(Store(location)) as store:
        save_all(store, map(sink.subscription, NAMES))
    sink.answers["0"] = lambda received: web.Response(status=503 if received.attempt == 1 else 201)
    app = Celery("harbour", broker="memory://")
    app.conf.task_always_eager = True
    options = sink.options
    for name in ("retry", "key_pairs", "subject"):
        del options[name]
    push = add_tasks(
        app, store=location, key_pairs=SENDER, contact=SUBJECT, chunk_size=50, retry_seconds=1, **options
    )
    push.broadcast.delay("noon", MESSAGE)
    worker_process_shutdown.send(None)
    assert is_finished(sink, location)
    assert doubles(sink) == 1


def test_a_scheduled_broadcast_that_is_delivered_twice_is_the_same(location: str) -> None:
    from celery import Celery

    app = Celery("harbour", broker="memory://")
    push = add_tasks(app, store=location, key_pairs=SENDER, contact=SUBJECT)
    for _ in range(2):
        push.scheduled.apply(("tides", MESSAGE), task_id="x").get()
    with closing(Store(location)) as store:
        assert [progress.name for progress in broadcast_progress(store)] == ["tides x"]


def test_a_database_that_restarts(sink: PushSink, workers: Workers, location: str) -> None:
    sink.delay = 0.05
    workers.start()
    workers.call("broadcast", "noon", MESSAGE)
    until(lambda: len(sink.received) > 60)
    restart(location)
    assert len(sink.received) < len(NAMES)
    until(lambda: is_finished(sink, location))
    assert doubles(sink) <= 2 * CONCURRENCY


def test_two_broadcasts_at_once_and_a_range_delivered_twice(
    sink: PushSink, workers: Workers, location: str
) -> None:
    sink.delay = 0.02
    workers.start()
    for name in ("noon", "evening"):
        workers.call("broadcast", name, MESSAGE)
    workers.call("broadcast", "noon", MESSAGE)  # hands the open ranges of noon out again
    until(lambda: is_finished(sink, location) and is_finished(sink, location, "evening"))
    assert Counter(sink.names()) == dict.fromkeys(NAMES, 2)


def test_the_brake_on_removals_is_of_all_ranges_and_workers(
    sink: PushSink, workers: Workers, location: str
) -> None:
    """A service that answers 410 to everything for two days empties no store."""
    with closing(Store(location)) as store:
        over = [Outcome(stored.subscription.endpoint, Status.GONE, "over", 410) for stored in store.all()]
        store.record(over, now=time.time() - 2 * 86400)
        sink.default = lambda _: web.Response(status=410)
        workers.start()
        workers.start()
        workers.call("broadcast", "noon", MESSAGE)
        until(lambda: len(sink.received) == len(NAMES) and is_finished(sink, location))
        assert store.count() == len(NAMES) // 2
        [progress] = broadcast_progress(store)
        assert progress.kept == {sink.origin: len(NAMES) // 2}
    logs = "".join(log.read_text() for log in Path().glob("worker*.log"))
    assert "are over, which is most of those there: they are kept" in logs


def test_a_cancelled_broadcast_ends(sink: PushSink, workers: Workers, broker: Broker, location: str) -> None:
    sink.delay = 0.1
    workers.start()
    workers.call("broadcast", "noon", MESSAGE)
    until(lambda: len(sink.received) > 20)
    with closing(Store(location)) as store:
        Broadcast(store, "noon").cancel()
        until(lambda: is_empty(broker.url))  # so that nobody could send to any more
        assert len(sink.received) < len(NAMES)
        assert Broadcast(store, "noon").left() == len(NAMES) - len(sink.received)


def is_empty(url: str) -> bool:
    """Return whether Redis holds no task, queued, under way or to be tried again."""
    from redis import Redis

    with closing(Redis.from_url(url)) as client:
        for _ in range(3):
            if client.llen("celery") or client.hlen("unacked"):
                return False
            time.sleep(0.01)  # between the queue and those under way a task is in neither for a moment
    return True


def test_ranges_are_cut_once_and_found_again(location: str, sink: PushSink) -> None:
    with closing(Store(location)) as store:
        save_all(store, map(sink.subscription, NAMES))
        broadcast = Broadcast(store, "noon")
        broadcast.begin(b"x")
        ranges = list(new_ranges(broadcast, 120))
        assert len(ranges) == 3
        assert list(new_ranges(broadcast, 120)) == []
        assert list(open_ranges(broadcast, 120)) == ranges
        first, again = Chunk(store, "noon", ranges[0]), Chunk(store, "noon", ranges[0])
        batch = first.claim(1000)
        assert len(batch) == first.open_claims(ranges[0]) == 120
        assert again.claim(1000) == []
        first.record(delivered(batch[:100]))
        first.leave()
        assert again.claim(1000) == batch[100:]
        assert broadcast.left() == 200
