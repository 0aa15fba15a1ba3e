"""Broadcasts by real Celery workers, with a real broker: their pools, the beat, and what they remove."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from aiohttp import web

from pwagen.push import Broadcast, Outcome, Status, Store
from pwagen.push.celery import add_tasks
from pwagen.push.storage.broadcast_progress import broadcast_progress
from pwagen.push.storage.chunks import Chunk, new_ranges, open_ranges
from tests.cli.test_cli_send import sink
from tests.push.brokers import Broker, running
from tests.push.celery_workers import CONCURRENCY, MESSAGE, Workers, until
from tests.push.many_rows import save_all
from tests.push.outcomes import delivered
from tests.push.push_sink import SENDER, SUBJECT, PushSink

pytest.importorskip("celery", reason="Celery is not installed")

__all__ = ["sink"]

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]
NAMES = [str(number) for number in range(120)]


@pytest.fixture
def location(postgresql_database: str) -> str:
    return postgresql_database


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    folder = tmp_path / "broker"
    folder.mkdir()
    with running("Redis", folder) as server:
        if server is None:
            pytest.skip("Redis is not installed")
        yield server


@pytest.fixture
def workers(sink: PushSink, broker: Broker, location: str) -> Iterator[Workers]:
    with closing(Store(location)) as store:
        save_all(store, map(sink.subscription, NAMES))
    workers = Workers(sink, broker.url, location, chunk_size=10)
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


def test_the_beat_schedule_sends_and_prunes_by_a_worker_without_other_processes(
    sink: PushSink, workers: Workers, location: str
) -> None:
    """Each time is a broadcast of its own, to everybody, by the same connections."""
    failing = sink.subscription("0").endpoint
    sink.answers["0"] = lambda _: web.Response(status=503)
    workers.start("-P", "solo")
    with closing(Store(location)) as store:
        for _ in range(10):
            store.record([Outcome(failing, Status.RETRY, "out of order", 503)])
        workers.beat()
        until(lambda: store.get(failing) is None)
        until(lambda: sum(one.sums[Status.DELIVERED] == 119 for one in broadcast_progress(store)) >= 2)
        names = [progress.name for progress in broadcast_progress(store)]
    assert all(name.startswith("tides ") for name in names)
    assert len(set(names)) == len(names)
    assert len(sink.connections) <= CONCURRENCY  # not that many for each of 24 ranges


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


def test_the_brake_on_removals_is_of_all_ranges_threads_and_workers(
    sink: PushSink, workers: Workers, location: str
) -> None:
    """A service that answers 410 to everything for two days empties no store.

    Each thread keeps its connections from one range to the next.
    """
    with closing(Store(location)) as store:
        over = [Outcome(stored.subscription.endpoint, Status.GONE, "over", 410) for stored in store.all()]
        store.record(over, now=time.time() - 2 * 86400)
        sink.default = lambda _: web.Response(status=410)
        for _ in range(2):
            workers.start("-P", "threads")
        workers.call("broadcast", "noon", MESSAGE)
        until(lambda: len(sink.received) == len(NAMES) and is_finished(sink, location))
        assert store.count() == len(NAMES) // 2
        [progress] = broadcast_progress(store)
        assert progress.kept == {sink.origin: len(NAMES) // 2}
    logs = "".join(log.read_text() for log in Path().glob("worker*.log"))
    assert "are over, which is most of those there: they are kept" in logs
    assert len(sink.connections) <= 4 * CONCURRENCY  # not that many for each of twelve ranges


def test_ranges_are_cut_once_and_found_again(location: str, sink: PushSink) -> None:
    with closing(Store(location)) as store:
        save_all(store, map(sink.subscription, NAMES))
        broadcast = Broadcast(store, "noon")
        broadcast.begin(b"x")
        ranges = list(new_ranges(broadcast, 50))
        assert len(ranges) == 3
        assert list(new_ranges(broadcast, 50)) == []
        assert list(open_ranges(broadcast, 50)) == ranges
        first, again = Chunk(store, "noon", ranges[0]), Chunk(store, "noon", ranges[0])
        batch = first.claim(1000)
        assert len(batch) == first.open_claims(ranges[0]) == 50
        assert again.claim(1000) == []
        first.record(delivered(batch[:40]))
        first.leave()
        assert again.claim(1000) == batch[40:]
        assert broadcast.left() == 80
