"""Celery workers with Redis: messages per second from the call of a task until none is left.

python celery_peer.py pwagen|by-hand|by-hand-session:WORKERS COUNT JSON; WORKERS are processes. Prints the
processor time too, of the workers, the broker and the PostgreSQL of pwagen's tasks, without their start.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from own import fill, subscription
from redis import Redis

from tests.push.brokers import running
from tests.push.databases import postgresql

if TYPE_CHECKING:
    from pwagen.push import Store

_TICKS = os.sysconf("SC_CLK_TCK")


def processor_seconds(postmaster: int | None) -> float:
    """Return the processor time of our children, of theirs, and of the database, if there is one."""
    stats = []
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = file.read_text()
        except OSError:  # it has just ended
            continue
        # proc(5): what follows the name, from the state on
        fields = text.rpartition(") ")[2].split()
        stats.append((int(file.parent.name), int(fields[1]), int(fields[3]), fields[11:15]))
    sessions = {pid for pid, parent, _, _ in stats if parent == os.getpid()} | {postmaster}
    ours = (ticks for pid, _, session, ticks in stats if pid in sessions or session in sessions)
    return sum(int(tick) for ticks in ours for tick in ticks) / _TICKS


@contextmanager
def workers(environment: dict[str, str], count: int) -> Iterator[None]:
    """Run a Celery worker with so many processes, which answers."""
    os.environ.update(environment)
    from celery_app import app

    command = [sys.executable, "-m", "celery", "-q", "-A", "celery_app", "worker", "-c", str(count)]
    process = subprocess.Popen(
        [*command, "-l", "error", "--without-gossip", "--without-mingle"],
        cwd=Path(__file__).parent,
        start_new_session=True,
        stdout=sys.stderr,
    )
    try:
        while not app.control.ping(timeout=0.5, limit=1):
            assert process.poll() is None, "the worker has ended"
        yield
    finally:
        os.killpg(process.pid, signal.SIGKILL)  # all is done; a worker takes seconds to end by itself
        process.wait()


def is_empty(client: Any) -> bool:
    """Return whether the broker holds no task, acknowledged late as they are."""
    # Between the queue and those under way a task is in neither for a moment.
    return not any(client.llen("celery") or client.hlen("unacked") or time.sleep(0.01) for _ in range(3))


@contextmanager
def filled_store(order: dict[str, Any], count: int) -> Iterator[tuple[Store, int]]:
    """Yield a store in a PostgreSQL of its own, and the process of that."""
    from pwagen.push import Store

    with postgresql() as url:
        assert url, "PostgreSQL has to be installed"
        os.environ["STORE"] = url
        with closing(Store(url)) as store:
            fill(store, order, count)
            data = Path(url.partition("host=")[2], "data")
            yield store, int((data / "postmaster.pid").read_text().split()[0])


def left(store: Store | None) -> int:
    """Return how many are to be sent to; a task that is written by hand leaves no trace."""
    if not store:
        return 0
    from pwagen.push import Broadcast

    return Broadcast(store, "all").left()


def main(mode: str, count: int, order: dict[str, Any]) -> None:
    kind, _, number = mode.partition(":")
    with (
        tempfile.TemporaryDirectory() as folder,
        running("Redis", Path(folder)) as broker,
        # A task that is written by hand is given its subscription: it has no database.
        filled_store(order, count) if kind == "pwagen" else nullcontext((None, None)) as (store, postmaster),
    ):
        assert broker, "Redis has to be installed"
        with workers({"BROKER": broker.url, "ORDER": json.dumps(order), "MODE": kind}, int(number)):
            import celery_app

            message = json.loads(order["payload"])
            before, started = processor_seconds(postmaster), time.perf_counter()
            if kind == "pwagen":
                celery_app.push.broadcast.delay("all", message["notification"])
            else:
                for one in range(count):
                    target = subscription(order, one).to_json()
                    celery_app.by_hand.delay(target, order["payload"], session=kind == "by-hand-session")
            with closing(Redis.from_url(broker.url)) as client:
                while not is_empty(client) or left(store):
                    assert time.perf_counter() < started + 300, "some are never sent to"
                    time.sleep(0.02)
            seconds = time.perf_counter() - started
            cpu = processor_seconds(postmaster) - before
    print(json.dumps({"perSecond": count / seconds, "cpu": cpu}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), json.loads(sys.argv[3]))
