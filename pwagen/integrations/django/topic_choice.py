"""Which topics a browser subscribes to: settings.PWAGEN_TOPICS."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string

from pwagen.errors import PwagenError
from pwagen.serve.subscription_requests import Claims, chosen_topics

SETTING = "PWAGEN_TOPICS"
"""The topics that pages may choose from, or the path of a function of the request and their choice."""


def topics_for(request: HttpRequest, claims: Claims) -> Collection[str] | None:
    """Return the topics of a subscription, None to leave them as they are.

    Raises RefusedRequestError for topics that there aren't, PwagenError for a wrong setting.
    """
    choice = topic_choice()
    if choice is None:
        return None
    if callable(choice):
        topics: Collection[str] | None = choice(request, claims.topics)
        return topics
    return chosen_topics(claims, choice)


def topic_choice() -> Any:
    """Return the topics there are, or the function that knows; raises PwagenError."""
    setting = getattr(settings, SETTING, None)
    if not isinstance(setting, str):
        return setting
    try:
        return import_string(setting)
    except ImportError as error:
        raise PwagenError(
            f"settings.{SETTING}: {error} - write a list of topics, or the path of a function, "
            'such as "shop.push.topics"'
        ) from None
