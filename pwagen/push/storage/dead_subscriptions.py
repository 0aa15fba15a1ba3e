"""Subscriptions that are over or keep failing, and when they are removed.

A service that answers 404 or 410 by mistake for an hour must not empty a store: the first such answer marks,
one a day later removes, and no run removes most of a service's rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import Connection, bindparam, delete, literal_column, select

from pwagen.push.storage.database import upsert
from pwagen.push.storage.removals import Removals
from pwagen.push.storage.store_schema import tables
from pwagen.push.transport.endpoints import EndpointError, origin
from pwagen.push.transport.status import Status

if TYPE_CHECKING:
    from pwagen.push.transport.outcome import Outcome

Item = TypeVar("Item")

MARKED_SECONDS = 24 * 3600
ROUND_SECONDS = 3600  # a service that accepted a message so shortly before a failure works
_AT_ONCE = 500  # SQLite takes no more than some thousands of parameters


def mark_or_remove(
    connection: Connection, endpoints: Sequence[str], removals: Removals, now: int
) -> list[str]:
    """Mark the subscriptions that are over, remove those that were so a day ago; return those that stay."""
    subscriptions, marks = tables().subscriptions, tables().gone
    remaining: list[str] = []
    marked: dict[str, dict[int, str]] = {}
    new: list[dict[str, int]] = []
    for part in parts(endpoints):
        rows = select(subscriptions.c.id, subscriptions.c.endpoint, marks.c.since)
        rows = rows.outerjoin_from(subscriptions, marks).where(subscriptions.c.endpoint.in_(part))
        for row in connection.execute(rows):
            if row.since is not None and row.since <= now - MARKED_SECONDS:
                marked.setdefault(_origin(row.endpoint), {})[row.id] = row.endpoint
                continue
            remaining.append(row.endpoint)
            if row.since is None:
                new.append({"subscription_id": row.id, "since": now})
    if new:
        connection.execute(upsert(connection, marks).on_conflict_do_nothing(), new)
    for service, candidates in sorted(marked.items()):
        count = removals.allowed(connection, service, len(candidates), now)
        remove(connection, list(candidates)[:count])
        remaining += list(candidates.values())[count:]
    return remaining


def unmark(connection: Connection, endpoints: Sequence[str]) -> None:
    """Note that subscriptions are not over after all."""
    subscriptions, marks = tables().subscriptions, tables().gone
    if not endpoints or connection.execute(select(marks.c.since).limit(1)).first() is None:
        return
    for part in parts(endpoints):
        ids = select(subscriptions.c.id).where(subscriptions.c.endpoint.in_(part))
        connection.execute(delete(marks).where(marks.c.subscription_id.in_(ids)))


def note_services(connection: Connection, outcomes: Iterable[Outcome], now: int) -> None:
    """Store when each service last accepted a message and when it last refused one."""
    services = tables().services
    columns = {
        (_origin(outcome.endpoint), "last_delivered" if outcome.status is Status.DELIVERED else "last_failed")
        for outcome in outcomes
    }
    for service, column in sorted(columns):
        row = upsert(connection, services).values({"origin": service, column: now})
        connection.execute(row.on_conflict_do_update(index_elements=["origin"], set_={column: now}))


def prunable(connection: Connection, failures: int | None, *, gone: bool) -> tuple[list[int], Counter[str]]:
    """Return the ids of subscriptions with so many failures in a row, or marked as gone for a day if `gone`.

    Those of a service that accepted nothing in the round of its last failure are counted instead, by service:
    it is the service that failed.
    """
    subscriptions, marks, services = tables().subscriptions, tables().gone, tables().services
    working = {
        row.origin: row.last_delivered is not None
        and row.last_delivered >= (row.last_failed or 0) - ROUND_SECONDS
        for row in connection.execute(select(services))
    }
    ids, spared = set(connection.scalars(select(marks.c.subscription_id)) if gone else ()), Counter[str]()
    if failures is not None:
        rows = select(subscriptions.c.id, subscriptions.c.endpoint).where(
            subscriptions.c.failures >= failures,
            subscriptions.c.failures > literal_column("0"),  # as the index of those that fail at all has it
        )
        for id, endpoint in connection.execute(rows):
            service = _origin(endpoint)
            if working.get(service):
                ids.add(id)
            elif id not in ids:
                spared[service] += 1
    return sorted(ids), spared


def remove(connection: Connection, ids: Collection[int]) -> None:
    """Remove subscriptions, with their topics, claims and marks."""
    table = tables().subscriptions
    if ids:
        rows = [{"to_id": id} for id in ids]
        connection.execute(delete(table).where(table.c.id == bindparam("to_id")), rows)


def _origin(endpoint: str) -> str:
    try:
        return origin(endpoint)
    except EndpointError:
        return ""


def parts(items: Sequence[Item]) -> Iterable[Sequence[Item]]:
    """Yield the items, no more at once than a statement takes parameters."""
    return (items[start : start + _AT_ONCE] for start in range(0, len(items), _AT_ONCE))
