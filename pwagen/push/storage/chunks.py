"""A broadcast cut into ranges of ids, so that a task queue can hand them out.

Cutting makes an open claim for each subscription of a range, and is all that has to happen in one place.
Whoever sends a range takes its claims; one that is handed out twice finds only those without a final outcome.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select, update

from pwagen.push.storage.broadcast import Broadcast
from pwagen.push.storage.store import Store, Stored, seconds
from pwagen.push.storage.store_locks import wait_for_inserts
from pwagen.push.storage.store_schema import tables

Ids = tuple[int, int]  # the first and the last


def open_ranges(broadcast: Broadcast, store: Store, size: int) -> Iterator[Ids]:
    """Yield the ranges that an earlier cutting has made and that are not finished, a transaction each."""
    claims, last = tables().claims, 0
    while True:
        open_ids = select(claims.c.subscription_id).where(
            claims.c.broadcast == broadcast.name, claims.c.subscription_id > last
        )
        page = open_ids.order_by(claims.c.subscription_id).limit(size).subquery()
        with store.transaction() as connection:
            ids = connection.execute(
                select(func.min(page.c.subscription_id), func.max(page.c.subscription_id))
            ).one()
        if ids[0] is None:
            return
        last = ids[1]
        yield ids[0], last


def new_ranges(
    broadcast: Broadcast, store: Store, size: int, *, user: str | None, topic: str | None
) -> Iterator[Ids]:
    """Cut the remaining subscriptions into ranges of `size`, and yield each once it is stored."""
    while not broadcast.is_cancelled() and (ids := _cut(broadcast, store, size, user, topic)):
        yield ids


def _cut(broadcast: Broadcast, store: Store, size: int, user: str | None, topic: str | None) -> Ids | None:
    broadcasts = tables().broadcasts
    row = broadcasts.c.name == broadcast.name
    with store.transaction() as connection:
        wait_for_inserts(connection)
        last_id = connection.scalars(select(broadcasts.c.last_id).where(row).with_for_update()).one()
        page = store.page(connection, last_id, size, user=user, topic=topic, keep=True)
        if not page:
            return None
        claim = {"broadcast": broadcast.name, "claimed_until": 0}
        claims = [claim | {"subscription_id": stored.id} for stored in page]
        connection.execute(tables().claims.insert(), claims)
        connection.execute(update(broadcasts).where(row).values(last_id=page[-1].id))
    return page[0].id, page[-1].id


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
        if self.is_cancelled():
            return []
        with self._store.transaction() as connection:
            return self._abandoned(connection, limit, seconds(now), self._ids)

    def open_in_range(self) -> int:
        """Return how many subscriptions of the range have no final outcome, claimed or not."""
        claims = tables().claims
        rows = select(func.count()).where(
            claims.c.broadcast == self.name, claims.c.subscription_id.between(*self._ids)
        )
        with self._store.transaction() as connection:
            return connection.execute(rows).scalar_one()
