"""What outcomes change in the rows of subscriptions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, bindparam, false, or_, select, update

from pwagen.push.storage.dead_subscriptions import mark_or_remove, note_services, parts, unmark
from pwagen.push.storage.removals import Removals
from pwagen.push.storage.store_schema import tables
from pwagen.push.transport.outcome import Outcome, Status


def lock_changing(connection: Connection, outcomes: Sequence[Outcome]) -> set[str]:
    """Return the endpoints of the rows that outcomes change, and lock these; before anything else is locked.

    In one order, so that broadcasts whose outcomes meet don't wait for each other in a circle. Most
    deliveries change nothing, and PostgreSQL would write each of these rows anew.
    """
    endpoint = tables().subscriptions.c.endpoint
    changing: set[str] = set()
    ordered = sorted(outcomes, key=lambda outcome: outcome.endpoint)
    for part in parts(ordered):
        rows = select(endpoint).where(_changes(part)).order_by(endpoint).with_for_update()
        changing.update(connection.scalars(rows))
    return changing


def record_outcomes(
    connection: Connection, outcomes: Sequence[Outcome], changing: set[str], removals: Removals, now: int
) -> None:
    """Mark or remove what is gone, count failures, end those of what was delivered.

    `changing` is what `lock_changing` returned, `now` seconds since 1970.
    """
    table = tables().subscriptions
    causes, delivered, failed = dict[str, str](), dict[str, str | None](), list[tuple[str, str]]()
    for outcome in outcomes:
        if outcome.endpoint not in changing:
            continue
        if outcome.status is Status.GONE:
            causes[outcome.endpoint] = outcome.cause
        elif outcome.status is Status.DELIVERED:
            delivered[outcome.endpoint] = outcome.vapid_public_key
        else:
            failed.append((outcome.endpoint, outcome.cause))
    remaining = mark_or_remove(connection, list(causes), removals, now)
    failed += [(endpoint, causes[endpoint]) for endpoint in remaining]
    unmark(connection, [outcome.endpoint for outcome in outcomes if outcome.status is Status.DELIVERED])
    note_services(connection, outcomes, now)
    row = update(table).where(table.c.endpoint == bindparam("to_endpoint"))
    if delivered:
        success = row.values(failures=0, last_failure=None, vapid_public_key=bindparam("key"))
        connection.execute(
            success, [{"to_endpoint": endpoint, "key": key} for endpoint, key in delivered.items()]
        )
    if failed:
        failure = row.values(failures=table.c.failures + 1, last_failure=bindparam("cause"))
        connection.execute(failure, [{"to_endpoint": endpoint, "cause": cause} for endpoint, cause in failed])


def _changes(outcomes: Sequence[Outcome]) -> ColumnElement[bool]:
    table = tables().subscriptions
    by_key: defaultdict[str | None, list[str]] = defaultdict(list)
    failed: list[str] = []
    for outcome in outcomes:
        is_delivered = outcome.status is Status.DELIVERED
        (by_key[outcome.vapid_public_key] if is_delivered else failed).append(outcome.endpoint)
    conditions = [
        table.c.endpoint.in_(endpoints)
        & or_(
            table.c.failures != 0,
            table.c.last_failure.is_not(None),
            table.c.vapid_public_key.is_distinct_from(key),
        )
        for key, endpoints in by_key.items()
    ]
    return or_(false(), *conditions, table.c.endpoint.in_(failed)) if failed else or_(false(), *conditions)
