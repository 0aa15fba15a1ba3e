"""One message to all subscriptions of a store, by any number of processes, each subscription once."""

from __future__ import annotations

import json
from collections.abc import Iterable
from hashlib import sha256

from sqlalchemy import Connection, bindparam, delete, func, select, update

from pwagen.errors import PwagenError
from pwagen.keys import base64url
from pwagen.push.storage.store import Store, Stored, seconds, stored, upsert
from pwagen.push.storage.store_locks import wait_for_inserts
from pwagen.push.storage.store_schema import tables


class BroadcastError(PwagenError):
    """A name that is taken by another broadcast."""


class Broadcast:
    """A named walk through a store. The name makes it one: processes with the same name share the work,
    and one that starts again goes on where it was.

    Subscriptions are claimed in batches, in the order of their ids; a claim ends with its
    acknowledgement, or when its lease runs out because the process died. So after a crash only what was
    claimed and not yet acknowledged can be sent a second time.
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

    def begin(self, payload: bytes | None, *, now: float | None = None) -> None:
        """Start it, or go on with it; `payload` is None where each subscription has its own message.

        Raises BroadcastError for a name that was used for another message, or for other recipients.
        """
        what = [None if payload is None else sha256(payload).hexdigest(), self._user, self._topic]
        content = base64url.encode(sha256(json.dumps(what).encode()).digest())
        table = tables().broadcasts
        own = table.c.name == self.name
        with self._store.transaction() as connection:
            self._begin(connection, seconds(now))
            known = connection.scalars(select(table.c.content).where(own).with_for_update()).one()
            if known is None:
                connection.execute(update(table).where(own).values(content=content))
        if known not in (None, content):
            raise BroadcastError(
                f"the name {self.name!r} belongs to a broadcast of another message, or to others - "
                "choose another name"
            )

    def claim(self, limit: int, *, now: float | None = None) -> list[Stored]:
        """Return up to `limit` subscriptions for this process alone; none when all are claimed."""
        moment = seconds(now)
        with self._store.transaction() as connection:
            claimed = self._abandoned(connection, limit, moment)
        if len(claimed) < limit:
            # On its own: who waits for the store's writers must not hold claims that they wait for.
            with self._store.transaction() as connection:
                claimed += self._next(connection, limit - len(claimed), moment)
        return claimed

    def acknowledge(self, done: Iterable[Stored]) -> None:
        """End the claims on subscriptions that have their outcome."""
        table = tables().claims
        rows = [{"its_id": one.id} for one in done]
        if not rows:
            return
        own = (table.c.broadcast == self.name) & (table.c.subscription_id == bindparam("its_id"))
        with self._store.transaction() as connection:
            connection.execute(delete(table).where(own), rows)

    def renew(self, claimed: Iterable[Stored], *, now: float | None = None) -> None:
        """Start the lease of claims anew, while their messages are still under way."""
        ids = [one.id for one in claimed]
        own = (tables().claims.c.broadcast == self.name) & tables().claims.c.subscription_id.in_(ids)
        until = seconds(now) + int(self.lease_seconds)
        with self._store.transaction() as connection:
            connection.execute(update(tables().claims).where(own).values(claimed_until=until))

    def left(self) -> int:
        """Return how many subscriptions have no final outcome yet."""
        table = tables().broadcasts
        wanted = select(table.c.last_id).where(table.c.name == self.name)
        with self._store.transaction() as connection:
            last_id = connection.scalars(wanted).first() or 0
        return self._store.count(user=self._user, topic=self._topic, after_id=last_id) + self.open_claims()

    def open_claims(self) -> int:
        """Return how many subscriptions are claimed and not acknowledged, by whatever process."""
        table = tables().claims
        wanted = select(func.count()).select_from(table).where(table.c.broadcast == self.name)
        with self._store.transaction() as connection:
            return connection.execute(wanted).scalar_one()

    def release(self) -> None:
        """Make all open claims due at once: for the only process of a broadcast, after a crash."""
        table = tables().claims
        with self._store.transaction() as connection:
            connection.execute(update(table).where(table.c.broadcast == self.name).values(claimed_until=0))

    def _begin(self, connection: Connection, now: int) -> None:
        new = upsert(connection, tables().broadcasts).values(name=self.name, last_id=0, started=now)
        connection.execute(new.on_conflict_do_nothing())

    def _abandoned(self, connection: Connection, limit: int, now: int) -> list[Stored]:
        """Take over claims that ran out; those that another process is taking over are skipped."""
        claims, subscriptions = tables().claims, tables().subscriptions
        rows = connection.execute(
            select(subscriptions)
            .join(claims)
            .where(claims.c.broadcast == self.name, claims.c.claimed_until <= now)
            .order_by(subscriptions.c.id)
            .limit(limit)
            .with_for_update(of=claims, skip_locked=True)
        ).all()
        own = (claims.c.broadcast == self.name) & claims.c.subscription_id.in_([row.id for row in rows])
        if rows:
            connection.execute(update(claims).where(own).values(claimed_until=now + int(self.lease_seconds)))
        return [stored(row) for row in rows]

    def _next(self, connection: Connection, limit: int, now: int) -> list[Stored]:
        """Claim what comes after the last id; the broadcast's row is locked for that short moment."""
        wait_for_inserts(connection)
        self._begin(connection, now)
        table = tables().broadcasts
        own = table.c.name == self.name
        last_id = connection.scalars(select(table.c.last_id).where(own).with_for_update()).one()
        page = self._store.page(connection, last_id, limit, user=self._user, topic=self._topic, keep=True)
        if page:
            until = now + int(self.lease_seconds)
            claims = [
                {"broadcast": self.name, "subscription_id": one.id, "claimed_until": until} for one in page
            ]
            connection.execute(tables().claims.insert(), claims)
            connection.execute(update(table).where(own).values(last_id=page[-1].id))
        return page
