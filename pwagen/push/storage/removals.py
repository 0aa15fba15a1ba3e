"""The brake on removals: how many of a service's subscriptions may go, counted in the store.

A broadcast has any number of processes, and under Celery as many senders as ranges, so that nothing less than
the store can count. Beside each broadcast there is a day of everything: an application records outcomes one
by one, and sends more than one broadcast a day.
"""

from __future__ import annotations

from collections import Counter

from sqlalchemy import Connection, Row, func, select, update

from pwagen.push.storage.database import upsert
from pwagen.push.storage.store_schema import tables

_ALWAYS_REMOVED = 5  # half of very few rows is no evidence
_DAY_SECONDS = 24 * 3600
_EVERYTHING = ""  # in the place of a broadcast's name


class Removals:
    """The removals of one broadcast, or of what is none; `kept` counts by service what stays for now."""

    def __init__(self, broadcast: str = _EVERYTHING) -> None:
        """`broadcast` is its name."""
        self._broadcasts = sorted({_EVERYTHING, broadcast})  # in one order, as they are locked
        self.kept: Counter[str] = Counter()

    def allowed(self, connection: Connection, service: str, requested: int, now: int) -> int:
        """Return how many of `requested` rows of a service may be removed, and count them as removed.

        That is half of what the service had when the broadcast, or the day, removed its first.
        """
        budgets = [self._budget(connection, name, service, requested, now) for name in self._broadcasts]
        count = max(0, min(requested, *budgets))
        table = tables().removals
        counted = update(table).where(table.c.broadcast.in_(self._broadcasts), table.c.origin == service)
        connection.execute(
            counted.values(removed=table.c.removed + count, kept=table.c.kept + requested - count)
        )
        if count < requested:
            self.kept[service] += requested - count
        return count

    def warnings(self) -> list[str]:
        """Return a sentence for each service of which something was kept."""
        return [
            f"{count} subscriptions at {service} are over, which is most of those there: they are kept. "
            "If that is right, run pwagen subscriptions prune --gone"
            for service, count in self.kept.items()
        ]

    def _budget(self, connection: Connection, broadcast: str, service: str, requested: int, now: int) -> int:
        table = tables().removals
        is_this = (table.c.broadcast == broadcast) & (table.c.origin == service)
        begun = {"removed": 0, "kept": 0, "rows_at_least": 0, "are_all": 0, "since": now}
        first = upsert(connection, table).values(broadcast=broadcast, origin=service, **begun)
        connection.execute(first.on_conflict_do_nothing())
        row = connection.execute(select(table).where(is_this).with_for_update()).one()
        if broadcast == _EVERYTHING and row.since <= now - _DAY_SECONDS:
            row = connection.execute(update(table).where(is_this).values(begun).returning(table)).one()
        if row.rows_at_least < 2 * (row.removed + requested) and not row.are_all:
            counted = _count_on(connection, row, requested)
            row = connection.execute(update(table).where(is_this).values(counted).returning(table)).one()
        return int(max(_ALWAYS_REMOVED, row.rows_at_least // 2) - row.removed)


def kept_by_broadcast(connection: Connection) -> dict[str, Counter[str]]:
    """Return how many subscriptions each broadcast has kept by the brake, by service."""
    table = tables().removals
    kept: dict[str, Counter[str]] = {}
    for row in connection.execute(select(table).where(table.c.kept > 0).order_by(table.c.origin)):
        kept.setdefault(row.broadcast, Counter())[row.origin] = row.kept
    return kept


def _count_on(connection: Connection, row: Row[tuple[object, ...]], requested: int) -> dict[str, int]:
    # Only as far as it matters, for that can be millions; and twice as far, so as not to come back with each
    # batch.
    up_to = 4 * (row.removed + requested)
    rows = _count(connection, row.origin, up_to=up_to)
    return {"rows_at_least": row.removed + rows, "are_all": int(rows < up_to)}


def _count(connection: Connection, service: str, *, up_to: int) -> int:
    """Return how many subscriptions a service has, or `up_to` if there are more."""
    endpoint = tables().subscriptions.c.endpoint
    # What begins with "https://host/" in the order of octets, where 0 comes after /.
    rows = select(endpoint).where(endpoint >= f"{service}/", endpoint < f"{service}0")
    rows = rows.order_by(endpoint).limit(up_to)
    return connection.execute(select(func.count()).select_from(rows.subquery())).scalar_one()
