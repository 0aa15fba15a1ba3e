"""Connections to the store's database: SQLite as a file, PostgreSQL by URL."""

from __future__ import annotations

import os
import re
import sqlite3
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from pwagen.push.storage.shared_engine import lent, limit_waiting
from pwagen.push.storage.store_errors import StoreError

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

Location: TypeAlias = "str | Path | URL | Engine | AsyncEngine"
_URLS = "postgresql://USER@HOST/DATABASE, or sqlite:///FILE"
_CUT_URL = r"(postgres\w*|sqlite)(\+\w+)?(:|//)"
# USER:PASSWORD@HOST, but not C:/a@b.db; or the keys and values that libpq reads.
_NO_FILE = r"^[\w.+-]*:[^@/\\][^@]*@|\b(password|dbname|host)\s*="
_BUSY_SECONDS = 30
_OPENING_SECONDS = 5


def open_engine(location: Location, *, read_only: bool = False) -> Engine:
    """Return an engine for a file name, or a sqlite: or postgresql: URL; raises StoreError for others.

    An application's own engine is shared; an async one serves an event loop, and the store threads, so that
    the store connects to the same URL. With `read_only` nothing can be written through it, and a file must be
    there.
    """
    if isinstance(location, Engine):
        return lent(location)
    if not isinstance(location, str | Path | URL):
        if not hasattr(location, "sync_engine"):  # of an AsyncEngine; importing the class costs start-up
            kind = type(location).__name__
            raise StoreError(f"the store takes a file, a URL or an SQLAlchemy engine, and not this {kind}")
        location = location.url
    text = location.render_as_string(hide_password=False) if isinstance(location, URL) else str(location)
    url = _parsed(text)
    if url.get_backend_name() in ("postgresql", "postgres"):
        _need_psycopg()
        engine = create_engine(
            url.set(drivername="postgresql+psycopg"),
            pool_pre_ping=True,
            execution_options={"postgresql_readonly": read_only},
        )
        event.listen(engine, "begin", limit_waiting)
        return engine
    if url.get_backend_name() != "sqlite":
        raise StoreError(f"the store supports sqlite and postgresql, not {url.get_backend_name()}")
    in_memory = url.database in (None, "", ":memory:")
    if read_only and (in_memory or not Path(url.database or "").is_file()):
        raise StoreError(f"there is no store {url.database or text}")
    if not in_memory and not read_only:
        _create_privately(Path(url.database or ""))
    # Python's own driver, whichever the URL names: the store is used from threads.
    engine = create_engine(url.set(drivername="sqlite"), connect_args={"timeout": _OPENING_SECONDS})
    event.listen(engine, "connect", _prepare_reading if read_only else _prepare_sqlite)
    event.listen(engine, "begin", _begin_deferred if read_only else _begin_immediate)
    return engine


def upsert(connection: Connection, table: Any) -> Any:
    """Return an INSERT of the connection's dialect, which knows ON CONFLICT."""
    return (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(table)


def without_password(text: str, engine: Engine) -> str:
    """Return a message of the database's without the password of its URL."""
    password = engine.url.password
    return text.replace(str(password), "***") if password else text


def _parsed(location: str) -> URL:
    """Return the URL of a file name or a database.

    Raises StoreError, which does not quote a URL: there may be a password in it.
    """

    if not location.strip():
        raise StoreError("the store has no name - write a file or a URL, such as subscriptions.db")
    if "://" not in location:
        if re.match(_CUT_URL, location, re.IGNORECASE):
            raise StoreError(f"the URL of the store lacks a colon or a slash - write {_URLS}")
        if re.search(_NO_FILE, location, re.IGNORECASE):
            raise StoreError(f"the store is neither a file nor a URL - write {_URLS}")
        location = f"sqlite:///{location}"
    try:
        return make_url(location)
    except (ArgumentError, ValueError):
        raise StoreError(
            "the URL of the store cannot be read - write postgresql://USER:PASSWORD@HOST:PORT/DATABASE with "
            "a number as the port, and @ : / in a password as %40 %3A %2F"
        ) from None


def _create_privately(path: Path) -> None:
    """Create the file readable for its owner alone: its content allows sending to every subscriber."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise StoreError(f"cannot open the store {path}: {error.strerror}") from None


def _prepare_sqlite(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # the driver would begin by itself, and too late
    cursor = connection.cursor()
    _use_write_ahead_log(cursor)
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _prepare_reading(connection: Any, _: Any) -> None:
    connection.isolation_level = None
    connection.execute("PRAGMA query_only=ON").close()


def _use_write_ahead_log(cursor: Any) -> None:
    # Of several that open a new file at once SQLite refuses some instead of letting them wait: they would
    # wait for each other (https://www.sqlite.org/c3ref/busy_handler.html).
    end = time.monotonic() + _OPENING_SECONDS
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > end:
                raise
            time.sleep(0.01)
        else:
            return


def _begin_immediate(connection: Connection) -> None:
    busy_seconds = connection.get_execution_options().get("busy_seconds", _BUSY_SECONDS)
    connection.exec_driver_sql(f"PRAGMA busy_timeout = {round(busy_seconds * 1000)}")
    # A transaction that starts by reading and then writes fails at once if another wrote between.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_deferred(connection: Any) -> None:
    connection.exec_driver_sql("BEGIN")


def _need_psycopg() -> None:
    try:
        import psycopg  # noqa: F401
    except ImportError:
        from pwagen.imports.optional_packages import install_command

        raise StoreError(f"PostgreSQL needs its driver - {install_command('postgresql')}") from None
