"""The progress of a store's broadcasts."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, func, select

from pwagen.push.storage.removals import kept_by_broadcast
from pwagen.push.storage.store import Store
from pwagen.push.storage.store_schema import SUMS, tables
from pwagen.push.transport.outcome import Status


@dataclass(frozen=True)
class BroadcastProgress:
    """One broadcast: `started` in seconds since 1970, and its recipients.

    `sums` are its final outcomes, `failed` those that another run tries again; `waiting` are not tried yet
    or under way. `kept` are, by service, those that are gone but too many of its to be removed.
    """

    name: str
    started: int
    user: str | None
    topic: str | None
    waiting: int
    sums: dict[Status, int] = field(default_factory=dict)
    failed: dict[str, int] = field(default_factory=dict)
    kept: dict[str, int] = field(default_factory=dict)

    @property
    def left(self) -> int:
        """How many have no final outcome."""
        return self.waiting + sum(self.failed.values())


def broadcast_progress(store: Store) -> list[BroadcastProgress]:
    """Return all broadcasts of a store, the latest first."""
    broadcasts, claims = tables().broadcasts, tables().claims
    open_claims: defaultdict[str, dict[str | None, int]] = defaultdict(dict)
    with store.transaction() as connection:
        rows = connection.execute(select(broadcasts).order_by(broadcasts.c.started.desc())).all()
        kept = kept_by_broadcast(connection)
        grouped = select(claims.c.broadcast, claims.c.status, func.count())
        for name, status, count in connection.execute(grouped.group_by(claims.c.broadcast, claims.c.status)):
            open_claims[name][status] = count
    return [
        BroadcastProgress(
            row.name,
            row.started,
            row.user_key,
            row.topic,
            _untried(store, row) + open_claims[row.name].pop(None, 0),
            {status: getattr(row, column) for status, column in SUMS.items()},
            {str(status): count for status, count in open_claims[row.name].items()},
            kept.get(row.name, {}),
        )
        for row in rows
    ]


def _untried(store: Store, row: Row[Any]) -> int:
    # Later subscribers get the message if a run still goes on, but are not counted as left.
    return store.count(user=row.user_key, topic=row.topic, after_id=row.last_id, created_until=row.started)
