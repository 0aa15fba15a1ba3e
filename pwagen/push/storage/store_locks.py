"""Locks of the store that tables don't give.

PostgreSQL hands ids out before their rows can be seen, so a subscription may appear below an id that a
broadcast has passed already. Whoever inserts therefore shares a lock until its transaction ends, and a
broadcast that goes on waits for all who have it. SQLite has one writer at a time, and needs none of this.
"""

from __future__ import annotations

from sqlalchemy import Connection, func, select

# Any numbers that are not used elsewhere in the database: "pwag", "pwai".
_SCHEMA, _INSERTS = 0x70776167, 0x70776169


def lock_schema(connection: Connection) -> None:
    """Lock the schema against other migrations until the transaction ends."""
    _lock(connection, "pg_advisory_xact_lock", _SCHEMA)


def announce_insert(connection: Connection) -> None:
    """Let broadcasts wait for this transaction; before any row is locked, so that none wait in a circle."""
    _lock(connection, "pg_advisory_xact_lock_shared", _INSERTS)


def wait_for_inserts(connection: Connection) -> None:
    """Return when every id that was handed out can be seen; new ones wait until the transaction ends."""
    _lock(connection, "pg_advisory_xact_lock", _INSERTS)


def _lock(connection: Connection, function: str, number: int) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(select(getattr(func, function)(number)))
