"""What only concurrent transactions show, on a real PostgreSQL: each test holds one open."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING, Any

import pytest

from pwagen.push.storage.broadcast import Broadcast
from pwagen.push.storage.database import open_engine
from pwagen.push.storage.store import Store, Stored
from pwagen.push.storage.store_schema import tables
from pwagen.push.subscription import Subscription
from tests.push.databases import empty_database
from tests.push.push_sink import AUTH, RECEIVER

if TYPE_CHECKING:
    from sqlalchemy import Engine

pytestmark = pytest.mark.slow

# Writes to the subscription "held" stop here while the test has the lock.
_HOLD = """
CREATE OR REPLACE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN PERFORM pg_advisory_xact_lock(7); RETURN NULL; END $$;
CREATE TRIGGER hold_insert AFTER INSERT ON pwagen_subscriptions
FOR EACH ROW WHEN (NEW.endpoint LIKE '%%/held') EXECUTE FUNCTION hold();
CREATE TRIGGER hold_delete AFTER DELETE ON pwagen_subscriptions
FOR EACH ROW WHEN (OLD.endpoint LIKE '%%/held') EXECUTE FUNCTION hold();
"""
# What another process saves, without the store's own lock.
_COPY = """
INSERT INTO pwagen_subscriptions (endpoint, p256dh, auth, created, last_seen)
SELECT endpoint || '/next', p256dh, auth, created, last_seen FROM pwagen_subscriptions
"""
_WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"


@pytest.fixture(scope="module")
def engine(postgresql_server: str) -> Iterator[Engine]:
    with empty_database(postgresql_server) as url:
        engine = open_engine(url)
        yield engine
        engine.dispose()


@pytest.fixture
def store(engine: Engine) -> Iterator[Store]:
    store = Store(engine.url.render_as_string(hide_password=False))
    try:
        with engine.begin() as connection:
            connection.exec_driver_sql(_HOLD)
        yield store
    finally:
        store.close()
        tables().metadata.drop_all(engine)


def subscription(name: str) -> Subscription:
    return Subscription(f"https://fcm.googleapis.com/fcm/send/{name}", RECEIVER.public_key_bytes, AUTH)


def names(claimed: list[Stored]) -> list[str]:
    return [one.subscription.endpoint.rpartition("/")[2] for one in claimed]


@contextmanager
def held(engine: Engine) -> Iterator[Callable[[int, Future[Any]], None]]:
    """Hold transactions at "held"; yields a function that waits for so many, or for a result."""
    with engine.connect() as holding, engine.connect().execution_options(isolation_level="AUTOCOMMIT") as see:
        holding.exec_driver_sql("SELECT pg_advisory_xact_lock(7)")

        def wait(transactions: int, result: Future[Any]) -> None:
            end = monotonic() + 10
            while see.exec_driver_sql(_WAITING).scalar_one() < transactions and not result.done():
                assert monotonic() < end, "nothing waits"

        yield wait
        holding.rollback()


def test_a_subscription_that_commits_late_is_in_the_broadcast(engine: Engine, store: Store) -> None:
    store.save(subscription("first"))
    broadcast = Broadcast(store, "morning")
    with ThreadPoolExecutor(3) as pool:
        with held(engine) as wait:
            late = pool.submit(store.save, subscription("held"))
            wait(1, late)  # it has its id, and nobody sees it
            with engine.begin() as faster:
                faster.exec_driver_sql(_COPY)
            claiming = pool.submit(broadcast.claim, 10)
            wait(2, claiming)
        claimed = names(claiming.result()) + names(broadcast.claim(10))
        late.result()
    assert sorted(claimed) == ["first", "held", "next"]


def test_savers_do_not_wait_for_each_other(engine: Engine, store: Store) -> None:
    with ThreadPoolExecutor(1) as pool:
        with held(engine) as wait:
            late = pool.submit(store.save, subscription("held"))
            wait(1, late)
            store.save(subscription("other"))
            assert store.count() == 1
        late.result()
    assert store.count() == 2


def test_a_subscription_deleted_while_claimed_does_not_end_the_broadcast(
    engine: Engine, store: Store
) -> None:
    for name in ("held", "other"):
        store.save(subscription(name))
    broadcast = Broadcast(store, "morning")
    with ThreadPoolExecutor(2) as pool:
        with held(engine) as wait:
            going = pool.submit(store.remove, subscription("held").endpoint)
            wait(1, going)
            claiming = pool.submit(broadcast.claim, 10)
            wait(2, claiming)
        assert names(claiming.result()) == ["other"]
        going.result()
