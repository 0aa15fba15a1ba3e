"""The tables of the store, and how an older store becomes a current one."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from pwagen.errors import PwagenError
from pwagen.push.store_locks import lock_schema

if TYPE_CHECKING:
    from sqlalchemy import Connection, MetaData, Table


class StoreError(PwagenError):
    """A store that cannot be used."""


class Tables(NamedTuple):
    """All tables; every name starts with pwagen_, so that they can live in an application's database."""

    metadata: MetaData
    version: Table
    subscriptions: Table
    topics: Table
    broadcasts: Table
    claims: Table


@cache
def tables() -> Tables:
    """Return the current definitions. Times are whole seconds since 1970."""
    from sqlalchemy import (
        BigInteger,
        Column,
        ForeignKey,
        Integer,
        LargeBinary,
        MetaData,
        String,
        Table,
        Text,
    )

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
            Column("user_key", Text, index=True),
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
            Column("topic", Text, primary_key=True, index=True),
        ),
        Table(
            "pwagen_broadcasts",
            metadata,
            Column("name", Text, primary_key=True),
            Column("last_id", BigInteger, nullable=False),
            Column("started", BigInteger, nullable=False),
        ),
        Table(
            "pwagen_claims",
            metadata,
            Column("broadcast", Text, ForeignKey("pwagen_broadcasts.name"), primary_key=True),
            subscription_id(),
            Column("claimed_until", BigInteger, nullable=False),
        ),
    )


# What each version added, from 1. Never edited once released, only appended to.
_MIGRATIONS: tuple[tuple[str, ...], ...] = (
    ("pwagen_subscriptions", "pwagen_topics"),
    ("pwagen_broadcasts", "pwagen_claims"),
)


def migrate(connection: Connection, to_version: int = len(_MIGRATIONS)) -> None:
    """Bring the store up to date, inside the transaction of `connection`.

    Raises StoreError for a store of a newer pwagen.
    """
    from sqlalchemy import insert, select, text, update

    schema = tables()
    lock_schema(connection)  # two processes that start together would otherwise both create the tables
    schema.version.create(connection, checkfirst=True)
    version = connection.execute(select(schema.version.c.version)).scalar()
    if version is None:
        version = 0
        connection.execute(insert(schema.version).values(version=0))
    if version > len(_MIGRATIONS):
        raise StoreError(
            f"the store has version {version}, this pwagen knows {len(_MIGRATIONS)} - upgrade pwagen"
        )
    for step in _MIGRATIONS[version:to_version]:
        for addition in step:
            if addition in schema.metadata.tables:
                schema.metadata.tables[addition].create(connection)
            else:
                connection.execute(text(addition))
    if to_version > version:
        connection.execute(update(schema.version).values(version=to_version))
