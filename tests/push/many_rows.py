"""A store filled at once, by its database itself: millions of subscriptions in minutes."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, text

from pwagen.push.storage.store import Store
from pwagen.push.storage.store_schema import tables
from pwagen.push.subscription import Subscription

# As long as the vendors' own are; a digest in place of their token, so that they come in no order.
_SUBSCRIPTIONS = """
    INSERT INTO pwagen_subscriptions
        (endpoint, p256dh, auth, vapid_public_key, user_key, created, last_seen, failures, last_failure)
    SELECT
        CASE
            WHEN n % 100 < 75 THEN 'https://fcm.googleapis.com/fcm/send/' || token || left(token, 26)
            WHEN n % 100 < 87 THEN 'https://web.push.apple.com/Q' || token || left(token, 38)
            WHEN n % 100 < 95 THEN
                'https://updates.push.services.mozilla.com/wpush/v2/' || token || left(token, 50)
            ELSE 'https://wns2-par02p.notify.windows.com/w/?token=' || token || token
        END,
        '\\x04'::bytea || sha256(token::bytea) || sha256(md5(token)::bytea),
        decode(md5(n::text), 'hex'),
        repeat('B', 87),
        CASE WHEN n % 3 > 0 THEN 'user-' || n / 2 END,
        1700000000 + n,
        1800000000 + n,
        CASE WHEN n % 1000 IN (0, 99) THEN 12 ELSE 0 END,
        CASE WHEN n % 1000 IN (0, 99) THEN 'the push service failed' END
    FROM (
        SELECT n, md5(n::text) || md5('a' || n) || md5('b' || n) || md5('c' || n) AS token
        FROM generate_series(CAST(:first AS bigint), :last) AS n
    ) AS tokens
"""
# Half of all have one topic, a thousandth has another.
_TOPICS = """
    INSERT INTO pwagen_topics (subscription_id, topic)
    SELECT id, 'tides' FROM pwagen_subscriptions WHERE id BETWEEN :first AND :last AND id % 2 = 0
    UNION ALL
    SELECT id, 'harbour-' || id % 1000 FROM pwagen_subscriptions WHERE id BETWEEN :first AND :last
"""
_GONE = """
    INSERT INTO pwagen_gone (subscription_id, since)
    SELECT id, 1700000000 FROM pwagen_subscriptions WHERE id BETWEEN :first AND :last AND id % 500 = 1
"""
_CLAIMS = """
    INSERT INTO pwagen_claims (broadcast, subscription_id, claimed_until)
    SELECT :broadcast, id, 0 FROM pwagen_subscriptions WHERE id BETWEEN :first AND :last
"""
_AT_ONCE = 500_000


def save_all(store: Store, subscriptions: Iterable[Subscription], *, now: int = 1_700_000_000) -> None:
    """Save new subscriptions in one statement; `now` is in seconds since 1970."""
    times = {"created": now, "last_seen": now}
    rows = [
        {"endpoint": new.endpoint, "p256dh": new.p256dh, "auth": new.auth, **times} for new in subscriptions
    ]
    with store.transaction() as connection:
        connection.execute(tables().subscriptions.insert(), rows)


def add_subscriptions(store: Store, first: int, last: int) -> None:
    """Add the subscriptions with ids from `first` to `last` to a store in PostgreSQL that has those before.

    The keys are no points of a curve: nothing can be encrypted for them.
    """
    for start in range(first, last + 1, _AT_ONCE):
        with store.transaction() as connection:
            ids = {"first": start, "last": min(start + _AT_ONCE - 1, last)}
            for statement in (_SUBSCRIPTIONS, _TOPICS, _GONE):
                connection.execute(text(statement), ids)


def add_claims(connection: Connection, broadcast: str, first: int, last: int) -> None:
    """Do what cutting a broadcast into ranges does, for all of these ids at once."""
    connection.execute(text(_CLAIMS), {"broadcast": broadcast, "first": first, "last": last})
    passed = "UPDATE pwagen_broadcasts SET last_id = :last WHERE name = :broadcast"
    connection.execute(text(passed), {"broadcast": broadcast, "last": last})


def analyze(store: Store) -> None:
    """Do what autovacuum does from time to time."""
    with store._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM (ANALYZE)"))
