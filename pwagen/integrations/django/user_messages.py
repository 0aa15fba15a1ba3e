"""Sending to users: in a view, a signal, a task or a command."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from asgiref.sync import sync_to_async
from django.contrib.auth import get_user_model
from django.db.models import QuerySet

from pwagen.integrations.django.models import PushSubscription
from pwagen.integrations.django.orm_store import OrmStore, store_errors
from pwagen.integrations.django.project_app import web_app

if TYPE_CHECKING:
    from pwagen.push.messages.raw_message import Sendable
    from pwagen.push.transport.outcome import Outcome


def send_push(recipients: Any, message: Sendable, *, topic: str | None = None) -> list[Outcome]:
    """Send to the browsers of a user, of a queryset or list of users, or to a queryset of subscriptions.

    With a topic to those alone that are subscribed to it.

    Returns the outcomes, in the order in which they came, and keeps them. It waits for the push services: for
    more than a few recipients call it in a task. Raises PwagenError if there is no key or contact, TypeError
    for other recipients: nobody, who has not logged in, must not become everybody.
    """
    rows = _subscriptions(recipients)
    if topic is not None:
        rows = rows.filter(topics__name=topic)
    with store_errors():
        # All at once: within the sender's event loop Django refuses to ask the database.
        subscriptions = [row.subscription for row in rows]
    return web_app().send_to(subscriptions, message, OrmStore().record)


async def asend_push(recipients: Any, message: Sendable, *, topic: str | None = None) -> list[Outcome]:
    """Do what `send_push` does, in an async view."""
    outcomes: list[Outcome] = await sync_to_async(send_push)(recipients, message, topic=topic)
    return outcomes


def _subscriptions(recipients: Any) -> QuerySet[PushSubscription]:
    if isinstance(recipients, QuerySet) and recipients.model is PushSubscription:
        return recipients
    if isinstance(recipients, get_user_model()):
        return PushSubscription.objects.filter(user=recipients)
    if not isinstance(recipients, QuerySet) and not _are_users(recipients):
        raise TypeError(
            "send_push takes a user, a queryset or list of users, or a queryset of PushSubscription, "
            f"and not {recipients!r}"
        )
    return PushSubscription.objects.filter(user__in=recipients)


def _are_users(recipients: object) -> bool:
    return isinstance(recipients, Collection) and all(
        isinstance(recipient, get_user_model()) for recipient in recipients
    )
