"""The tasks: a broadcast, its ranges, a broadcast of the beat schedule, and pruning."""

from __future__ import annotations

import logging
import random
from collections import Counter
from contextlib import aclosing, closing, suppress
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from celery import Celery, Task

    from pwagen.keys.key_pair import KeyPair
    from pwagen.push.delivery.sender import Sender
    from pwagen.push.messages.message import Message
    from pwagen.push.storage.chunks import Chunk
    from pwagen.push.storage.store import Store
    from pwagen.push.storage.vendor_pace import VendorPace

_LONGEST_RETRY_SECONDS = 3600
_HOLD_SECONDS = 1  # Celery waits, not the worker
# For some five minutes: a range whose task cannot be queued would be lost with its broker.
_PUBLISHING = {
    "retry": True,
    "retry_policy": {"max_retries": 60, "interval_start": 0, "interval_step": 1, "interval_max": 5},
}
_IMPORTED_BEFORE_FORKING = (
    "pwagen.push.delivery.sender",
    "pwagen.push.messages.message_json",
    "pwagen.push.storage.chunks",
    "pwagen.push.storage.store_sending",
    "pwagen.push.storage.vendor_pace",
    "pwagen.push.storage.pruning",
    "pwagen.push.transport.http_client",
)
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class PushTasks:
    """What `add_tasks` adds.

    `broadcast(name, message, user=None, audience=None)`; `scheduled` takes the same and is a broadcast of its
    own each time, for the beat schedule; `prune(failures)`.
    """

    broadcast: Task[Any, Any]
    send_range: Task[Any, Any]
    scheduled: Task[Any, Any]
    prune: Task[Any, Any]


def add_tasks(
    app: Celery,
    *,
    store: str,
    key_pairs: KeyPair | Sequence[KeyPair],
    contact: str,
    chunk_size: int = 1000,
    attempts: int = 10,
    retry_seconds: float = 30,
    lease_seconds: float = 60,
    queues: Mapping[str, str] | None = None,
    messages_per_second: Mapping[str, float] | None = None,
    **options: Any,
) -> PushTasks:
    """Add pwagen's tasks to a Celery app.

    A broadcast is cut into ranges of up to `chunk_size` subscriptions of one vendor, a task each. What a
    range could not deliver is tried up to `attempts` times by Celery, after `retry_seconds`, then twice as
    long, and no sooner than the services ask for; so is what a killed worker had in hand, whose claims last
    `lease_seconds`.

    `queues` names the queue of a vendor's ranges: "Google", "Apple", "Mozilla", "Microsoft" or "other"; those
    of the rest go where the app routes pwagen.send_range. `messages_per_second` limits a vendor that has a
    queue of its own, for all workers together. `options` are Sender's.

    Raises ValueError for queues and limits that cannot be.
    """
    from celery.signals import worker_init, worker_process_shutdown

    from pwagen.push.celery.kept_sender import KeptSender
    from pwagen.push.celery.vendor_queues import VendorQueues

    vendors = VendorQueues(queues or {}, messages_per_second or {})

    def open_store() -> Store:
        from pwagen.push.storage.store import Store

        return Store(store)

    def new_sender() -> Sender:
        from pwagen.push.delivery.sender import Sender
        from pwagen.push.transport.retry import RetryPolicy

        once = RetryPolicy(attempts=1, longest_hold_seconds=_HOLD_SECONDS)
        return Sender(key_pairs, contact, **{"retry": once} | options)

    kept = KeptSender(open_store, new_sender)
    worker_init.connect(_import_for_all_processes, weak=False)
    worker_process_shutdown.connect(lambda **_: kept.close(), weak=False)

    unshared = {"shared": False}  # with other apps of the process, which may have another store
    # Another worker does it again when one is lost.
    repeated: dict[str, Any] = {
        **unshared,
        "bind": True,
        "acks_late": True,
        "reject_on_worker_lost": True,
        "max_retries": attempts,
    }

    @app.task(name="pwagen.broadcast", **repeated)
    def broadcast(
        self: Task[Any, Any],
        name: str,
        message: dict[str, Any],
        user: str | None = None,
        audience: str | None = None,
    ) -> int:
        """Hand out a broadcast; return into how many ranges. Run again, it hands out what is left."""
        return hand_out(self, name, message, user, audience)

    @app.task(name="pwagen.scheduled", **repeated)
    def scheduled(
        self: Task[Any, Any],
        name: str,
        message: dict[str, Any],
        user: str | None = None,
        audience: str | None = None,
    ) -> int:
        """Hand out a broadcast whose name ends with this task's id: the same if it is run again."""
        return hand_out(self, f"{name} {self.request.id}", message, user, audience)

    def hand_out(
        task: Task[Any, Any], name: str, message: dict[str, Any], user: str | None, audience: str | None
    ) -> int:
        from itertools import chain

        from pwagen.push.messages.message_json import parse_message
        from pwagen.push.storage.broadcast import Broadcast
        from pwagen.push.storage.chunks import new_ranges, open_ranges
        from pwagen.push.storage.store_errors import StoreError

        payload, count = parse_message(dict(message)).payload(), 0
        try:
            whole = Broadcast(kept.store(), name, user=user, topic=audience)
            whole.begin(payload)
            for part in chain(open_ranges(whole, chunk_size), new_ranges(whole, chunk_size)):
                arguments = (name, message, part.first_id, part.last_id, user, audience, part.vendor)
                send_range.apply_async(arguments, queue=vendors.queues.get(part.vendor or ""), **_PUBLISHING)
                count += 1
        except StoreError as error:  # the database starts anew; what was cut is handed out again
            raise task.retry(exc=error, countdown=countdown(task, 0), **_PUBLISHING) from None
        return count

    @app.task(name="pwagen.send_range", **repeated)
    def send_range(
        self: Task[Any, Any],
        name: str,
        message: dict[str, Any],
        first_id: int,
        last_id: int,
        user: str | None = None,
        audience: str | None = None,
        vendor: str | None = None,
    ) -> dict[str, int]:
        """Send to a range of a broadcast; return the outcomes by status."""
        from pwagen.push.messages.message_json import parse_message
        from pwagen.push.storage.broadcast import Range
        from pwagen.push.storage.chunks import Chunk
        from pwagen.push.storage.store_errors import StoreError
        from pwagen.push.storage.vendor_pace import VendorPace

        parsed, sums = parse_message(dict(message)), Counter[str]()
        try:
            opened = kept.store()
            pace = VendorPace(opened, vendor, vendors.rates.get(vendor)) if vendor else None
            chunk = Chunk(
                opened,
                name,
                Range(first_id, last_id, vendor),
                user=user,
                topic=audience,
                lease_seconds=lease_seconds,
                pace=pace,
            )
            due = pace.alone_seconds() if pace else 0.0
            if not due:
                sums, pauses = kept.run(lambda sender: _send(sender, chunk, opened, parsed))
                if pace:
                    _learn(pace, vendor, sums, pauses)
                for warning in chunk.removals.warnings():
                    _log.warning("broadcast %s: %s", name, warning)
            left = None if chunk.is_cancelled() else chunk.due_seconds()
        except StoreError as error:  # the database starts anew
            raise self.retry(exc=error, countdown=countdown(self, 0), **_PUBLISHING) from None
        if left is not None:
            raise self.retry(countdown=countdown(self, max(due, left)), **_PUBLISHING)
        return dict(sums)

    def countdown(task: Task[Any, Any], asked_seconds: float) -> float:
        """Return the seconds until a range is tried again: as asked, else twice as long each time.

        A little more at random: ranges that were refused together don't come back together.
        """
        doubled: float = retry_seconds * 2.0**task.request.retries
        jitter = random.uniform(0, retry_seconds / 4)  # noqa: S311 - nothing to guess here
        return min(_LONGEST_RETRY_SECONDS, max(asked_seconds, doubled) + jitter)

    @app.task(name="pwagen.prune", **unshared)
    def prune(failures: int = 10) -> int:
        """Remove subscriptions that failed so often in a row; for the beat schedule. Return how many."""
        from pwagen.push.storage.pruning import prune
        from pwagen.push.storage.store import Store

        with closing(Store(store)) as opened:
            return prune(opened, failures)[0]

    return PushTasks(broadcast, send_range, scheduled, prune)


def _import_for_all_processes(**_: object) -> None:
    """Import what tasks need before a worker forks: its processes share the memory, and start sooner."""
    for name in _IMPORTED_BEFORE_FORKING:
        import_module(name)
    with suppress(ImportError):  # PostgreSQL's, which not everybody has
        import_module("psycopg")


async def _send(
    sender: Sender, chunk: Chunk, opened: Store, message: Message
) -> tuple[Counter[str], dict[str, float]]:
    """Return the sums of a range, and for how long which services are left alone after it."""
    from pwagen.push.storage.store_sending import send_to_store

    sums = Counter[str]()
    async with aclosing(send_to_store(sender, opened, chunk, message)) as outcomes:
        async for outcome in outcomes:
            sums[outcome.status.value] += 1
    return sums, sender.pauses()


def _learn(pace: VendorPace, vendor: str | None, sums: Counter[str], pauses: dict[str, float]) -> None:
    """Let all workers leave a vendor alone that refused everybody at the end of a range, or end that."""
    from pwagen.push.transport.status import Status
    from pwagen.push.transport.vendors import vendor_of

    # A range of services that no table names has no vendor, as has such a service.
    asked = [
        seconds
        for service, seconds in pauses.items()
        if ((known := vendor_of(service)) and known.name) == vendor
    ]
    if any(asked):
        pace.leave_alone(max(asked))
    elif sums[Status.DELIVERED.value]:
        pace.resume()
