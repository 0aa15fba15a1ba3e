"""One message to all subscriptions of a store, by any number of processes, each subscription once."""

from __future__ import annotations

import json
import secrets
from collections import Counter
from collections.abc import Iterable, Mapping
from hashlib import sha256

from sqlalchemy import ColumnElement, Connection, bindparam, delete, func, select, update

from pwagen.errors import PwagenError
from pwagen.keys import base64url
from pwagen.push.storage.database import upsert
from pwagen.push.storage.recording import lock_changing, record_outcomes
from pwagen.push.storage.removals import Removals
from pwagen.push.storage.store import Store, Stored, seconds, stored
from pwagen.push.storage.store_locks import wait_for_inserts
from pwagen.push.storage.store_schema import SUMS, tables
from pwagen.push.transport.outcome import Outcome

Ids = tuple[int, int]  # the first and the last

_LAST_ID = 2**63 - 1


class BroadcastError(PwagenError):
    """A name that belongs to another broadcast."""


class Broadcast:
    """A named walk through a store. The name makes it one: processes with the same name share the work,
    and one that starts again goes on where it was.

    Subscriptions are claimed in batches, in the order of their ids; a claim ends with a final outcome. What
    failed stays claimed until `leave`, so that one run tries it once and the next run again. The claims of a
    process that died run out with their lease; only what it had under way can be sent a second time.
    """

    def __init__(
        self,
        store: Store,
        name: str,
        *,
        user: str | None = None,
        topic: str | None = None,
        lease_seconds: float = 300,
    ) -> None:
        """`user` and `topic` restrict it."""
        self._store = store
        self.name = name
        self._user = user
        self._topic = topic
        self.lease_seconds = lease_seconds
        self.removals = Removals(name)
        self._holder = secrets.token_urlsafe(16)
        self._last_claimed = 0

    def begin(self, payload: bytes | None, *, now: float | None = None) -> None:
        """Start it, or go on with it; `payload` is None where each subscription has its own message.

        Raises BroadcastError for a name that was used for another message, or for other recipients.
        """
        identity = [None if payload is None else sha256(payload).hexdigest(), self._user, self._topic]
        content = base64url.encode(sha256(json.dumps(identity).encode()).digest())
        table = tables().broadcasts
        is_this = table.c.name == self.name
        with self._store.transaction() as connection:
            self._begin(connection, seconds(now))
            stored_content = connection.scalars(
                select(table.c.content).where(is_this).with_for_update()
            ).one()
            if stored_content is None:
                values = {"content": content, "user_key": self._user, "topic": self._topic}
                connection.execute(update(table).where(is_this).values(values))
        if stored_content not in (None, content):
            raise BroadcastError(
                f"the name {self.name!r} belongs to a broadcast of another message, or to others - "
                "choose another name"
            )

    def claim(self, limit: int, *, now: float | None = None) -> list[Stored]:
        """Return up to `limit` subscriptions for this process alone; none when all are claimed."""
        timestamp = seconds(now)
        claim = {"claimed_until": timestamp + int(self.lease_seconds), "holder": self._holder}
        # Below that are this run's failures, which must not be read again with each batch.
        claimed = self._take_over(limit, timestamp, (self._last_claimed + 1, _LAST_ID))
        if len(claimed) < limit:
            # In a separate transaction: waiting for the store's writers while holding claims could deadlock.
            with self._store.transaction() as connection:
                if self._is_cancelled(connection):
                    return claimed
                claimed += self._next(connection, limit - len(claimed), timestamp, claim)
        if not claimed and self._last_claimed:
            claimed = self._take_over(limit, timestamp, (1, _LAST_ID))
        self._last_claimed = claimed[-1].id if claimed else 0
        return claimed

    def cut(self, size: int, *, now: float | None = None) -> Ids | None:
        """Make open claims, for any process, on the next `size` subscriptions; None when none are left."""
        with self._store.transaction() as connection:
            if self._is_cancelled(connection):
                return None
            page = self._next(connection, size, seconds(now), {"claimed_until": 0})
        return (page[0].id, page[-1].id) if page else None

    def cancel(self, *, now: float | None = None) -> None:
        """Let all processes end after what they have claimed already; nothing more is sent."""
        table = tables().broadcasts
        with self._store.transaction() as connection:
            self._begin(connection, seconds(now))
            is_this = table.c.name == self.name
            connection.execute(update(table).where(is_this).values(cancelled=seconds(now)))

    def is_cancelled(self) -> bool:
        """Return whether it was cancelled."""
        with self._store.transaction() as connection:
            return self._is_cancelled(connection)

    def record(self, ended: Iterable[tuple[Outcome, Stored | None]], *, now: float | None = None) -> None:
        """Keep outcomes in the store, end the claims of the final ones and count them."""
        ended = list(ended)
        outcomes = [outcome for outcome, _ in ended]
        claimed = [(outcome.status, stored.id) for outcome, stored in ended if stored]
        failed = [{"to_id": id, "to": status.value} for status, id in claimed if not status.is_final]
        sums = Counter(status for status, _ in claimed if status.is_final)
        table = tables().broadcasts
        counts = {table.c[SUMS[status]]: table.c[SUMS[status]] + count for status, count in sums.items()}
        with self._store.transaction() as connection:
            changing = lock_changing(connection, outcomes)
            # Deleting a subscription deletes its claims, so end those first.
            self._end_claims(connection, [id for status, id in claimed if status.is_final])
            if failed:
                claim = self._own_claims() & (tables().claims.c.subscription_id == bindparam("to_id"))
                connection.execute(
                    update(tables().claims).where(claim).values(status=bindparam("to")), failed
                )
            if counts:
                connection.execute(update(table).where(table.c.name == self.name).values(counts))
            record_outcomes(connection, outcomes, changing, self.removals, seconds(now))

    def renew(self, *, now: float | None = None) -> None:
        """Start the lease of this run's claims anew."""
        until = seconds(now) + int(self.lease_seconds)
        self._update_claims(self._own_claims(), claimed_until=until)

    def leave(self) -> None:
        """Free this run's claims for others at once: it has ended."""
        self._update_claims(self._own_claims(), claimed_until=0, holder=None)

    def pending(self) -> int:
        """Return how many another run would send to if no other process took part."""
        return self._untried(with_latecomers=True) + self.open_claims()

    def left(self) -> int:
        """Return how many have no final outcome, of those who were there when it began."""
        return self._untried(with_latecomers=False) + self.open_claims()

    def _untried(self, *, with_latecomers: bool) -> int:
        table = tables().broadcasts
        with self._store.transaction() as connection:
            row = connection.execute(select(table).where(table.c.name == self.name)).first()
        return self._store.count(
            user=self._user,
            topic=self._topic,
            after_id=row.last_id if row else 0,
            created_until=row.started if row and not with_latecomers else None,
        )

    def open_claims(self, ids: Ids | None = None) -> int:
        """Return how many subscriptions are claimed, by whatever process, and have no final outcome.

        With `ids` those from the first to the last.
        """
        table = tables().claims
        statement = select(func.count()).select_from(table).where(table.c.broadcast == self.name)
        if ids:
            statement = statement.where(table.c.subscription_id.between(*ids))
        with self._store.transaction() as connection:
            return connection.execute(statement).scalar_one()

    def open_range(self, last_id: int, size: int) -> Ids | None:
        """Return the ids of the first and the last of up to `size` open claims behind `last_id`."""
        claim = tables().claims.c
        rows = select(claim.subscription_id).where(
            claim.broadcast == self.name, claim.subscription_id > last_id
        )
        page = rows.order_by(claim.subscription_id).limit(size).subquery().c.subscription_id
        with self._store.transaction() as connection:
            first, last = connection.execute(select(func.min(page), func.max(page))).one()
        return None if first is None else (first, last)

    def release(self) -> None:
        """Make all open claims due at once: for the only process of a broadcast, after a crash."""
        self._update_claims(tables().claims.c.broadcast == self.name, claimed_until=0, holder=None)

    def _is_cancelled(self, connection: Connection) -> bool:
        table = tables().broadcasts
        moments = connection.scalars(select(table.c.cancelled).where(table.c.name == self.name))
        return moments.first() is not None

    def _take_over(self, limit: int, now: int, ids: Ids) -> list[Stored]:
        """Claim what `_abandoned` returns, unless the broadcast is cancelled."""
        with self._store.transaction() as connection:
            return [] if self._is_cancelled(connection) else self._abandoned(connection, limit, now, ids)

    def _own_claims(self) -> ColumnElement[bool]:
        claims = tables().claims
        return (claims.c.broadcast == self.name) & (claims.c.holder == self._holder)

    def _update_claims(self, condition: ColumnElement[bool], **values: object) -> None:
        with self._store.transaction() as connection:
            connection.execute(update(tables().claims).where(condition).values(values))

    def _end_claims(self, connection: Connection, ids: list[int]) -> None:
        table = tables().claims
        claim = (table.c.broadcast == self.name) & (table.c.subscription_id == bindparam("to_id"))
        if ids:
            connection.execute(delete(table).where(claim), [{"to_id": id} for id in ids])

    def _begin(self, connection: Connection, now: int) -> None:
        new = upsert(connection, tables().broadcasts).values(name=self.name, last_id=0, started=now)
        connection.execute(new.on_conflict_do_nothing())

    def _abandoned(self, connection: Connection, limit: int, now: int, ids: Ids) -> list[Stored]:
        """Take over claims that ran out, from the first to the last of `ids`.

        Those that another process is taking over are skipped.
        """
        claims, subscriptions = tables().claims, tables().subscriptions
        rows = connection.execute(
            select(subscriptions)
            .join(claims)
            .where(
                claims.c.broadcast == self.name,
                claims.c.claimed_until <= now,
                claims.c.holder.is_distinct_from(self._holder),  # failures are retried by the next run
                claims.c.subscription_id.between(*ids),
            )
            .order_by(claims.c.subscription_id)
            .limit(limit)
            .with_for_update(of=claims, skip_locked=True)
        ).all()
        if rows:
            in_rows = claims.c.subscription_id.in_([row.id for row in rows])
            values = {"claimed_until": now + int(self.lease_seconds), "holder": self._holder}
            connection.execute(update(claims).where(claims.c.broadcast == self.name, in_rows).values(values))
        return [stored(row) for row in rows]

    def _next(
        self, connection: Connection, limit: int, now: int, claim: Mapping[str, object]
    ) -> list[Stored]:
        """Claim what comes after the last id; the broadcast's row is locked for that short moment."""
        wait_for_inserts(connection)
        self._begin(connection, now)
        table = tables().broadcasts
        is_this = table.c.name == self.name
        last_id = connection.scalars(select(table.c.last_id).where(is_this).with_for_update()).one()
        page = self._store.page(connection, last_id, limit, user=self._user, topic=self._topic, keep=True)
        if page:
            claims = [{**claim, "broadcast": self.name, "subscription_id": stored.id} for stored in page]
            connection.execute(tables().claims.insert(), claims)
            connection.execute(update(table).where(is_this).values(last_id=page[-1].id))
        return page
