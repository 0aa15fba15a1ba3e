"""Sending never reads a whole table: what the store executes is flat, however many subscribe.

The plans are those that PostgreSQL ran, with the rows that each step has read; the statements are those of
the store's own methods, and of the foreign keys behind them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import count

import pytest
from sqlalchemy import inspect, text

from pwagen.push import Broadcast, Outcome, Status, Store, Subscription
from pwagen.push.storage.broadcast import Range
from pwagen.push.storage.broadcast_progress import broadcast_progress
from pwagen.push.storage.chunks import Chunk, new_ranges, open_ranges
from pwagen.push.storage.dead_subscriptions import prunable, remove
from pwagen.push.storage.store import Stored
from pwagen.push.storage.store_schema import tables
from tests.push.databases import empty_database
from tests.push.many_rows import add_claims, add_subscriptions, analyze
from tests.push.push_sink import AUTH, RECEIVER
from tests.push.query_plans import Plan, watched

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
SUBSCRIPTIONS = 40_000
SIZE = 200
RANGE = SIZE // 4  # four are cut at once
RANGES_OF_A_PAGE = 6  # three of Google's, and one of each other vendor
UNSENT = count(SUBSCRIPTIONS // 3 + 1, SIZE)
DAY = 86400
LARGE = {"pwagen_subscriptions", "pwagen_topics", "pwagen_claims"}
# Of a page or a range: itself, and what is marked, removed or claimed with it.
MOST_ROWS = 5 * SIZE


@pytest.fixture(scope="module")
def store(postgresql_server: str) -> Iterator[Store]:
    with empty_database(postgresql_server) as url, closing(Store(url)) as store:
        add_subscriptions(store, 1, SUBSCRIPTIONS)
        for name in ("cut", "in use"):
            Broadcast(store, name).begin(b"x")
        with store.transaction() as connection:
            add_claims(connection, "cut", 1, SUBSCRIPTIONS - 5000)
            # Somebody else's failures, which stay claimed until that run ends.
            add_claims(connection, "in use", 1, SUBSCRIPTIONS - 5000)
            connection.execute(
                text(
                    "UPDATE pwagen_claims SET claimed_until = 3000000000, holder = 'other', "
                    "status = 'retry' WHERE broadcast = 'in use'"
                )
            )
        analyze(store)
        yield store


def new(name: str) -> Subscription:
    return Subscription(f"https://fcm.googleapis.com/fcm/send/{name}", RECEIVER.public_key_bytes, AUTH)


def members(store: Store, first: int) -> list[Stored]:
    with store.transaction() as connection:
        return store.page(connection, first, SIZE, user=None, topic=None)


def outcomes(batch: list[Stored]) -> list[tuple[Outcome, Stored]]:
    """Return an outcome of each kind, and delivered for the others."""
    statuses = [Status.GONE, Status.RETRY, Status.TOO_LARGE] + [Status.DELIVERED] * (len(batch) - 3)
    return [
        (Outcome(one.subscription.endpoint, status), one) for one, status in zip(batch, statuses, strict=True)
    ]


def saving(store: Store) -> None:
    store.save(new("saved"), user="ann", topics=["tides", "storms"])
    store.save(new("saved"), proven=True)
    store.replace(new("saved").endpoint, new("replaced"), proven=True)
    assert store.get(new("replaced").endpoint)
    assert store.topics(new("replaced").endpoint) == {"tides", "storms"}
    assert store.remove_proven(new("replaced").endpoint, AUTH)


def paging(store: Store) -> None:
    with store.transaction() as connection:
        for after in (0, SUBSCRIPTIONS // 2, SUBSCRIPTIONS - 2 * SIZE):
            for user, topic in ((None, None), (None, "tides"), (None, "harbour-7"), ("user-70", None)):
                store.page(connection, after, SIZE, user=user, topic=topic)
        assert len(store.page(connection, 0, SIZE, user="user-70", topic="tides")) == 1


def exporting(store: Store) -> None:
    """A few, far from each other."""
    assert len(list(store.all_with_topics(topic="harbour-7"))) == SUBSCRIPTIONS // 1000


def cutting(store: Store) -> None:
    for number, topic in enumerate((None, "tides", "harbour-7")):
        broadcast = Broadcast(store, f"new {number}", topic=topic)
        broadcast.begin(b"x")
        ranges = new_ranges(broadcast, RANGE)
        assert [next(ranges) for _ in range(4 * RANGES_OF_A_PAGE if topic == "tides" or not topic else 1)]
    handed_out = open_ranges(Broadcast(store, "cut"), RANGE)
    assert [next(handed_out) for _ in range(10 * RANGES_OF_A_PAGE)]


def sending_a_range(store: Store) -> None:
    for first in (next(UNSENT), next(UNSENT)):
        ids = Range(first, first + SIZE - 1)
        chunk = Chunk(store, "cut", ids)
        batch = chunk.claim(SIZE)
        assert len(batch) == SIZE
        chunk.renew()
        chunk.record(outcomes(batch))
        chunk.leave()
        assert chunk.open_claims(ids) == 1


def removing_the_dead(store: Store) -> None:
    batch = [one.subscription.endpoint for one in members(store, SUBSCRIPTIONS // 2)[:50]]
    over = [Outcome(endpoint, Status.GONE) for endpoint in batch]
    store.record(over, now=1_800_000_000)
    store.record(over, now=1_800_000_000 + 2 * DAY)
    assert store.get(batch[0]) is None


def pruning(store: Store) -> None:
    store.record([Outcome(members(store, 0)[0].subscription.endpoint, Status.DELIVERED)], now=2**31)
    with store.transaction() as connection:
        ids, _ = prunable(connection, 10, gone=True)
        assert len(ids) > 80
        remove(connection, ids[:20])


def greedy(plans: list[Plan]) -> dict[str, int]:
    """Return the statements that read a large table, or many rows by an index, and how many."""
    assert plans
    return {
        f"{plan.statement}\n{plan.shape}": plan.rows
        for plan in plans
        if plan.scanned & LARGE or plan.rows > MOST_ROWS
    }


@pytest.mark.parametrize(
    "work", [saving, paging, exporting, cutting, sending_a_range, removing_the_dead, pruning]
)
def test_no_statement_reads_more_than_its_part(store: Store, work: Callable[[Store], None]) -> None:
    with watched(store) as plans:
        work(store)
    assert greedy(plans) == {}


def test_a_batch_does_not_look_at_all_failures_again(store: Store) -> None:
    """Only the first batch of a process does, and the last: another may have died meanwhile."""
    broadcast = Broadcast(store, "in use")
    broadcast.record(outcomes(broadcast.claim(SIZE)))
    with watched(store) as plans:
        for _ in range(3):
            batch = broadcast.claim(SIZE)
            assert len(batch) == SIZE
            broadcast.record(outcomes(batch))
        broadcast.renew()
        broadcast.leave()
    assert greedy(plans) == {}


def test_a_delivery_writes_no_row_that_stays_as_it_is(store: Store) -> None:
    [one] = members(store, SUBSCRIPTIONS * 4 // 5)[:1]
    endpoint, key = one.subscription.endpoint, one.subscription.vapid_public_key
    places = []
    for status, public_key in ((Status.DELIVERED, key), (Status.RETRY, None), (Status.DELIVERED, key)):
        store.record([Outcome(endpoint, status, vapid_public_key=public_key)])
        with store.transaction() as connection:
            place = "SELECT CAST(ctid AS text) FROM pwagen_subscriptions WHERE id = :id"
            places.append(connection.scalar(text(place), {"id": one.id}))
    assert len(set(places)) == 3
    store.record([Outcome(endpoint, Status.DELIVERED, vapid_public_key=key)])
    with store.transaction() as connection:
        assert connection.scalar(text(place), {"id": one.id}) == places[-1]


def reports(store: Store) -> list[Plan]:
    with watched(store) as plans:
        assert Broadcast(store, "in use").pending() > 0
        assert store.count(topic="tides") > 0
        assert broadcast_progress(store)
    return plans


def test_reports_read_each_row_once_and_sort_none(store: Store) -> None:
    for plan in reports(store):
        assert plan.sorted_rows < SIZE, plan.shape


def test_every_foreign_key_has_an_index(store: Store) -> None:
    """Removing a subscription looks for what refers to it."""
    engine = inspect(store._engine)
    for table in tables().metadata.tables:
        leading = {columns["column_names"][0] for columns in engine.get_indexes(table)}
        leading.update(engine.get_pk_constraint(table)["constrained_columns"][:1])
        for key in engine.get_foreign_keys(table):
            assert key["constrained_columns"][0] in leading, f"{table}: {key['name']}"


@pytest.mark.parametrize(
    ("index", "work"),
    [
        ("ix_pwagen_subscriptions_user_key_id", paging),
        ("ix_pwagen_topics_topic_subscription_id", paging),
        ("ix_pwagen_subscriptions_failures", pruning),
        ("ix_pwagen_claims_holder", sending_a_range),
        ("ix_pwagen_claims_subscription_id", removing_the_dead),
    ],
)
def test_without_an_index_it_would(store: Store, index: str, work: Callable[[Store], None]) -> None:
    with store.transaction() as connection:
        definition = connection.scalar(
            text("SELECT pg_get_indexdef(CAST(:name AS regclass))"), {"name": index}
        )
        connection.execute(text(f"DROP INDEX {index}"))
    try:
        with watched(store) as plans:
            work(store)
    finally:
        with store.transaction() as connection:
            connection.execute(text(definition))
    assert greedy(plans)
