"""Sending to users: in a view, a signal, a task or a command."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from asgiref.sync import sync_to_async
from django.contrib.auth import get_user_model
from django.db.models import QuerySet

from pwagen.integrations.django.models import PushSubscription
from pwagen.integrations.django.orm_store import OrmStore
from pwagen.integrations.django.project_app import web_app

if TYPE_CHECKING:
    from pwagen.push.messages.raw_message import Sendable
    from pwagen.push.transport.outcome import Outcome


def send_push(recipients: Any, message: Sendable) -> list[Outcome]:
    """Send to the browsers of a user, of a queryset or list of users, or to a queryset of subscriptions.

    Returns the outcomes, in the order in which they came, and keeps them. It waits for the push services: for
    more than a few recipients call it in a task. Raises PwagenError if there is no key or contact.
    """
    # All at once: within the sender's event loop Django refuses to ask the database.
    subscriptions = [row.subscription for row in _subscriptions(recipients)]
    return web_app().send_to(subscriptions, message, OrmStore().record)


async def asend_push(recipients: Any, message: Sendable) -> list[Outcome]:
    """Do what `send_push` does, in an async view."""
    outcomes: list[Outcome] = await sync_to_async(send_push)(recipients, message)
    return outcomes


def _subscriptions(recipients: Any) -> Iterable[PushSubscription]:
    if isinstance(recipients, QuerySet) and recipients.model is PushSubscription:
        return recipients
    if isinstance(recipients, get_user_model()):
        return PushSubscription.objects.filter(user=recipients)
    return PushSubscription.objects.filter(user__in=recipients)
