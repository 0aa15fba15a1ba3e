"""A subscription follows its browser's session: it is the user's from log-in to log-out."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest

from pwagen.integrations.django.models import PushSubscription
from pwagen.integrations.django.orm_store import digest
from pwagen.integrations.django.views import SESSION_KEY


@receiver(user_logged_in)
def take_over(sender: object, request: HttpRequest | None, user: Any, **_: object) -> None:
    """Give the subscription that the browser made before to whoever has logged in."""
    if endpoint := _endpoint(request):
        PushSubscription.objects.filter(endpoint_sha256=digest(endpoint)).update(user=user)


@receiver(user_logged_out)
def drop(sender: object, request: HttpRequest | None, user: Any, **_: object) -> None:
    """Forget the subscription: the next one at this browser may be somebody else."""
    if endpoint := _endpoint(request):
        PushSubscription.objects.filter(endpoint_sha256=digest(endpoint)).delete()


def _endpoint(request: HttpRequest | None) -> str | None:
    session = getattr(request, "session", None)
    endpoint: str | None = session.get(SESSION_KEY) if session is not None else None
    return endpoint
