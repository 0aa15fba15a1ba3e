"""The store's transactions on an engine that is the application's, which finds its connections unchanged."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, event

from pwagen.push.storage.store_errors import StoreError

_LENT = "pwagen_lent"
# SQLite's, of a connection: topics go with their subscription, and how long a transaction waits.
_PRAGMAS = {"foreign_keys": 1, "busy_timeout": 30_000}


def lent(engine: Engine) -> Engine:
    """Return an engine on the application's pool, whose events are the store's own; raises StoreError."""
    if engine.dialect.name not in ("sqlite", "postgresql"):
        raise StoreError(f"the store supports sqlite and postgresql, not {engine.dialect.name}")
    own: Engine = engine.execution_options(**{_LENT: True})
    if engine.dialect.name == "postgresql":
        event.listen(own, "begin", limit_waiting)
    return own


def is_lent(engine: Engine) -> bool:
    """Tell whether the application closes the engine."""
    return bool(engine.get_execution_options().get(_LENT))


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """Enter a transaction of the store's; raises StoreError if one of the application's is open there."""
    with engine.connect() as connection:
        if not is_lent(engine) or connection.dialect.name != "sqlite":
            with connection.begin():
                yield connection
            return
        driver = connection.connection.dbapi_connection
        assert driver is not None
        with _own_pragmas(driver, engine.get_execution_options().get("busy_seconds")), connection.begin():
            _begin_immediate(driver)
            yield connection


def limit_waiting(connection: Connection) -> None:
    """Bound how long PostgreSQL waits for a lock in the transaction that begins."""
    if busy_seconds := connection.get_execution_options().get("busy_seconds"):
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {round(busy_seconds * 1000)}")


@contextmanager
def _own_pragmas(driver: Any, busy_seconds: float | None) -> Iterator[None]:
    if driver.in_transaction:
        raise StoreError(
            "the application has a transaction open on the engine's only connection - "
            "commit it first, or use store.within(connection)"
        )
    before = {name: driver.execute(f"PRAGMA {name}").fetchone()[0] for name in _PRAGMAS}
    wanted = _PRAGMAS if busy_seconds is None else _PRAGMAS | {"busy_timeout": round(busy_seconds * 1000)}
    _set_pragmas(driver, wanted)
    try:
        yield
    finally:
        _set_pragmas(driver, before)


def _set_pragmas(driver: Any, values: dict[str, int]) -> None:
    for name, value in values.items():
        driver.execute(f"PRAGMA {name} = {value}").close()


def _begin_immediate(driver: Any) -> None:
    # A transaction that starts by reading and then writes fails at once if another wrote between. One that
    # the application's own events have begun is empty still.
    if driver.in_transaction:
        driver.execute("ROLLBACK").close()
    driver.execute("BEGIN IMMEDIATE").close()
