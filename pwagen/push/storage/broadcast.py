"""One message to all subscriptions of a store, by any number of processes, each subscription once."""

from __future__ import annotations

import json
import secrets
from collections import Counter
from collections.abc import Iterable
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, bindparam, delete, func, literal, select, update

from pwagen.errors import PwagenError
from pwagen.keys import base64url
from pwagen.push.storage.database import upsert
from pwagen.push.storage.recording import lock_changing, record_outcomes
from pwagen.push.storage.removals import Removals
from pwagen.push.storage.store import Store, Stored, seconds, stored
from pwagen.push.storage.store_locks import wait_for_inserts
from pwagen.push.storage.store_schema import SUMS, tables
from pwagen.push.storage.vendor_columns import vendor_of_endpoint
from pwagen.push.transport.outcome import Outcome

_LAST_ID = 2**63 - 1


class Range(NamedTuple):
    """The claims on the ids from the first to the last; only one vendor's if that is given."""

    first_id: int
    last_id: int
    vendor: str | None = None


class OpenClaim(NamedTuple):
    """A claim that has no final outcome."""

    subscription_id: int
    vendor: str | None


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
        # Below that are this run's failures, which must not be read again with each batch.
        claimed = self._take_over(limit, timestamp, Range(self._last_claimed + 1, _LAST_ID))
        if len(claimed) < limit:
            # In a separate transaction: waiting for the store's writers while holding claims could deadlock.
            with self._store.transaction() as connection:
                if self._is_cancelled(connection):
                    return claimed
                until = timestamp + int(self.lease_seconds)
                new = self._pass_on(connection, limit - len(claimed), timestamp, until, self._holder)
                claimed += self._subscriptions(connection, [claim.subscription_id for claim in new])
        if not claimed and self._last_claimed:
            claimed = self._take_over(limit, timestamp, Range(1, _LAST_ID))
        self._last_claimed = claimed[-1].id if claimed else 0
        return claimed

    def cut(self, size: int, *, now: float | None = None) -> list[OpenClaim]:
        """Make open claims, for any process, on the next `size` subscriptions; none when none are left."""
        with self._store.transaction() as connection:
            if self._is_cancelled(connection):
                return []
            return self._pass_on(connection, size, seconds(now), 0, None)

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

    def open_claims(self, within: Range | None = None) -> int:
        """Return how many subscriptions are claimed, by whatever process, and have no final outcome.

        With `within` those of a range.
        """
        table = tables().claims
        statement = select(func.count()).select_from(table).where(table.c.broadcast == self.name)
        if within:
            statement = statement.where(in_range(within))
        with self._store.transaction() as connection:
            return connection.execute(statement).scalar_one()

    def open_page(self, last_id: int, size: int) -> list[OpenClaim]:
        """Return up to `size` open claims on subscriptions behind `last_id`, in order."""
        claim = tables().claims.c
        rows = select(claim.subscription_id, claim.vendor).where(
            claim.broadcast == self.name, claim.subscription_id > last_id
        )
        with self._store.transaction() as connection:
            page = connection.execute(rows.order_by(claim.subscription_id).limit(size)).all()
        return [OpenClaim(*row) for row in page]

    def release(self) -> None:
        """Make all open claims due at once: for the only process of a broadcast, after a crash."""
        self._update_claims(tables().claims.c.broadcast == self.name, claimed_until=0, holder=None)

    def _is_cancelled(self, connection: Connection) -> bool:
        table = tables().broadcasts
        moments = connection.scalars(select(table.c.cancelled).where(table.c.name == self.name))
        return moments.first() is not None

    def _take_over(self, limit: int, now: int, within: Range) -> list[Stored]:
        """Claim what `_abandoned` returns, unless the broadcast is cancelled."""
        with self._store.transaction() as connection:
            return [] if self._is_cancelled(connection) else self._abandoned(connection, limit, now, within)

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

    def _abandoned(self, connection: Connection, limit: int, now: int, within: Range) -> list[Stored]:
        """Take over claims of a range that ran out.

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
                in_range(within),
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

    def _pass_on(
        self, connection: Connection, limit: int, now: int, until: int, holder: str | None
    ) -> list[OpenClaim]:
        """Claim what comes after the last id; the broadcast's row is locked for that short moment."""
        wait_for_inserts(connection)
        self._begin(connection, now)
        table, claims, subscriptions = tables().broadcasts, tables().claims, tables().subscriptions
        is_this = table.c.name == self.name
        last_id = connection.scalars(select(table.c.last_id).where(is_this).with_for_update()).one()
        values = {
            claims.c.broadcast: literal(self.name),
            claims.c.subscription_id: subscriptions.c.id,
            claims.c.claimed_until: literal(until),
            claims.c.holder: literal(holder, claims.c.holder.type),
            claims.c.vendor: vendor_of_endpoint(subscriptions.c.endpoint),
        }
        rows = (
            self._store.selection(self._user, self._topic, last_id)
            .with_only_columns(*values.values(), maintain_column_froms=True)
            .order_by(subscriptions.c.id)
            .limit(limit)
            .with_for_update(read=True, key_share=True, of=subscriptions)  # so that none is removed meanwhile
        )
        new = claims.insert().from_select([column.name for column in values], rows)
        inserted = connection.execute(new.returning(claims.c.subscription_id, claims.c.vendor)).all()
        page = sorted(OpenClaim(*row) for row in inserted)
        if page:
            passed = update(table).where(is_this).values(last_id=page[-1].subscription_id)
            connection.execute(passed)
        return page

    def _subscriptions(self, connection: Connection, ids: list[int]) -> list[Stored]:
        table = tables().subscriptions
        rows = connection.execute(select(table).where(table.c.id.in_(ids)).order_by(table.c.id))
        return [stored(row) for row in rows]


def in_range(within: Range) -> ColumnElement[bool]:
    """Return the condition that a claim is in a range."""
    claims = tables().claims
    in_range = claims.c.subscription_id.between(within.first_id, within.last_id)
    return in_range if within.vendor is None else in_range & (claims.c.vendor == within.vendor)
