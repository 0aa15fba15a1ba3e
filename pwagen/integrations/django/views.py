"""What the app answers: its files, and the requests about subscriptions."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.views.decorators.csrf import csrf_exempt

from pwagen.integrations.django.orm_store import OrmStore
from pwagen.integrations.django.project_app import web_app
from pwagen.integrations.django.topic_choice import topics_for
from pwagen.serve.subscription_requests import Claims, SubscriptionRequests

SESSION_KEY = "pwagen_endpoint"
"""Where a session remembers which subscription is its browser's."""


def app_file(request: HttpRequest, name: str) -> HttpResponse:
    """Answer with one of the app's files."""
    file = web_app().files(look_again=settings.DEBUG).get(name)
    if file is None:
        raise Http404
    response = HttpResponse(file.content, headers={**file.headers, "ETag": file.etag})
    return get_conditional_response(request, etag=file.etag, response=response)


@csrf_exempt
def subscriptions(request: HttpRequest) -> HttpResponse:
    """Answer a POST, PUT or DELETE at push.endpoint.

    A token can't be asked for, since the worker, which renews subscriptions, has none. What Django's own
    check of Origin does, the endpoint does itself, with Sec-Fetch-Site.
    """
    user = getattr(request, "user", None)
    key = str(user.pk) if user is not None and user.is_authenticated else None

    def changed(kind: str, endpoint: str) -> None:
        if not hasattr(request, "session"):
            return
        if kind != "unsubscribed":
            request.session[SESSION_KEY] = endpoint
        elif SESSION_KEY in request.session:
            del request.session[SESSION_KEY]

    def current_user(_: Claims) -> str | None:
        return key

    def topics(claims: Claims) -> Collection[str] | None:
        return topics_for(request, claims)

    headers = {name.lower(): value for name, value in request.headers.items()}
    client = request.META.get("REMOTE_ADDR", "")
    answer = _requests().answer(
        request.method, headers, client, lambda: request.body, current_user, topics, changed
    )
    return HttpResponse(answer.body, status=answer.status, headers=answer.headers)


@cache
def _requests() -> SubscriptionRequests:
    return SubscriptionRequests(OrmStore())
