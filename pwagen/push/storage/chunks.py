"""A broadcast cut into ranges of ids, so that a task queue can hand them out.

Cutting makes an open claim for each subscription of a range, and is all that has to happen in one place.
Whoever sends a range takes its claims; one that is handed out twice finds only those without a final outcome.
"""

from __future__ import annotations

from collections.abc import Iterator

from pwagen.push.storage.broadcast import Broadcast, Ids
from pwagen.push.storage.store import Store, Stored, seconds


def open_ranges(broadcast: Broadcast, size: int) -> Iterator[Ids]:
    """Yield the ranges that an earlier cutting has made and that are not finished, a transaction each."""
    last_id = 0
    while ids := broadcast.open_range(last_id, size):
        yield ids
        last_id = ids[1]


def new_ranges(broadcast: Broadcast, size: int) -> Iterator[Ids]:
    """Cut the remaining subscriptions into ranges of `size`, and yield each once it is stored."""
    while ids := broadcast.cut(size):
        yield ids


class Chunk(Broadcast):
    """One range of a broadcast, to be sent like a whole one; its lease is short, since it is renewed."""

    def __init__(
        self,
        store: Store,
        name: str,
        ids: Ids,
        *,
        user: str | None = None,
        topic: str | None = None,
        lease_seconds: float = 60,
    ) -> None:
        """`user` and `topic` are those of the broadcast."""
        super().__init__(store, name, user=user, topic=topic, lease_seconds=lease_seconds)
        self._ids = ids

    def claim(self, limit: int, *, now: float | None = None) -> list[Stored]:
        """Return up to `limit` subscriptions of the range for this process alone."""
        return self._take_over(limit, seconds(now), self._ids)
