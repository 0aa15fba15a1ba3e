"""Broadcasts by Celery workers: tasks that an application adds to its own Celery app.

from pwagen.push.celery import add_tasks

push = add_tasks(app, store="postgresql://push@db/harbour", key_pairs=keys, contact="mailto:…")
push.broadcast.delay("noon", {"title": "High water", "navigate": "https://harbour.news/tides/"})

Celery hands out ranges, retries them later and survives its workers; the store knows who has the message.
Tasks are acknowledged late: a range whose worker was killed comes back, with Redis after
`visibility_timeout`, an hour unless it is set (https://docs.celeryq.dev/en/stable/getting-started/backends-and-brokers/redis.html).
"""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import aclosing, closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from celery import Celery, Task

    from pwagen.keys.key_pair import KeyPair

_LONGEST_RETRY_SECONDS = 3600


@dataclass(frozen=True)
class PushTasks:
    """What `add_tasks` adds: `broadcast(name, message, user=None, audience=None)`, `prune(failures)`."""

    broadcast: Task[Any, Any]
    send_range: Task[Any, Any]
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
    **options: Any,
) -> PushTasks:
    """Add pwagen's tasks to a Celery app.

    A broadcast is cut into ranges of `chunk_size` subscriptions, a task each. What a range could not deliver
    is tried up to `attempts` times by Celery, after `retry_seconds`, then twice as long, and no sooner than
    the services ask for; so is what a killed worker had in hand, whose claims last `lease_seconds`.
    `options` are Sender's.
    """

    @app.task(name="pwagen.broadcast", shared=False, acks_late=True, reject_on_worker_lost=True)
    def broadcast(
        name: str, message: dict[str, Any], user: str | None = None, audience: str | None = None
    ) -> int:
        """Hand out a broadcast; return into how many ranges. Run again, it hands out what is left."""
        from pwagen.push.messages.message_json import parse_message
        from pwagen.push.storage.broadcast import Broadcast
        from pwagen.push.storage.chunks import new_ranges, open_ranges
        from pwagen.push.storage.store import Store

        with closing(Store(store)) as opened:
            whole, count = Broadcast(opened, name, user=user, topic=audience), 0
            whole.begin(parse_message(dict(message)).payload())
            for ids in open_ranges(whole, chunk_size):
                send_range.delay(name, message, *ids, user, audience)
                count += 1
            for ids in new_ranges(whole, chunk_size):
                send_range.delay(name, message, *ids, user, audience)
                count += 1
        return count

    @app.task(
        name="pwagen.send_range",
        shared=False,  # with other apps of the process, which may have another store
        bind=True,
        acks_late=True,
        reject_on_worker_lost=True,
        max_retries=attempts,
    )
    def send_range(
        self: Task[Any, Any],
        name: str,
        message: dict[str, Any],
        first_id: int,
        last_id: int,
        user: str | None = None,
        audience: str | None = None,
    ) -> dict[str, int]:
        """Send to a range of a broadcast; return the outcomes by status."""
        from pwagen.push.messages.message_json import parse_message
        from pwagen.push.storage.chunks import Chunk
        from pwagen.push.storage.store import Store
        from pwagen.push.storage.store_errors import StoreError

        sums: Counter[str] = Counter()
        try:
            with closing(Store(store)) as opened:
                ids, filters = (first_id, last_id), {"user": user, "topic": audience}
                chunk = Chunk(opened, name, ids, lease_seconds=lease_seconds, **filters)
                sums, left_alone = asyncio.run(_send(chunk, opened, parse_message(dict(message))))
                left = 0 if chunk.is_cancelled() else chunk.open_claims(ids)
        except StoreError as error:  # the database starts anew
            raise self.retry(exc=error, countdown=countdown(self, 0)) from None
        if left:
            raise self.retry(countdown=countdown(self, left_alone))
        return dict(sums)

    def countdown(task: Task[Any, Any], asked_seconds: float) -> float:
        """Return the seconds until a range is tried again: as asked, else twice as long each time."""
        doubled: float = retry_seconds * 2.0**task.request.retries
        return min(_LONGEST_RETRY_SECONDS, max(asked_seconds, doubled))

    async def _send(chunk: Any, opened: Any, message: Any) -> tuple[Counter[str], float]:
        """Return the sums, and the longest time for which a service asked to be left alone."""
        from pwagen.push.delivery.sender import Sender
        from pwagen.push.storage.store_sending import send_to_store
        from pwagen.push.transport.retry import RetryPolicy

        sums, longest = Counter[str](), 0.0
        # Celery waits, not the worker: one attempt in each run.
        settings = {"retry": RetryPolicy(attempts=1)} | options
        async with (
            Sender(key_pairs, contact, **settings) as sender,
            aclosing(send_to_store(sender, opened, chunk, message)) as outcomes,
        ):
            async for outcome in outcomes:
                sums[outcome.status.value] += 1
                longest = max(longest, outcome.retry_after_seconds or 0)
        return sums, longest

    @app.task(name="pwagen.prune", shared=False)
    def prune(failures: int = 10) -> int:
        """Remove subscriptions that failed so often in a row; for the beat schedule. Return how many."""
        from pwagen.push.storage.dead_subscriptions import prunable, remove
        from pwagen.push.storage.store import Store

        with closing(Store(store)) as opened, opened.transaction() as connection:
            ids, _ = prunable(connection, failures, gone=False)
            remove(connection, ids)
        return len(ids)

    return PushTasks(broadcast, send_range, prune)
