"""How fast a vendor may be sent to, by all workers together, and how long it wants to be left alone."""

from __future__ import annotations

import time
from math import ceil

from sqlalchemy import Connection, Float, cast, func, select, update

from pwagen.push.storage.database import upsert
from pwagen.push.storage.store import Store
from pwagen.push.storage.store_schema import tables


class VendorPace:
    """One vendor's turn, in the store: no queue and no worker knows what the others send.

    Whoever is going to send reserves the time that so many messages take, behind what others have reserved.
    """

    def __init__(self, store: Store, vendor: str, messages_per_second: float | None = None) -> None:
        """`messages_per_second` is the limit for all workers together, None for none."""
        self._store = store
        self._vendor = vendor
        self._rate = messages_per_second

    @property
    def most_at_once(self) -> int | None:
        """How many messages may go out together: those of one second; None for any number."""
        return None if self._rate is None else max(1, ceil(self._rate))

    def reserve(self, count: int) -> float:
        """Return the seconds until `count` messages may be sent."""
        if self._rate is None:
            return 0.0
        table = tables().vendors
        with self._store.transaction() as connection:
            now = self._now(connection)
            rows = select(table.c.next_at).where(table.c.vendor == self._vendor).with_for_update()
            start = max(now, float(connection.scalars(rows).one()))
            self._set(connection, next_at=start + count / self._rate)
        return start - now

    def leave_alone(self, seconds: float) -> None:
        """Let nobody begin with this vendor for so long."""
        with self._store.transaction() as connection:
            self._set(connection, alone_until=self._now(connection) + seconds)

    def resume(self) -> None:
        """End that: the vendor has taken a message."""
        table = tables().vendors
        is_alone = (table.c.vendor == self._vendor) & (table.c.alone_until > 0)
        with self._store.transaction() as connection:
            connection.execute(update(table).where(is_alone).values(alone_until=0))

    def alone_seconds(self) -> float:
        """Return for how long the vendor is to be left alone, 0 if it is not."""
        table = tables().vendors
        with self._store.transaction() as connection:
            now = self._now(connection)
            rows = select(table.c.alone_until).where(table.c.vendor == self._vendor)
            return max(0.0, float(connection.scalars(rows).one()) - now)

    def _now(self, connection: Connection) -> float:
        """Return the time in seconds, after making sure that there is a row; all machines have one clock."""
        new = upsert(connection, tables().vendors).values(vendor=self._vendor, next_at=0, alone_until=0)
        connection.execute(new.on_conflict_do_nothing())
        if connection.dialect.name != "postgresql":
            return time.time()
        clock = select(cast(func.extract("epoch", func.clock_timestamp()), Float))
        return float(connection.execute(clock).scalar_one())

    def _set(self, connection: Connection, **values: float) -> None:
        table = tables().vendors
        connection.execute(update(table).where(table.c.vendor == self._vendor).values(values))
