"""Subscriptions by Django's ORM, as the endpoint and the sender ask for them."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from hmac import compare_digest
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.utils import timezone

from pwagen.integrations.django.models import PushSubscription, SubscriptionTopic
from pwagen.push.storage.store_errors import EndpointTakenError, StoreError
from pwagen.push.subscription import Subscription
from pwagen.push.transport.outcome import Outcome, Status

# As in pwagen's own store: a service that errs for an hour must not cost its users their subscriptions.
GONE_FOR = timedelta(days=1)


class OrmStore:
    """What `pwagen.push.Store` does for the endpoint; users are primary keys as text."""

    def impatient(self, seconds: float) -> OrmStore:
        """Return the store: how long a transaction waits is in settings.DATABASES."""
        return self

    def get(self, endpoint: str) -> PushSubscription | None:
        """Return the subscription with this endpoint."""
        with _transaction():
            return PushSubscription.objects.filter(endpoint_sha256=digest(endpoint)).first()

    def save(
        self,
        subscription: Subscription,
        *,
        user: str | None = None,
        topics: Collection[str] | None = None,
        proven: bool = False,
    ) -> None:
        """Insert the subscription, or refresh the one with its endpoint; see `Store.save`."""
        with _transaction():
            if proven:
                _prove(_locked(subscription.endpoint), subscription.auth)
            row = _save(subscription, {"user_id": user} if user is not None else {})
            if topics is not None:
                _set_topics(row, topics)

    def replace(self, old_endpoint: str | None, new: Subscription, *, proven: bool = False) -> None:
        """Put `new` where `old_endpoint` was, keeping its user and topics; see `Store.replace`."""
        with _transaction():
            old = _locked(old_endpoint or "")
            if proven:
                _prove(_locked(new.endpoint), new.auth)
            if old is None or old_endpoint == new.endpoint:
                _save(new, {})
                return
            row = _save(new, {"user_id": old.user_id})
            if topics := old.topic_names:
                _set_topics(row, topics)
            old.delete()

    def remove_proven(self, endpoint: str, auth: bytes | None, user: str | None = None) -> bool:
        """Remove a subscription; that of a user only with its `auth`, or for that `user`."""
        with _transaction():
            row = _locked(endpoint)
            if row is None:
                return False
            owner = None if row.user_id is None else str(row.user_id)
            if auth is not None or owner not in (None, user):
                _prove(row, auth or b"")
            row.delete()
            return True

    def record(self, outcomes: Iterable[Outcome]) -> None:
        """Keep what became of messages: failures are counted, and who is gone for a day is removed."""
        now = timezone.now()
        with _transaction():
            for outcome in outcomes:
                rows = PushSubscription.objects.filter(endpoint_sha256=digest(outcome.endpoint))
                if outcome.status is Status.DELIVERED:
                    rows.update(failures=0, last_failure="", gone_since=None)
                    continue
                rows.update(failures=F("failures") + 1, last_failure=outcome.cause)
                if outcome.status is Status.GONE:
                    rows.filter(gone_since__lt=now - GONE_FOR).delete()
                    rows.filter(gone_since=None).update(gone_since=now)


def digest(endpoint: str) -> str:
    """Return by what an endpoint is found."""
    return hashlib.sha256(endpoint.encode()).hexdigest()


def _locked(endpoint: str) -> PushSubscription | None:
    rows = PushSubscription.objects.select_for_update()
    return rows.filter(endpoint_sha256=digest(endpoint)).first()


def _save(subscription: Subscription, values: dict[str, Any]) -> PushSubscription:
    values |= {
        "endpoint": subscription.endpoint,
        "p256dh": subscription.p256dh,
        "auth": subscription.auth,
        "last_seen": timezone.now(),
        "failures": 0,
        "last_failure": "",
        "gone_since": None,
    }
    key = digest(subscription.endpoint)
    row, _ = PushSubscription.objects.update_or_create(endpoint_sha256=key, defaults=values)
    return row


def _set_topics(row: PushSubscription, topics: Collection[str]) -> None:
    row.topics.all().delete()
    names = sorted(set(topics))
    SubscriptionTopic.objects.bulk_create(SubscriptionTopic(subscription=row, name=name) for name in names)


def _prove(row: PushSubscription | None, auth: bytes) -> None:
    """Raise EndpointTakenError unless the secret is that of the stored subscription, if there is one."""
    if row is not None and not compare_digest(bytes(row.auth), auth):
        raise EndpointTakenError("the endpoint is stored with another auth - subscribe anew")


@contextmanager
def store_errors() -> Iterator[None]:
    """Raise StoreError for the database's errors, with what to do about tables that are missing."""
    try:
        yield
    except DatabaseError as error:
        table = PushSubscription._meta.db_table
        is_missing = table in str(error) and table not in connection.introspection.table_names()
        fix = " - run `python manage.py migrate`" if is_missing else ""
        raise StoreError(f"the store failed: {str(error).splitlines()[0]}{fix}") from None


@contextmanager
def _transaction() -> Iterator[None]:
    with store_errors(), transaction.atomic():
        yield
