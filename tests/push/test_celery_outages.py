"""Broadcasts by real Celery workers, with a real broker, whatever is killed, cancelled or repeated meanwhile.

The workers go on from one test to the next, as they do in production, each with a broadcast of its own.
"""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import chdir, closing, suppress
from pathlib import Path

import pytest
from sqlalchemy import text

from pwagen.push import Broadcast, Store
from pwagen.push.messages.message_json import parse_message
from pwagen.push.storage.store_errors import StoreError
from pwagen.push.storage.store_locks import announce_insert
from pwagen.push.transport.vendors import OTHERS
from tests.push.brokers import Broker, Redis, running
from tests.push.celery_workers import CONCURRENCY, MESSAGE, Workers, until
from tests.push.databases import empty_database, restart
from tests.push.many_rows import save_all
from tests.push.push_sink import SENDER, PushSink, serving

pytest.importorskip("celery", reason="Celery is not installed")

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]
NAMES = [str(number) for number in range(120)]
RANGE = 20
QUEUE = "push-other"
EACH_BROKER = pytest.mark.parametrize("broker", ["Redis", "RabbitMQ"], indirect=True)


@pytest.fixture(scope="module")
def sink(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PushSink]:
    """A push service; the working folder has the key."""
    folder = tmp_path_factory.mktemp("celery")
    with chdir(folder), serving(PushSink(folder)) as sink:
        Path("vapid-private.pem").write_bytes(SENDER.private_pem)
        yield sink


@pytest.fixture(scope="module")
def location(postgresql_server: str) -> Iterator[str]:
    with empty_database(postgresql_server) as url:
        yield url


@pytest.fixture(scope="module")
def store(location: str, sink: PushSink) -> Iterator[Store]:
    with closing(Store(location)) as store:
        save_all(store, map(sink.subscription, NAMES))
        yield store


@pytest.fixture(scope="module", params=["Redis"])
def broker(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Broker]:
    with running(request.param, tmp_path_factory.mktemp("broker")) as server:
        if server is None:
            pytest.skip(f"{request.param} is not installed")
        yield server


@pytest.fixture(scope="module")
def workers(sink: PushSink, store: Store, broker: Broker, location: str) -> Iterator[Workers]:
    workers = Workers(sink, broker.url, location, chunk_size=RANGE, queues={OTHERS: QUEUE})
    start(workers)
    yield workers
    workers.kill()


def start(workers: Workers) -> None:
    workers.start("-Q", f"celery,{QUEUE}")


@pytest.fixture
def name(sink: PushSink, store: Store, request: pytest.FixtureRequest) -> Iterator[str]:
    """The name of a test's broadcast; what is left of it in the end is nobody's."""
    sink.received.clear()
    sink.connections.clear()
    yield request.node.name
    sink.held_from = math.inf
    Broadcast(store, request.node.name).cancel()


def is_finished(sink: PushSink, store: Store, name: str) -> bool:
    """Return whether all have their message; the store is asked only when that can be."""
    return len(sink.received) >= len(NAMES) and Broadcast(store, name).left() == 0


def doubles(sink: PushSink) -> int:
    counts = Counter(sink.names())
    assert set(counts) == set(NAMES), f"{len(NAMES) - len(counts)} lost"
    return sum(counts.values()) - len(NAMES)


def stop_in_the_middle(sink: PushSink, stop: Callable[[], None]) -> None:
    """Stop something in the middle of a broadcast, while messages are under way."""
    until(lambda: len(sink.received) > sink.held_from)
    stop()
    assert len(sink.received) < len(NAMES)
    sink.held_from = math.inf


@EACH_BROKER
def test_a_worker_killed_in_the_middle(sink: PushSink, workers: Workers, store: Store, name: str) -> None:
    """Of a broadcast that the command line has handed to the workers."""
    sink.held_from = 30
    workers.send(name)
    stop_in_the_middle(sink, workers.kill)
    start(workers)
    until(lambda: is_finished(sink, store, name))
    assert doubles(sink) <= 2 * CONCURRENCY


@EACH_BROKER
def test_a_broker_that_restarts(
    sink: PushSink, workers: Workers, broker: Broker, store: Store, name: str
) -> None:
    sink.held_from = 30
    workers.call("broadcast", name, MESSAGE)
    stop_in_the_middle(sink, broker.stop)
    broker.start()
    until(lambda: is_finished(sink, store, name))
    assert doubles(sink) <= 2 * CONCURRENCY


def test_a_broker_that_forgets_its_queue(
    sink: PushSink, workers: Workers, broker: Redis, store: Store, name: str
) -> None:
    """Calling the broadcast again hands out what is left."""
    sink.held_from = 30
    workers.call("broadcast", name, MESSAGE)
    stop_in_the_middle(sink, broker.stop)
    broker.forget()
    broker.start()
    workers.call("broadcast", name, MESSAGE)
    until(lambda: is_finished(sink, store, name))
    assert doubles(sink) <= 2 * CONCURRENCY


def test_a_database_that_restarts(
    sink: PushSink, workers: Workers, location: str, store: Store, name: str
) -> None:
    sink.held_from = 30
    workers.call("broadcast", name, MESSAGE)
    stop_in_the_middle(sink, lambda: restart(location))
    until(lambda: is_finished(sink, store, name))
    assert doubles(sink) <= 2 * CONCURRENCY


def test_a_database_that_restarts_during_cutting(
    sink: PushSink, workers: Workers, location: str, store: Store, name: str
) -> None:
    broadcast = Broadcast(store, name)
    broadcast.begin(parse_message(dict(MESSAGE)).payload())
    assert len(broadcast.cut(2 * RANGE)) == 2 * RANGE
    with suppress(StoreError), store.transaction() as connection:
        announce_insert(connection)  # so that the next cut waits
        workers.call("broadcast", name, MESSAGE)
        until(lambda: len(sink.received) == 2 * RANGE and is_anybody_waiting(store))
        restart(location)
    until(lambda: is_finished(sink, store, name))
    assert doubles(sink) == 0


def is_anybody_waiting(store: Store) -> bool:
    with store.transaction() as connection:
        return bool(connection.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")))


def test_two_broadcasts_at_once_and_a_range_delivered_twice_by_connections_that_are_kept(
    sink: PushSink, workers: Workers, store: Store, name: str
) -> None:
    sink.held_from = 30
    for one in (name, f"{name} again"):
        workers.call("broadcast", one, MESSAGE)
    workers.call("broadcast", name, MESSAGE)  # hands the open ranges out again
    sink.held_from = math.inf
    until(lambda: is_finished(sink, store, name) and is_finished(sink, store, f"{name} again"))
    assert Counter(sink.names()) == dict.fromkeys(NAMES, 2)
    assert len(sink.connections) <= 2 * CONCURRENCY  # not that many for each of twelve ranges


def test_a_process_of_a_worker_shares_what_was_imported_before_it_was_forked(
    sink: PushSink, workers: Workers, store: Store, name: str
) -> None:
    workers.call("broadcast", name, MESSAGE)
    until(lambda: is_finished(sink, store, name))
    packages = {module.partition(".")[0] for module in Path("imported").read_text().split()}
    assert not packages & {"pwagen", "sqlalchemy", "psycopg", "httptools", "aiohappyeyeballs"}


def test_a_cancelled_broadcast_ends(
    sink: PushSink, workers: Workers, broker: Broker, store: Store, name: str
) -> None:
    sink.held_from = 30
    workers.call("broadcast", name, MESSAGE)
    stop_in_the_middle(sink, Broadcast(store, name).cancel)
    until(lambda: is_empty(broker.url))  # so that nobody could send to any more
    assert len(sink.received) < len(NAMES)
    assert Broadcast(store, name).left() == len(NAMES) - len(sink.received)


def is_empty(url: str) -> bool:
    """Return whether Redis holds no task, queued, under way or to be tried again."""
    import redis

    with closing(redis.Redis.from_url(url)) as client:
        for _ in range(3):
            if client.llen("celery") or client.llen(QUEUE) or client.hlen("unacked"):
                return False
            time.sleep(0.01)  # between the queue and those under way a task is in neither for a moment
    return True
