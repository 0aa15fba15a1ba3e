"""Subscriptions in a database: the subscribers, their topics, and the outcomes of sending to them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from copy import copy
from dataclasses import dataclass
from hmac import compare_digest
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, Select, delete, func, select, update
from sqlalchemy.exc import DBAPIError

from pwagen.push.storage.database import Location, open_engine, upsert, without_password
from pwagen.push.storage.dead_subscriptions import unmark
from pwagen.push.storage.recording import lock_changing, record_outcomes
from pwagen.push.storage.removals import Removals
from pwagen.push.storage.shared_engine import is_lent, transaction
from pwagen.push.storage.store_errors import EndpointTakenError, StoreError
from pwagen.push.storage.store_locks import announce_insert
from pwagen.push.storage.store_schema import check_readable, migrate, tables
from pwagen.push.subscription import Subscription
from pwagen.push.transport.outcome import Outcome

Result = TypeVar("Result")

DEFAULT_STORE = "subscriptions.db"
_PAGE = 1000
_ATTEMPTS = 4  # of a transaction that is ended for another one's sake


class DeadlockError(StoreError):
    """A transaction that was ended, for it and another one waited for each other."""


@dataclass(frozen=True)
class Stored:
    """A subscription with what the store knows about it. Times are seconds since 1970."""

    id: int
    subscription: Subscription
    user: str | None
    created: int
    last_seen: int
    failures: int
    last_failure: str | None


class Store:
    """A store that threads and processes may use at the same time; blocks, so await it in a thread.

    `location` is a file name (SQLite), a URL as SQLAlchemy writes them (sqlite:, postgresql:), or the engine
    of an application, in whose database the store's tables then are; their names start with pwagen_.
    """

    def __init__(
        self, location: Location = DEFAULT_STORE, *, create: bool = True, read_only: bool = False
    ) -> None:
        """Open the store, make or migrate its tables; raises StoreError when that fails.

        Without `create` a store must be there. One that is `read_only` must, too, and is left as it is.
        """
        self._tables = tables()
        self._connection: Connection | None = None
        self._engine = open_engine(location, read_only=read_only or not create)
        try:
            if read_only or not create:
                with self.transaction() as connection:
                    check_readable(connection)
            if read_only:
                return
            if not create:
                self.close()
                self._engine = open_engine(location)
            with self.transaction() as connection:
                migrate(connection)
        except StoreError:
            self.close()
            raise

    def close(self) -> None:
        """Close all connections but an application's."""
        if not is_lent(self._engine):
            self._engine.dispose()

    def save(
        self,
        subscription: Subscription,
        *,
        user: str | None = None,
        topics: Iterable[str] | None = None,
        proven: bool = False,
        now: float | None = None,
    ) -> None:
        """Insert the subscription, or refresh the one with its endpoint.

        `user` and `topics` replace what is stored, None keeps it. A subscription that is seen again
        has no failures. With `proven` raises EndpointTakenError for an endpoint that is stored with another
        `auth`: endpoints get into logs, and who knows one must not receive what is meant for its owner.
        """
        with self.transaction() as connection:
            if proven:
                _prove(self._locked(connection, subscription.endpoint), subscription.auth)
            self._save(connection, subscription, user, topics, seconds(now))

    def replace(
        self,
        old_endpoint: str | None,
        new: Subscription,
        *,
        proven: bool = False,
        now: float | None = None,
    ) -> None:
        """Put `new` where `old_endpoint` was, keeping user and topics (pushsubscriptionchange).

        `proven` is as in `save`.
        """
        subscriptions, topics = self._tables.subscriptions, self._tables.topics
        with self.transaction() as connection:
            old = connection.execute(
                select(subscriptions).where(subscriptions.c.endpoint == (old_endpoint or ""))
            ).first()
            if proven:
                _prove(self._locked(connection, new.endpoint), new.auth)
            if old is None or old_endpoint == new.endpoint:
                self._save(connection, new, None, None, seconds(now))
                return
            existing = select(subscriptions.c.id).where(subscriptions.c.endpoint == new.endpoint)
            if connection.execute(existing).first() is None:
                connection.execute(
                    update(subscriptions)
                    .where(subscriptions.c.id == old.id)
                    .values(
                        {"vapid_public_key": None}
                        | _values(new)
                        | {"last_seen": seconds(now), "failures": 0, "last_failure": None}
                    )
                )
                unmark(connection, [new.endpoint])
                return
            old_topics = connection.scalars(select(topics.c.topic).where(topics.c.subscription_id == old.id))
            self._save(connection, new, old.user_key, list(old_topics) or None, seconds(now))
            self._delete(connection, [old_endpoint or ""])

    def remove(self, endpoint: str) -> bool:
        """Return whether there was a subscription with this endpoint, now gone."""
        with self.transaction() as connection:
            return self._delete(connection, [endpoint]) > 0

    def remove_proven(self, endpoint: str, auth: bytes | None, user: str | None = None) -> bool:
        """Do what `remove` does; a subscription of a user only with its `auth`, or for that `user`.

        Raises EndpointTakenError, also for an `auth` that does not match.
        """
        with self.transaction() as connection:
            row = self._locked(connection, endpoint)
            if row is not None and (auth is not None or row.user_key not in (None, user)):
                _prove(row, auth or b"")
            return self._delete(connection, [endpoint]) > 0

    def impatient(self, seconds: float) -> Store:
        """Return this store, whose transactions wait no longer than so many seconds for a locked database."""
        other = copy(self)
        other._engine = self._engine.execution_options(busy_seconds=seconds)
        return other

    def within(self, connection: Connection) -> Store:
        """Return this store, what it does being part of the application's transaction on a connection.

        The application commits, or takes it back, also after a StoreError.
        """
        other = copy(self)
        other._connection = connection
        return other

    def get(self, endpoint: str) -> Stored | None:
        """Return the subscription with this endpoint."""
        table = self._tables.subscriptions
        with self.transaction() as connection:
            row = connection.execute(select(table).where(table.c.endpoint == endpoint)).first()
        return stored(row) if row else None

    def topics(self, endpoint: str) -> set[str]:
        """Return the topics of the subscription with this endpoint."""
        subscriptions, topics = self._tables.subscriptions, self._tables.topics
        statement = select(topics.c.topic).join(subscriptions).where(subscriptions.c.endpoint == endpoint)
        with self.transaction() as connection:
            return set(connection.scalars(statement))

    def count_topics(self) -> dict[str, int]:
        """Return how many subscriptions each topic has, the most frequent first."""
        topics, number = self._tables.topics, func.count()
        rows = select(topics.c.topic, number).group_by(topics.c.topic).order_by(number.desc(), topics.c.topic)
        with self.transaction() as connection:
            return {row[0]: row[1] for row in connection.execute(rows)}

    def count(
        self,
        *,
        user: str | None = None,
        topic: str | None = None,
        after_id: int = 0,
        created_until: int | None = None,
    ) -> int:
        """Return how many subscriptions there are, of one user or topic if given.

        `created_until` leaves out those that came after that second.
        """
        table = self._tables.subscriptions
        rows = self.selection(user, topic, after_id)
        if created_until is not None:
            rows = rows.where(table.c.created <= created_until)
        with self.transaction() as connection:
            return connection.execute(select(func.count()).select_from(rows.subquery())).scalar_one()

    def all(self, *, user: str | None = None, topic: str | None = None) -> Iterator[Stored]:
        """Yield the subscriptions in the order they came, a page at a time."""
        for page, _ in self._pages(user, topic):
            yield from page

    def all_with_topics(
        self, *, user: str | None = None, topic: str | None = None
    ) -> Iterator[tuple[Stored, set[str]]]:
        """Yield what `all` does, each with all of its topics."""
        for page, topics in self._pages(user, topic, with_topics=True):
            for stored in page:
                yield stored, topics[stored.id]

    def record(self, outcomes: Iterable[Outcome], *, now: float | None = None) -> Removals:
        """Store the outcomes of messages: failures are counted, gone subscriptions are marked.

        One that is gone again a day later is removed, unless that took away most of its service's within
        a day; the return value has what was kept.
        """
        outcomes, removals = list(outcomes), Removals()

        def record(connection: Connection) -> None:
            changing = lock_changing(connection, outcomes)
            record_outcomes(connection, outcomes, changing, removals, seconds(now))

        self.transact(record)
        return removals

    def transact(self, work: Callable[[Connection], Result]) -> Result:
        """Return the result of `work`, done in a transaction.

        Done again if it and another transaction waited for each other in a circle: PostgreSQL ends one of
        them, and messages that are sent must not lose their outcomes by that.
        """
        # Of a transaction that is the application's, all would have to be done again.
        for _ in range(_ATTEMPTS - 1 if self._connection is None else 0):
            with suppress(DeadlockError), self.transaction() as connection:
                return work(connection)
        with self.transaction() as connection:
            return work(connection)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Enter a transaction; the database's own errors become StoreError."""
        try:
            if self._connection is not None:
                yield self._connection
                return
            with transaction(self._engine) as connection:
                yield connection
        except DBAPIError as error:
            reason = without_password(
                (str(error.orig).splitlines() or ["no reason is known"])[0], self._engine
            )
            # As psycopg names it, and psycopg2, which an application's engine may have.
            state = getattr(error.orig, "sqlstate", None) or getattr(error.orig, "pgcode", None)
            is_deadlock = state == "40P01"
            kind = DeadlockError if is_deadlock else StoreError
            raise kind(f"the store failed: {reason}") from None

    def page(
        self,
        connection: Connection,
        last_id: int,
        limit: int,
        *,
        user: str | None,
        topic: str | None,
    ) -> list[Stored]:
        """Return up to `limit` subscriptions with a higher id than `last_id`, in order."""
        table = self._tables.subscriptions
        statement = self.selection(user, topic, last_id).order_by(table.c.id).limit(limit)
        return [stored(row) for row in connection.execute(statement)]

    def _pages(
        self, user: str | None, topic: str | None, *, with_topics: bool = False
    ) -> Iterator[tuple[list[Stored], dict[int, set[str]]]]:
        """Yield the subscriptions a transaction each page, and their topics by id if wanted."""
        last_id = 0
        while True:
            with self.transaction() as connection:
                page = self.page(connection, last_id, _PAGE, user=user, topic=topic)
                topics = self._topics_of(connection, page) if with_topics else {}
            yield page, topics
            if len(page) < _PAGE:
                return
            last_id = page[-1].id

    def _topics_of(self, connection: Connection, page: list[Stored]) -> dict[int, set[str]]:
        """Return the topics of each subscription of a page by its id."""
        table, topics = self._tables.topics, {stored.id: set[str]() for stored in page}
        if page:
            # Not those between the first and the last: of one user's few that is most of the store.
            in_page = table.c.subscription_id.in_(topics)
            for row in connection.execute(select(table).where(in_page)):
                topics[row.subscription_id].add(row.topic)
        return topics

    def _locked(self, connection: Connection, endpoint: str) -> Row[Any] | None:
        """Return the row with this endpoint, which nobody else can change before the transaction ends."""
        announce_insert(connection)
        table = self._tables.subscriptions
        return connection.execute(select(table).where(table.c.endpoint == endpoint).with_for_update()).first()

    def _save(
        self,
        connection: Connection,
        subscription: Subscription,
        user: str | None,
        topics: Iterable[str] | None,
        now: int,
    ) -> None:
        announce_insert(connection)
        table, topics_table = self._tables.subscriptions, self._tables.topics
        values = {**_values(subscription), "last_seen": now, "failures": 0, "last_failure": None}
        if user is not None:
            values["user_key"] = user
        statement = (
            upsert(connection, table)
            .values(**values, created=now)
            .on_conflict_do_update(index_elements=[table.c.endpoint], set_=values)
            .returning(table.c.id)
        )
        subscription_id = connection.execute(statement).scalar_one()
        unmark(connection, [subscription.endpoint])
        if topics is not None:
            connection.execute(delete(topics_table).where(topics_table.c.subscription_id == subscription_id))
            rows = [{"subscription_id": subscription_id, "topic": topic} for topic in sorted(set(topics))]
            if rows:
                connection.execute(topics_table.insert(), rows)

    def _delete(self, connection: Connection, endpoints: Sequence[str]) -> int:
        table = self._tables.subscriptions
        removed = 0
        for endpoint in endpoints:
            removed += connection.execute(delete(table).where(table.c.endpoint == endpoint)).rowcount
        return removed

    def selection(self, user: str | None, topic: str | None, after_id: int) -> Select[Any]:
        """Return the SELECT of subscriptions behind an id, of a user or topic if given."""
        subscriptions, topics = self._tables.subscriptions, self._tables.topics
        statement = select(subscriptions).where(subscriptions.c.id > after_id)
        if topic is not None:
            # The same bound again: databases see that the columns are equal, but not this.
            in_topic = (topics.c.topic == topic) & (topics.c.subscription_id > after_id)
            statement = statement.join(topics).where(in_topic)
        if user is not None:
            statement = statement.where(subscriptions.c.user_key == user)
        return statement


def _prove(row: Row[Any] | None, auth: bytes) -> None:
    if row is not None and not compare_digest(bytes(row.auth), auth):
        raise EndpointTakenError("the endpoint is known with another auth, which only its browser has")


def _values(subscription: Subscription) -> dict[str, Any]:
    values: dict[str, Any] = {
        "endpoint": subscription.endpoint,
        "p256dh": subscription.p256dh,
        "auth": subscription.auth,
    }
    if subscription.vapid_public_key:
        values["vapid_public_key"] = subscription.vapid_public_key
    return values


def stored(row: Row[Any]) -> Stored:
    """Return the value of a row of the subscriptions."""
    subscription = Subscription(row.endpoint, bytes(row.p256dh), bytes(row.auth), row.vapid_public_key)
    return Stored(
        row.id, subscription, row.user_key, row.created, row.last_seen, row.failures, row.last_failure
    )


def seconds(now: float | None) -> int:
    """Return whole seconds since 1970: `now`, or the clock's."""
    return int(time.time() if now is None else now)
