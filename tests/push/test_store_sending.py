"""Broadcasts to a store that take their time, and that several processes share."""

from __future__ import annotations

import asyncio
import json
import math
import subprocess
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from pwagen.push.delivery.sender import Sender
from pwagen.push.messages.message import Message
from pwagen.push.storage.broadcast import Broadcast
from pwagen.push.storage.store import Store
from pwagen.push.storage.store_errors import StoreError
from pwagen.push.storage.store_sending import send_to_store
from pwagen.push.transport.outcome import Status
from tests.cli.test_cli_send import PROGRAM, arguments, sink
from tests.push.celery_workers import until
from tests.push.many_rows import save_all
from tests.push.push_sink import PushSink

__all__ = ["sink"]

pytestmark = pytest.mark.slow
MESSAGE = Message(title="High water")


@pytest.fixture(params=["sqlite", "postgresql"])
def location(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return str(tmp_path / "store.db")
    url: str = request.getfixturevalue("postgresql_database")
    return url


def test_two_processes_share_a_broadcast_and_nobody_gets_it_twice(sink: PushSink, location: str) -> None:
    names = [str(number) for number in range(500)]  # more than one of them claims ahead
    store = Store(location)
    save_all(store, map(sink.subscription, names))
    sink.held_from = 1
    options = ["--store", location, "--broadcast", "noon", "--concurrency", "10", "--json"]
    command = [*PROGRAM, *arguments(sink, *options)]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    until(lambda: len(sink.received) == 20)  # of both
    sink.held_from = math.inf
    sums = [json.loads(process.communicate()[0].splitlines()[-1]) for process in processes]
    # Who ends first may leave some to the other, and says so.
    assert [process.returncode for process in processes] == [int(one["left"] > 0) for one in sums]
    assert min(one["left"] for one in sums) == 0
    assert Counter(sink.names()) == dict.fromkeys(names, 1)
    assert sum(one["delivered"] for one in sums) == len(names)
    assert all(one["delivered"] for one in sums), "one of them did all"
    assert Broadcast(store, "noon").left() == 0
    store.close()


class FailsOnce(Broadcast):
    """One whose first renewal finds the database away."""

    failed = False

    def renew(self, *, now: float | None = None) -> None:
        if not self.failed:
            self.failed = True
            raise StoreError("the store failed: it starts anew")
        super().renew(now=now)


def test_a_claim_lasts_as_long_as_its_message_is_under_way_even_if_the_database_was_away(
    tmp_path: Path,
) -> None:
    async def main() -> None:
        async with PushSink(tmp_path) as service:
            service.delay = 5
            await asyncio.gather(sent_once(service, Broadcast), sent_once(service, FailsOnce))

    async def sent_once(service: PushSink, kind: type[Broadcast]) -> None:
        with closing(Store(tmp_path / f"{kind.__name__}.db")) as store:
            store.save(service.subscription(kind.__name__))
            own = kind(store, "noon", lease_seconds=3)
            other = Broadcast(store, "noon", lease_seconds=3)
            watching = asyncio.create_task(given_away(other, lambda: kind.__name__ in service.names()))
            async with Sender(**service.options) as sender:
                found = [one async for one in send_to_store(sender, store, own, MESSAGE)]
            assert [one.status for one in found] == [Status.DELIVERED]
            assert not watching.done()
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)

    async def given_away(broadcast: Broadcast, is_claimed: Callable[[], bool]) -> None:
        while not is_claimed():  # noqa: ASYNC110 - nobody would say
            await asyncio.sleep(0.05)
        while not await asyncio.to_thread(broadcast.claim, 1):  # noqa: ASYNC110 - nor that it is given away
            await asyncio.sleep(0.2)

    asyncio.run(asyncio.wait_for(main(), 60))
