"""The tables of the store, and how an older store becomes a current one."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Double,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    insert,
    inspect,
    select,
    text,
    update,
)

from pwagen.push.storage.store_errors import StoreError
from pwagen.push.storage.store_locks import lock_schema
from pwagen.push.transport.outcome import Status

SUMS = {Status.DELIVERED: "delivered", Status.GONE: "gone", Status.TOO_LARGE: "too_large"}
"""Columns of a broadcast that count its final outcomes."""


class Tables(NamedTuple):
    """All tables; every name starts with pwagen_, so that they can live in an application's database."""

    metadata: MetaData
    version: Table
    subscriptions: Table
    topics: Table
    broadcasts: Table
    claims: Table
    gone: Table
    services: Table
    removals: Table
    vendors: Table


@cache
def tables() -> Tables:
    """Return the current definitions, without indexes. Times are whole seconds since 1970."""
    metadata = MetaData()
    number = BigInteger().with_variant(Integer, "sqlite")  # only INTEGER counts up by itself there

    def subscription_id() -> Column[int]:
        target = ForeignKey("pwagen_subscriptions.id", ondelete="CASCADE")
        return Column("subscription_id", number, target, primary_key=True)

    return Tables(
        metadata,
        Table("pwagen_schema", metadata, Column("version", Integer, nullable=False)),
        Table(
            "pwagen_subscriptions",
            metadata,
            Column("id", number, primary_key=True),
            Column("endpoint", Text, nullable=False, unique=True),
            Column("p256dh", LargeBinary, nullable=False),
            Column("auth", LargeBinary, nullable=False),
            Column("vapid_public_key", String(87)),
            Column("user_key", Text),
            Column("created", BigInteger, nullable=False),
            Column("last_seen", BigInteger, nullable=False),
            Column("failures", Integer, nullable=False, server_default="0"),
            Column("last_failure", Text),
            sqlite_autoincrement=True,  # an id is never used twice: broadcasts go by it
        ),
        Table(
            "pwagen_topics",
            metadata,
            subscription_id(),
            Column("topic", Text, primary_key=True),
        ),
        Table(
            "pwagen_broadcasts",
            metadata,
            Column("name", Text, primary_key=True),
            Column("last_id", BigInteger, nullable=False),
            Column("started", BigInteger, nullable=False),
            Column("content", String(43)),  # a digest of its message and recipients; NULL for any
            Column("user_key", Text),
            Column("topic", Text),
            Column("cancelled", BigInteger),
            *(Column(name, BigInteger, nullable=False, server_default="0") for name in SUMS.values()),
        ),
        Table(
            "pwagen_claims",
            metadata,
            Column("broadcast", Text, ForeignKey("pwagen_broadcasts.name"), primary_key=True),
            subscription_id(),
            Column("claimed_until", BigInteger, nullable=False),
            Column("holder", String(22)),  # the run that has it, NULL when that has ended
            Column("status", String(16)),  # of the last attempt, NULL before it
            Column("vendor", String(16)),  # whose service it is at; NULL in claims from before this column
        ),
        Table(
            "pwagen_gone",  # of subscriptions that their service reported as gone, until they are removed
            metadata,
            subscription_id(),
            Column("since", BigInteger, nullable=False),
        ),
        Table(
            "pwagen_services",
            metadata,
            Column("origin", Text, primary_key=True),
            Column("last_delivered", BigInteger),
            Column("last_failed", BigInteger),
        ),
        Table(
            "pwagen_removals",  # by broadcast and service, and of a day of everything where the name is empty
            metadata,
            Column("broadcast", Text, primary_key=True),
            Column("origin", Text, primary_key=True),
            Column("since", BigInteger, nullable=False),
            Column("rows_at_least", BigInteger, nullable=False),  # that the service had then
            Column("are_all", Integer, nullable=False),  # whether it had no more
            Column("removed", BigInteger, nullable=False),
            Column("kept", BigInteger, nullable=False),
        ),
        Table(
            "pwagen_vendors",
            metadata,
            Column("vendor", String(16), primary_key=True),
            Column("next_at", Double, nullable=False),  # when the next message may be sent
            Column("alone_until", Double, nullable=False),  # 0 where nobody asked for that
        ),
    )


class _PostgreSQL(str):
    """SQL for PostgreSQL alone."""


# What each version added, from 1: tables that have not changed since by name, everything else as SQL. Never
# edited once released, only appended to.
_MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        "pwagen_subscriptions",
        "pwagen_topics",
        "CREATE INDEX ix_pwagen_subscriptions_user_key ON pwagen_subscriptions (user_key)",
        "CREATE INDEX ix_pwagen_topics_topic ON pwagen_topics (topic)",
    ),
    (
        "CREATE TABLE pwagen_broadcasts "
        "(name TEXT NOT NULL PRIMARY KEY, last_id BIGINT NOT NULL, started BIGINT NOT NULL)",
        "CREATE TABLE pwagen_claims (broadcast TEXT NOT NULL REFERENCES pwagen_broadcasts (name), "
        "subscription_id BIGINT NOT NULL REFERENCES pwagen_subscriptions (id) ON DELETE CASCADE, "
        "claimed_until BIGINT NOT NULL, PRIMARY KEY (broadcast, subscription_id))",
    ),
    ("ALTER TABLE pwagen_broadcasts ADD COLUMN content VARCHAR(43)",),
    (
        "ALTER TABLE pwagen_broadcasts ADD COLUMN user_key TEXT",
        "ALTER TABLE pwagen_broadcasts ADD COLUMN topic TEXT",
        "ALTER TABLE pwagen_broadcasts ADD COLUMN delivered BIGINT NOT NULL DEFAULT 0",
        "ALTER TABLE pwagen_broadcasts ADD COLUMN gone BIGINT NOT NULL DEFAULT 0",
        "ALTER TABLE pwagen_broadcasts ADD COLUMN too_large BIGINT NOT NULL DEFAULT 0",
        "ALTER TABLE pwagen_claims ADD COLUMN holder VARCHAR(22)",
        "ALTER TABLE pwagen_claims ADD COLUMN status VARCHAR(16)",
    ),
    ("pwagen_gone", "pwagen_services"),
    ("ALTER TABLE pwagen_broadcasts ADD COLUMN cancelled BIGINT",),
    (  # so that what a page or a range reads does not grow with the store: tests/push/test_query_plans.py
        "DROP INDEX ix_pwagen_subscriptions_user_key",
        "CREATE INDEX ix_pwagen_subscriptions_user_key_id ON pwagen_subscriptions (user_key, id) "
        "WHERE user_key IS NOT NULL",
        "DROP INDEX ix_pwagen_topics_topic",
        "CREATE INDEX ix_pwagen_topics_topic_subscription_id ON pwagen_topics (topic, subscription_id)",
        "CREATE INDEX ix_pwagen_subscriptions_failures ON pwagen_subscriptions (failures) WHERE failures > 0",
        # Removing a subscription looks for its claims.
        "CREATE INDEX ix_pwagen_claims_subscription_id ON pwagen_claims (subscription_id)",
        "CREATE INDEX ix_pwagen_claims_holder ON pwagen_claims (holder) WHERE holder IS NOT NULL",
        # The order of octets, in which all of a service's endpoints are next to each other, is not that of
        # most databases; in SQLite it is.
        _PostgreSQL('ALTER TABLE pwagen_subscriptions ALTER COLUMN endpoint TYPE TEXT COLLATE "C"'),
    ),
    (
        "pwagen_removals",
        "pwagen_vendors",
        "ALTER TABLE pwagen_claims ADD COLUMN vendor VARCHAR(16)",
    ),
)


def migrate(connection: Connection, to_version: int = len(_MIGRATIONS)) -> None:
    """Bring the store up to date, inside the transaction of `connection`.

    Raises StoreError for a store of a newer pwagen.
    """
    schema = tables()
    lock_schema(connection)  # two processes that start together would otherwise both create the tables
    schema.version.create(connection, checkfirst=True)
    version = connection.execute(select(schema.version.c.version)).scalar()
    if version is None:
        version = 0
        connection.execute(insert(schema.version).values(version=0))
    _refuse_newer(version)
    for step in _MIGRATIONS[version:to_version]:
        for addition in step:
            if addition in schema.metadata.tables:
                schema.metadata.tables[addition].create(connection)
            elif not isinstance(addition, _PostgreSQL) or connection.dialect.name == "postgresql":
                connection.execute(text(addition))
    if to_version > version:
        connection.execute(update(schema.version).values(version=to_version))


def check_readable(connection: Connection) -> None:
    """Raise StoreError if there is no store, or one of a newer pwagen; changes nothing."""
    version = tables().version
    if not inspect(connection).has_table(version.name):
        raise StoreError("the database does not contain a store: the table pwagen_schema is missing")
    _refuse_newer(connection.execute(select(version.c.version)).scalar() or 0)


def _refuse_newer(version: int) -> None:
    if version > len(_MIGRATIONS):
        raise StoreError(
            f"the store has version {version}, this pwagen knows {len(_MIGRATIONS)} - upgrade pwagen"
        )
