"""A broadcast cut into ranges of ids, so that a task queue can hand them out.

Cutting makes an open claim for each subscription of a range, and is all that has to happen in one place.
Whoever sends a range takes its claims; one that is handed out twice finds only those without a final outcome.
A range is one vendor's, so that a vendor who takes nothing holds up no other.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator

from sqlalchemy import func, select

from pwagen.push.storage.broadcast import Broadcast, OpenClaim, Range, in_range
from pwagen.push.storage.store import Store, Stored, seconds
from pwagen.push.storage.store_schema import tables
from pwagen.push.storage.vendor_pace import VendorPace
from pwagen.push.transport.outcome import Outcome

_RANGES_AT_ONCE = 4  # cut together: of a smaller page, most vendors would have next to nothing


def open_ranges(broadcast: Broadcast, size: int) -> Iterator[Range]:
    """Yield the ranges that an earlier cutting has made and that are not finished."""
    last_id = 0
    while page := broadcast.open_page(last_id, size * _RANGES_AT_ONCE):
        yield from ranges_by_vendor(page, size)
        last_id = page[-1].subscription_id


def new_ranges(broadcast: Broadcast, size: int) -> Iterator[Range]:
    """Cut the remaining subscriptions into ranges of `size`, and yield them once they are stored."""
    while page := broadcast.cut(size * _RANGES_AT_ONCE):
        yield from ranges_by_vendor(page, size)


def ranges_by_vendor(page: Iterable[OpenClaim], size: int) -> list[Range]:
    """Return the ranges, of up to `size` claims of one vendor, of claims in the order of their ids."""
    by_vendor: defaultdict[str | None, list[int]] = defaultdict(list)
    for claim in page:
        by_vendor[claim.vendor].append(claim.subscription_id)
    return [
        Range(part[0], part[-1], vendor)
        for vendor, ids in by_vendor.items()
        for part in (ids[start : start + size] for start in range(0, len(ids), size))
    ]


class Chunk(Broadcast):
    """One range of a broadcast, to be sent like a whole one; its lease is short, since it is renewed.

    What a service wants to have later is left until then, for whoever comes next.
    """

    def __init__(
        self,
        store: Store,
        name: str,
        within: Range,
        *,
        user: str | None = None,
        topic: str | None = None,
        lease_seconds: float = 60,
        pace: VendorPace | None = None,
    ) -> None:
        """`user` and `topic` are those of the broadcast; `pace` is kept, if given."""
        super().__init__(store, name, user=user, topic=topic, lease_seconds=lease_seconds)
        self._range = within
        self._pace = pace
        self._deferred: defaultdict[int, list[int]] = defaultdict(list)

    def claim(self, limit: int, *, now: float | None = None) -> list[Stored]:
        """Return up to `limit` subscriptions of the range for this process alone, when it is their turn."""
        most = self._pace.most_at_once if self._pace else None
        claimed = self._take_over(min(limit, most or limit), seconds(now), self._range)
        if claimed and self._pace:
            time.sleep(self._pace.reserve(len(claimed)))
        return claimed

    def record(self, ended: Iterable[tuple[Outcome, Stored | None]], *, now: float | None = None) -> None:
        """Do what a broadcast does, and note until when a service wants a message to wait."""
        ended = list(ended)
        super().record(ended, now=now)
        for outcome, claimed in ended:
            if claimed and not outcome.status.is_final and outcome.retry_after_seconds:
                self._deferred[seconds(now) + int(outcome.retry_after_seconds)].append(claimed.id)

    def leave(self) -> None:
        """Free this run's claims for others: at once, or when their services want them again."""
        claims = tables().claims
        for moment, ids in self._deferred.items():
            deferred = self._own_claims() & claims.c.subscription_id.in_(ids)
            self._update_claims(deferred, claimed_until=moment, holder=None)
        self._deferred.clear()
        super().leave()

    def due_seconds(self, *, now: float | None = None) -> float | None:
        """Return the seconds until the first open claim of the range is free; None when none is open."""
        claims = tables().claims
        first = select(func.min(claims.c.claimed_until)).where(
            claims.c.broadcast == self.name, in_range(self._range)
        )
        with self._store.transaction() as connection:
            moment = connection.execute(first).scalar()
        return None if moment is None else max(0.0, moment - seconds(now))
