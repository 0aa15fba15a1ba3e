"""The store in an application's own database, through the application's own engine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from pwagen.push import Store, Subscription
from pwagen.push.storage.store_errors import StoreError
from pwagen.push.storage.store_schema import tables
from tests.push.push_sink import RECEIVER

ONE = Subscription("https://fcm.googleapis.com/fcm/send/one", RECEIVER.public_key_bytes, b"a" * 16)
OTHER = Subscription("https://fcm.googleapis.com/fcm/send/two", RECEIVER.public_key_bytes, b"a" * 16)
ENGINES = ["sqlite", "sqlite that begins by itself", pytest.param("postgresql", marks=pytest.mark.slow)]


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """Yield an engine as applications make it, with a table of theirs."""
    if request.param == "postgresql":
        url = request.getfixturevalue("postgresql_database")
        engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    else:
        engine = create_engine(f"sqlite:///{tmp_path / 'shop.db'}")
    if "itself" in request.param:
        # https://docs.sqlalchemy.org/dialects/sqlite.html#pysqlite-serializable

        @event.listens_for(engine, "connect")
        def leave_it(connection: Any, _: object) -> None:
            connection.isolation_level = None

        @event.listens_for(engine, "begin")
        def begin(connection: Connection) -> None:
            connection.exec_driver_sql("BEGIN")

    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE users (name TEXT)"))
    yield engine
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE users"))
        tables().metadata.drop_all(connection)
    engine.dispose()


def pragmas(engine: Engine) -> list[object]:
    with engine.connect() as connection:
        names = ("foreign_keys", "busy_timeout", "journal_mode")
        return [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names]


def test_subscriptions_lie_beside_the_applications_own_tables(engine: Engine) -> None:
    store = Store(engine)
    store.save(ONE, user="ada", topics=["tides"], proven=True)
    store.replace(ONE.endpoint, OTHER, proven=True)
    assert [(row.user, row.subscription) for row in store.all(topic="tides")] == [("ada", OTHER)]
    assert {"users", "pwagen_subscriptions"} <= set(inspect(engine).get_table_names())
    store.remove(OTHER.endpoint)
    with engine.connect() as connection:
        left = connection.execute(text("SELECT count(*) FROM pwagen_topics")).scalar()
    assert left == 0, "topics go with their subscription"


def test_the_engine_stays_the_applications(engine: Engine) -> None:
    before = pragmas(engine) if engine.dialect.name == "sqlite" else None
    store = Store(engine)
    store.save(ONE)
    store.impatient(1).save(OTHER)
    store.close()
    assert before is None or pragmas(engine) == before
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO users VALUES ('ada')"))
    assert Store(engine).count() == 2


def test_a_change_may_be_part_of_a_transaction_of_the_applications(engine: Engine) -> None:
    store = Store(engine)
    with engine.connect() as connection:
        connection.execute(text("INSERT INTO users VALUES ('ada')"))
        store.within(connection).save(ONE, user="ada")
        assert store.within(connection).count(user="ada") == 1
        connection.rollback()
    assert store.count() == 0
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO users VALUES ('ada')"))
        store.within(connection).save(ONE, user="ada")
    assert store.count(user="ada") == 1


def test_a_transaction_that_is_open_on_the_only_connection_is_left_alone() -> None:
    engine = create_engine("sqlite://", poolclass=StaticPool)
    store = Store(engine)
    with engine.connect() as connection:
        connection.execute(text("CREATE TABLE users (name TEXT)"))
        connection.commit()
        connection.execute(text("INSERT INTO users VALUES ('ada')"))
        with pytest.raises(StoreError, match="commit it first, or use store"):
            store.save(ONE)
        connection.rollback()
    store.save(ONE)
    assert store.count() == 1
    engine.dispose()


@pytest.mark.slow
def test_the_store_connects_by_itself_where_the_engine_is_an_event_loops(postgresql_database: str) -> None:
    store = Store(create_async_engine(postgresql_database.replace("postgresql:", "postgresql+psycopg:")))
    store.save(ONE)
    with closing(Store(postgresql_database)) as other:
        assert other.count() == 1
    store.close()


def test_what_is_no_store_is_named() -> None:
    engine = create_engine("sqlite://")
    with pytest.raises(StoreError, match="a file, a URL or an SQLAlchemy engine, and not this Session"):
        Store(Session(engine))  # type: ignore[arg-type]


def test_other_databases_are_named() -> None:
    with pytest.raises(StoreError, match="the store supports sqlite and postgresql, not mysql"):
        Store(create_engine("mysql+pymysql://shop@db/shop", module=__import__("sqlite3")))
