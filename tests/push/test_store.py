"""The store on SQLite and on a real PostgreSQL: the same promises on both."""

from __future__ import annotations

import stat
import subprocess
import sys
import textwrap
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, inspect

from pwagen.push.storage.broadcast import Broadcast, BroadcastError
from pwagen.push.storage.database import open_engine
from pwagen.push.storage.store import Store
from pwagen.push.storage.store_errors import StoreError
from pwagen.push.storage.store_schema import migrate, tables
from pwagen.push.subscription import Subscription
from pwagen.push.transport.outcome import Outcome, Status
from tests.push.many_rows import save_all
from tests.push.outcomes import delivered
from tests.push.push_sink import AUTH, RECEIVER, SENDER

DATABASES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)]


@pytest.fixture(params=DATABASES)
def location(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return str(tmp_path / "store.db")
    url: str = request.getfixturevalue("postgresql_database")
    return url


@pytest.fixture
def store(location: str) -> Iterator[Store]:
    store = Store(location)
    yield store
    store.close()


def subscription(name: str | int, key: str | None = None) -> Subscription:
    return Subscription(f"https://fcm.googleapis.com/fcm/send/{name}", RECEIVER.public_key_bytes, AUTH, key)


def names(store: Store, **wanted: str) -> list[str]:
    return [one.subscription.endpoint.rpartition("/")[2] for one in store.all(**wanted)]


def test_a_subscription_is_kept_once_however_often_it_is_seen(store: Store) -> None:
    store.save(subscription("a"), user="u1", topics=["tides", "news"], now=100)
    newer = Subscription(subscription("a").endpoint, SENDER.public_key_bytes, AUTH)
    store.save(newer, now=200)
    [found] = store.all()
    assert (found.subscription, found.user, found.created, found.last_seen) == (newer, "u1", 100, 200)
    assert store.topics(newer.endpoint) == {"tides", "news"}
    store.save(newer, user="u2", topics=[])
    assert (store.get(newer.endpoint) or found).user == "u2"
    assert store.topics(newer.endpoint) == set()


def test_subscriptions_are_found_by_user_and_topic(store: Store) -> None:
    store.save(subscription("a"), user="u1", topics=["tides"])
    store.save(subscription("b"), user="u1", topics=["news", "tides"])
    store.save(subscription("c"), user="u2", topics=["news"])
    assert names(store) == ["a", "b", "c"]
    assert names(store, user="u1") == ["a", "b"]
    assert names(store, topic="news") == ["b", "c"]
    assert names(store, user="u1", topic="news") == ["b"]
    assert (store.count(), store.count(topic="tides")) == (3, 2)


def test_a_changed_subscription_takes_the_place_of_the_old_one(store: Store) -> None:
    store.save(subscription("old", SENDER.public_key), user="u1", topics=["tides"], now=100)
    store.replace(subscription("old").endpoint, subscription("new"), now=200)
    [found] = store.all()
    assert found.subscription == subscription("new")
    assert (found.user, found.created, found.last_seen) == ("u1", 100, 200)
    assert store.topics(found.subscription.endpoint) == {"tides"}


def test_a_change_that_is_reported_twice_or_late_loses_nothing(store: Store) -> None:
    store.save(subscription("old"), user="u1", topics=["tides"])
    store.save(subscription("new"))  # the page was faster than the worker
    store.replace(subscription("old").endpoint, subscription("new"))
    assert names(store, user="u1", topic="tides") == ["new"]
    store.replace(subscription("old").endpoint, subscription("new"))
    store.replace(None, subscription("new"))
    store.replace(subscription("new").endpoint, subscription("new"))
    assert names(store) == ["new"]
    assert names(store, user="u1", topic="tides") == ["new"]


def test_removal_takes_the_topics_along(store: Store) -> None:
    store.save(subscription("a"), topics=["tides"])
    assert store.remove(subscription("a").endpoint)
    assert not store.remove(subscription("a").endpoint)
    store.save(subscription("a"))
    assert store.topics(subscription("a").endpoint) == set()


def test_outcomes_remove_what_is_gone_and_count_failures(store: Store) -> None:
    for name in "abc":
        store.save(subscription(name), topics=["tides"])
    endpoint = {name: subscription(name).endpoint for name in "abc"}
    failed = Outcome(endpoint["b"], Status.RETRY, "out of order", 503)
    for day in (0, 1):
        store.record([Outcome(endpoint["a"], Status.GONE, "", 410)], now=1_000_000 + day * 86400)
    store.record([failed])
    store.record([failed, Outcome(endpoint["c"], Status.DELIVERED, vapid_public_key=SENDER.public_key)])
    b, c = store.all()
    assert (b.failures, b.last_failure) == (2, "out of order")
    assert (c.failures, c.subscription.vapid_public_key) == (0, SENDER.public_key)
    store.record([Outcome(endpoint["b"], Status.DELIVERED)])
    assert next(store.all()).failures == 0


def test_hostile_texts_stay_data(store: Store) -> None:
    nasty = "'; DROP TABLE pwagen_subscriptions; --\N{PILE OF POO}"
    store.save(subscription("a"), user=nasty, topics=[nasty])
    assert names(store, user=nasty, topic=nasty) == ["a"]


@pytest.mark.slow
def test_topics_come_with_their_page(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pwagen.push.storage.store._PAGE", 3)
    for number in range(10):
        store.save(subscription(number), topics=["even", "news"] if number % 2 == 0 else [])
    transactions: list[None] = []
    transaction = Store.transaction

    def counted(store: Store) -> AbstractContextManager[Connection]:
        transactions.append(None)
        return transaction(store)

    monkeypatch.setattr(Store, "transaction", counted)
    listed = list(store.all_with_topics())
    assert len(transactions) == 4
    assert [stored for stored, _ in listed] == list(store.all())
    assert [topics for _, topics in listed] == [{"even", "news"}, set()] * 5
    chosen = list(store.all_with_topics(topic="even"))
    assert [stored.subscription for stored, _ in chosen] == [
        subscription(number) for number in range(0, 10, 2)
    ]
    assert all(topics == {"even", "news"} for _, topics in chosen)


@pytest.mark.slow
def test_many_threads_write_the_same_subscriptions_at_once(store: Store) -> None:
    def write(number: int) -> None:
        name = number % 5
        if number % 3 == 2:
            store.replace(subscription(name).endpoint, subscription(name), now=number)
        else:
            store.save(subscription(name), topics=[f"t{number % 2}"], now=number)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(120)))
    assert sorted(names(store)) == ["0", "1", "2", "3", "4"]


def test_a_broadcast_hands_each_subscription_out_once(store: Store) -> None:
    for number in range(25):
        store.save(subscription(number), topics=["even"] if number % 2 == 0 else [])
    broadcast = Broadcast(store, "morning", topic="even")
    claimed = []
    while batch := broadcast.claim(4):
        claimed += batch
        broadcast.record(delivered(batch))
    assert [one.subscription for one in claimed] == [subscription(number) for number in range(0, 25, 2)]
    assert Broadcast(store, "morning", topic="even").claim(4) == []
    assert len(Broadcast(store, "evening").claim(100)) == 25


def test_what_a_dead_process_left_behind_is_claimed_again(store: Store) -> None:
    for number in range(6):
        store.save(subscription(number))
    first = Broadcast(store, "morning", lease_seconds=60)
    batch = first.claim(4, now=1000)
    first.record(delivered(batch[:1]))
    second = Broadcast(store, "morning", lease_seconds=60)
    assert names(store)[4:] == [one.subscription.endpoint[-1] for one in second.claim(10, now=1030)]
    assert second.claim(10, now=1059) == []
    assert second.claim(10, now=1060) == batch[1:]
    assert second.claim(10, now=1061) == []


def test_release_makes_a_crashed_broadcast_go_on_at_once(store: Store) -> None:
    store.save(subscription("a"))
    batch = Broadcast(store, "morning").claim(1)
    restarted = Broadcast(store, "morning")
    assert restarted.claim(1) == []
    restarted.release()
    assert restarted.claim(1) == batch


def test_gone_subscriptions_may_vanish_while_they_are_claimed(store: Store) -> None:
    store.save(subscription("a"))
    broadcast = Broadcast(store, "morning")
    batch = broadcast.claim(1)
    store.remove(subscription("a").endpoint)
    broadcast.record(delivered(batch))
    assert broadcast.claim(1) == []


@pytest.mark.slow
def test_two_processes_share_a_broadcast_and_what_was_abandoned_without_doubling(
    location: str, store: Store
) -> None:
    save_all(store, map(subscription, range(100)))
    assert len(Broadcast(store, "morning").claim(50, now=0)) == 50
    script = textwrap.dedent("""
        import sys
        from pwagen.push.storage.broadcast import Broadcast, BroadcastError
        from pwagen.push.storage.store import Store
        from tests.push.outcomes import delivered
        store = Store(sys.argv[1])
        broadcast = Broadcast(store, "morning")
        while batch := broadcast.claim(3):
            for one in batch:
                print(one.id)
            broadcast.record(delivered(batch))
    """)
    command = [sys.executable, "-c", script, location]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    claimed = [process.communicate()[0].split() for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    counts = Counter(claimed[0] + claimed[1])
    assert len(counts) == 100
    assert set(counts.values()) == {1}


def test_an_older_store_is_migrated_with_its_data(location: str) -> None:
    engine = open_engine(location)
    with engine.begin() as connection:
        migrate(connection, to_version=1)
        row = {"endpoint": "https://fcm.googleapis.com/x", "p256dh": b"\4", "auth": b"\0"}
        connection.execute(tables().subscriptions.insert().values(**row, created=1, last_seen=2))
    engine.dispose()
    for _ in range(2):
        store = Store(location)
        assert store.count() == 1
        assert len(Broadcast(store, "again", lease_seconds=0).claim(5)) == 1
        store.close()


def test_a_migrated_store_is_like_a_new_one(location: str) -> None:
    Store(location).close()
    engine = open_engine(location)
    for table in tables().metadata.sorted_tables:
        found = {column["name"]: column["nullable"] for column in inspect(engine).get_columns(table.name)}
        assert found == {column.name: column.nullable for column in table.columns}
    engine.dispose()


def test_a_store_from_before_the_indexes_gets_them(location: str) -> None:
    engine = open_engine(location)
    with engine.begin() as connection:
        migrate(connection, to_version=6)
    assert "ix_pwagen_topics_topic" in indexes(engine)
    Store(location).close()
    assert indexes(engine) == {
        "ix_pwagen_claims_holder",
        "ix_pwagen_claims_subscription_id",
        "ix_pwagen_subscriptions_failures",
        "ix_pwagen_subscriptions_user_key_id",
        "ix_pwagen_topics_topic_subscription_id",
    }
    engine.dispose()


def indexes(engine: Engine) -> set[str]:
    tables = inspect(engine).get_multi_indexes().values()
    return {str(index["name"]) for table in tables for index in table if "duplicates_constraint" not in index}


def test_a_broadcast_from_before_is_taken_over_by_its_next_message(location: str) -> None:
    engine = open_engine(location)
    with engine.begin() as connection:
        migrate(connection, to_version=2)
        connection.exec_driver_sql("INSERT INTO pwagen_broadcasts VALUES ('noon', 7, 1)")
    engine.dispose()
    store = Store(location)
    Broadcast(store, "noon").begin(b"one")
    with pytest.raises(BroadcastError, match="'noon' belongs to a broadcast of another message"):
        Broadcast(store, "noon").begin(b"two")
    assert Broadcast(store, "noon").claim(1) == []
    store.close()


def test_claims_of_a_process_that_died_meanwhile_come_last(store: Store) -> None:
    for name in "abcd":
        store.save(subscription(name))
    Broadcast(store, "noon", lease_seconds=100).claim(1, now=1000)
    broadcast = Broadcast(store, "noon", lease_seconds=1000)
    batches = [broadcast.claim(2, now=now) for now in (1001, 1200, 1201, 1202)]
    assert [[stored.id for stored in batch] for batch in batches] == [[2, 3], [4], [1], []]


def test_a_broadcast_s_name_is_its_message_s_and_its_recipients(store: Store) -> None:
    Broadcast(store, "noon", topic="tides").begin(b"high water")
    Broadcast(store, "noon", topic="tides").begin(b"high water")
    for broadcast, payload in (
        (Broadcast(store, "noon", topic="tides"), b"storm warning"),
        (Broadcast(store, "noon", topic="tides"), None),
        (Broadcast(store, "noon"), b"high water"),
        (Broadcast(store, "noon", user="tides"), b"high water"),
    ):
        with pytest.raises(BroadcastError):
            broadcast.begin(payload)
    Broadcast(store, "evening").begin(None)


def test_what_is_left_of_a_broadcast(store: Store) -> None:
    for number in range(5):
        store.save(subscription(number), topics=["even"] if number % 2 == 0 else [])
    broadcast = Broadcast(store, "noon", topic="even")
    assert broadcast.left() == 3
    batch = broadcast.claim(2)
    assert broadcast.left() == 3
    broadcast.record(delivered(batch))
    assert broadcast.left() == 1


def test_reading_alone_makes_and_changes_nothing(location: str) -> None:
    with pytest.raises(StoreError, match=r"there is no store|does not contain a store"):
        Store(location, read_only=True)
    with pytest.raises(StoreError, match=r"there is no store|does not contain a store"):
        Store(location, create=False)
    engine = open_engine(location)
    assert not inspect(engine).get_table_names()
    engine.dispose()
    store = Store(location)
    store.save(subscription("a"))
    store.close()
    store = Store(location, read_only=True)
    assert names(store) == ["a"]
    with pytest.raises(StoreError, match="only"):
        store.save(subscription("b"))
    store.close()


def test_a_store_of_a_newer_version_is_left_alone(location: str) -> None:
    Store(location).close()
    engine = open_engine(location)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE pwagen_schema SET version = 99")
    engine.dispose()
    with pytest.raises(StoreError, match="upgrade pwagen"):
        Store(location)


@pytest.mark.slow
def test_all_that_start_together_make_one_store(location: str) -> None:
    start = threading.Barrier(8)

    def open_store(_: int) -> int:
        start.wait()
        store = Store(location)
        try:
            return store.count()
        finally:
            store.close()

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(open_store, range(8))) == [0] * 8


def test_the_file_is_readable_for_its_owner_alone(tmp_path: Path) -> None:
    Store(tmp_path / "store.db").close()
    assert stat.S_IMODE((tmp_path / "store.db").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("location", "why"),
    [
        ("/nonexistent/folder/store.db", "cannot open the store"),
        ("mysql://localhost/x", "supports sqlite and postgresql, not mysql"),
        ("nonsense://x", "supports sqlite and postgresql, not nonsense"),
        ("://x", "the URL of the store cannot be read"),
        ("postgresql://nobody@/nothing?host=/nonexistent", "the store failed"),
    ],
)
def test_what_is_no_store(location: str, why: str) -> None:
    with pytest.raises(StoreError, match=why):
        Store(location)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://push:s3cret@db:x/harbour",
        "postgresql://push:s3cret@[::1/harbour",
        "postgresql:/push:s3cret@db/harbour",
        "postgresql:push:s3cret@db/harbour",
        "postgresql//push:s3cret@db/harbour",
        "postgres:/push:s3cret@db/harbour",
        "postgresql+psycopg:/push:s3cret@db/harbour",
        "postgresql://push:s3cret@127.0.0.1:99999/harbour",
        "postgresql://push:s3cret@127.0.0.1:1/harbour?s3cret=1",
        "mysql://push:s3cret@db/harbour",
        "POSTGRESQL:/push:s3cret@db/harbour",
        "push:s3cret@db/harbour",
        "host=db user=push password=s3cret dbname=harbour",
        "dbname = harbour password = 's3cret'",
        " postgresql://push:s3cret@db:x/harbour",
        "jdbc:postgresql://push:s3cret@db/harbour",
    ],
)
def test_a_mistake_in_a_url_is_one_line_without_the_password(url: str) -> None:
    with pytest.raises(StoreError) as error:
        Store(url, create=False)
    assert "s3cret" not in str(error.value)
    assert len(str(error.value).splitlines()) == 1
    assert error.value.__cause__ is None


@pytest.mark.parametrize("location", ["", " "])
def test_a_store_without_a_name(location: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable of the shell that is not set."""
    monkeypatch.chdir(tmp_path)
    for create in (False, True):
        with pytest.raises(StoreError, match="the store has no name - write a file or a URL"):
            Store(location, create=create)
    assert list(tmp_path.iterdir()) == []


def test_a_driver_in_the_url_makes_no_difference(tmp_path: Path) -> None:
    Store(f"sqlite+aiosqlite:///{tmp_path}/store.db").close()
    assert (tmp_path / "store.db").is_file()


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "store.db").write_text("hello, I am a text file\n" * 100)
    with pytest.raises(StoreError, match="not a database"):
        Store(tmp_path / "store.db")
