"""The server's side of push subscriptions for WSGI servers: `subscription_requests` has its rules."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from pwagen.push.transport.endpoints import EndpointPolicy
from pwagen.serve.rate_limit import RateLimit
from pwagen.serve.subscription_requests import Claims, SubscriptionRequests, SubscriptionStore, chosen_topics

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication

WsgiUser = Callable[[dict[str, Any]], str | None]
WsgiTopics = Collection[str] | Callable[[dict[str, Any], list[str] | None], Collection[str] | None]


def subscription_wsgi(
    store: SubscriptionStore,
    *,
    user: WsgiUser | None = None,
    topics: WsgiTopics | None = None,
    policy: EndpointPolicy | None = None,
    rate_limit: RateLimit | None = None,
) -> WSGIApplication:
    """Return a WSGI application (PEP 3333) that answers at push.endpoint, wherever it is mounted.

    `user` takes the environ and returns the key of the user who makes the request, None for nobody. `topics`
    are those that pages may choose from, or a function of the environ and of what the page has chosen, which
    returns what the subscription is for, None to leave that as it is. `policy` says which push services are
    taken, by default those that the sender sends to.
    """
    requests = SubscriptionRequests(store, policy=policy, rate_limit=rate_limit)

    def application(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        headers = {
            name.removeprefix("HTTP_").replace("_", "-").lower(): value
            for name, value in environ.items()
            if name.startswith("HTTP_") or name in ("CONTENT_TYPE", "CONTENT_LENGTH")
        }

        def body() -> bytes:
            read: bytes = environ["wsgi.input"].read(int(headers.get("content-length") or 0))
            return read

        def current_user(_: Claims) -> str | None:
            return user(environ) if user else None

        def current_topics(claims: Claims) -> Collection[str] | None:
            if topics is None:
                return None
            return topics(environ, claims.topics) if callable(topics) else chosen_topics(claims, topics)

        client = environ.get("REMOTE_ADDR", "")
        method = environ["REQUEST_METHOD"]
        answer = requests.answer(method, headers, client, body, current_user, current_topics)
        phrase = HTTPStatus(answer.status).phrase
        start_response(f"{answer.status} {phrase}", list(answer.headers.items()))
        return [answer.body]

    return application
