"""Broadcasts by real Celery workers, with a real broker, whatever is killed meanwhile."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from pwagen.push import Broadcast, Outcome, Status, Store
from pwagen.push.storage.broadcast_progress import broadcast_progress
from pwagen.push.storage.chunks import Chunk, new_ranges, open_ranges
from tests.cli.test_cli_send import sink
from tests.push.brokers import Broker, running
from tests.push.databases import postgresql, restart
from tests.push.outcomes import delivered
from tests.push.push_sink import SUBJECT, PushSink

pytest.importorskip("celery", reason="Celery is not installed")

__all__ = ["sink"]

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]
NAMES = [str(number) for number in range(300)]
CONCURRENCY = 10
EACH_BROKER = pytest.mark.parametrize("broker", ["Redis", "RabbitMQ"], indirect=True)
MESSAGE = {"title": "High water", "navigate": "https://harbour.news/"}
APP = """
    import os, ssl
    from celery import Celery
    from pwagen.keys.key_pair import load_key_pair
    from pwagen.push import EndpointPolicy
    from pwagen.push.celery import add_tasks

    app = Celery("harbour", broker=os.environ["BROKER"])
    if os.environ["BROKER"].startswith("redis:"):
        # Workers look for what a dead one had at every tenth interval of 10 s, if nothing else is set.
        app.conf.broker_transport_options = {"visibility_timeout": 5, "unacked_restore_interval": 1}
        app.conf.broker_transport_options |= {"unacked_restore_throttle": 1}
    app.conf.broker_connection_retry_on_startup = True
    app.conf.worker_prefetch_multiplier = 1
    push = add_tasks(
        app,
        store=os.environ["STORE"],
        key_pairs=load_key_pair(open("vapid-private.pem", "rb").read()),
        contact=os.environ["CONTACT"],
        chunk_size=50,
        retry_seconds=1,
        lease_seconds=4,
        concurrency=10,
        policy=EndpointPolicy(loopback=True),
        ssl_context=ssl.create_default_context(cafile=os.environ["CERTIFICATE"]),
    )
"""


class Workers:
    """Celery workers, and calls of their tasks."""

    def __init__(self, sink: PushSink, broker: str, store: str) -> None:
        Path("harbour_tasks.py").write_text(textwrap.dedent(APP))
        self._environment = os.environ | {
            "BROKER": broker,
            "STORE": store,
            "CONTACT": SUBJECT,
            "CERTIFICATE": str(sink.certificate.path),
        }
        self._running: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        command = [
            sys.executable,
            "-m",
            "celery",
            "-A",
            "harbour_tasks",
            "worker",
            "-c",
            "2",
            "-l",
            "warning",
        ]
        command += ["--without-gossip", "--without-mingle", "-n", f"worker{len(self._running)}@%h"]
        options: dict[str, Any] = {
            "env": self._environment,
            "start_new_session": True,
            "stderr": subprocess.STDOUT,
        }
        with Path(f"worker{len(self._running)}.log").open("wb") as log:
            self._running.append(subprocess.Popen(command, stdout=log, **options))

    def kill(self) -> None:
        """Kill all workers with their processes, as a machine that loses its power does."""
        for process in self._running:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def call(self, task: str, *arguments: Any) -> None:
        code = f"from harbour_tasks import push; push.{task}.delay(*{arguments!r})"
        subprocess.run([sys.executable, "-c", code], env=self._environment, check=True, timeout=60)


@pytest.fixture
def location() -> Iterator[str]:
    with postgresql() as url:
        if url is None:
            pytest.skip("PostgreSQL is not installed")
        yield url


@pytest.fixture(params=["Redis"])
def broker(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Broker]:
    folder = tmp_path / "broker"
    folder.mkdir()
    with running(request.param, folder) as server:
        if server is None:
            pytest.skip(f"{request.param} is not installed")
        yield server


@pytest.fixture
def workers(sink: PushSink, broker: Broker, location: str) -> Iterator[Workers]:
    with closing(Store(location)) as store:
        for name in NAMES:
            store.save(sink.subscription(name))
    workers = Workers(sink, broker.url, location)
    yield workers
    workers.kill()


def until(condition: Callable[[], bool], seconds: float = 90) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, [log.read_text()[-2000:] for log in Path().glob("worker*.log")]
        time.sleep(0.1)


def is_finished(location: str, name: str = "noon") -> bool:
    with closing(Store(location)) as store:
        return Broadcast(store, name).left() == 0


def doubles(sink: PushSink) -> int:
    counts = Counter(sink.names())
    assert set(counts) == set(NAMES), f"{len(NAMES) - len(counts)} lost"
    return sum(counts.values()) - len(NAMES)


@EACH_BROKER
def test_a_worker_killed_in_the_middle(sink: PushSink, workers: Workers, location: str) -> None:
    sink.delay = 0.05
    workers.start()
    workers.call("broadcast", "noon", MESSAGE)
    until(lambda: len(sink.received) > 60)
    workers.kill()
    assert len(sink.received) < len(NAMES)
    sink.delay = 0
    workers.start()
    until(lambda: is_finished(location))
    assert doubles(sink) <= 2 * CONCURRENCY


@EACH_BROKER
def test_a_broker_that_restarts(sink: PushSink, workers: Workers, broker: Broker, location: str) -> None:
    sink.delay = 0.05
    workers.start()
    workers.call("broadcast", "noon", MESSAGE)
    until(lambda: len(sink.received) > 60)
    broker.stop()
    assert len(sink.received) < len(NAMES)
    broker.start()
    until(lambda: is_finished(location))
    assert doubles(sink) <= 2 * CONCURRENCY


def test_a_database_that_restarts(sink: PushSink, workers: Workers, location: str) -> None:
    sink.delay = 0.05
    workers.start()
    workers.call("broadcast", "noon", MESSAGE)
    until(lambda: len(sink.received) > 60)
    restart(location)
    assert len(sink.received) < len(NAMES)
    until(lambda: is_finished(location))
    assert doubles(sink) <= 2 * CONCURRENCY


def test_two_broadcasts_at_once_and_a_range_delivered_twice(
    sink: PushSink, workers: Workers, location: str
) -> None:
    sink.delay = 0.02
    workers.start()
    for name in ("noon", "evening"):
        workers.call("broadcast", name, MESSAGE)
    workers.call("broadcast", "noon", MESSAGE)  # hands the open ranges of noon out again
    until(lambda: len(sink.received) > 0 and is_finished(location) and is_finished(location, "evening"))
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
        until(lambda: len(sink.received) == len(NAMES) and is_finished(location))
        assert store.count() == len(NAMES) // 2
        [progress] = broadcast_progress(store)
        assert progress.kept == {sink.origin: len(NAMES) // 2}
    logs = "".join(log.read_text() for log in Path().glob("worker*.log"))
    assert "are over, which is most of those there: they are kept" in logs


def test_a_cancelled_broadcast_ends(sink: PushSink, workers: Workers, location: str) -> None:
    sink.delay = 0.1
    workers.start()
    workers.call("broadcast", "noon", MESSAGE)
    until(lambda: len(sink.received) > 20)
    with closing(Store(location)) as store:
        Broadcast(store, "noon").cancel()
        time.sleep(3)
        sent = len(sink.received)
        time.sleep(3)
        assert sent == len(sink.received) < len(NAMES)
        assert Broadcast(store, "noon").left() == len(NAMES) - sent


def test_ranges_are_cut_once_and_found_again(location: str, sink: PushSink) -> None:
    with closing(Store(location)) as store:
        for name in NAMES:
            store.save(sink.subscription(name))
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
