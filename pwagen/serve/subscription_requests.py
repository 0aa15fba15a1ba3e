"""What a server does with the requests of sw.js and register.js to push.endpoint, whatever it is made with.

POST {"subscription": …}, PUT {"old": … | null, "new": …}, DELETE {"endpoint": "…", "auth": "…"}; answered
with 204, or with {"error": "…"}: 409 for an endpoint that is stored with another auth. The first two have a
"user" when the page has called pwagen.identify(), and "topics" where a page's own code posts them:
{"subscription": …, "topics": ["tides"]}.
"""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from hmac import compare_digest
from threading import Lock
from typing import Any, Literal, Protocol, Self

from pwagen.errors import PwagenError
from pwagen.keys import base64url
from pwagen.push.storage.store_errors import EndpointTakenError, StoreError
from pwagen.push.subscription import Subscription, SubscriptionError
from pwagen.push.transport.endpoints import EndpointError, EndpointPolicy
from pwagen.serve.rate_limit import RateLimit
from pwagen.serve.same_origin import why_foreign

METHODS = ("POST", "PUT", "DELETE")
MAX_BODY = 8 * 1024  # bytes; two subscriptions with the longest endpoints are half of it
MAX_USER = 255  # characters of a claimed user, and of a topic
MAX_TOPICS = 50
_log = logging.getLogger("pwagen")
_BUSY_SECONDS = 2.0  # for one transaction


class RefusedRequestError(Exception):
    """A request that is answered with an error, its message, and these headers."""

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.headers = dict(headers or {})


class KnownSubscription(Protocol):
    """A row of a store."""

    @property
    def subscription(self) -> Subscription:
        """The subscription itself."""


class SubscriptionStore(Protocol):
    """What the endpoint asks of a store; `pwagen.push.Store` says what each method does and raises."""

    def impatient(self, seconds: float) -> Self:
        """Return the store, with a bound on how long a transaction waits."""

    def get(self, endpoint: str) -> KnownSubscription | None:
        """Return the subscription with this endpoint."""

    def save(
        self,
        subscription: Subscription,
        *,
        user: str | None = None,
        topics: Collection[str] | None = None,
        proven: bool = False,
    ) -> None:
        """Insert or refresh a subscription."""

    def replace(self, old_endpoint: str | None, new: Subscription, *, proven: bool = False) -> None:
        """Put a subscription in the place of another."""

    def remove_proven(self, endpoint: str, auth: bytes | None, user: str | None = None) -> bool:
        """Remove a subscription."""


@dataclass(frozen=True)
class Claims:
    """What a page says of itself: anybody can make it up."""

    user: str | None = None
    topics: list[str] | None = None


@dataclass(frozen=True)
class SubscriptionAnswer:
    """An HTTP response: ``body`` is JSON, or empty."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


class SubscriptionRequests:
    """The rules of the endpoint; for any number of threads. Blocks while it asks the store."""

    def __init__(
        self,
        store: SubscriptionStore,
        *,
        origins: Collection[str] = (),
        policy: EndpointPolicy | None = None,
        rate_limit: RateLimit | None = None,
    ) -> None:
        # A locked database must not hold up the application's own threads.
        self._store = store.impatient(_BUSY_SECONDS)
        self._origins = frozenset(origins)
        self._policy = policy or EndpointPolicy()
        self._rate_limit = rate_limit or RateLimit()
        self._lock = Lock()

    def admit(self, method: str, headers: Mapping[str, str], client: str) -> None:
        """Raise RefusedRequestError unless the request may be made; ``client`` is an IP address."""
        if method not in METHODS:
            allow = {"Allow": ", ".join(METHODS)}
            raise RefusedRequestError(405, "subscriptions take POST, PUT and DELETE", allow)
        if explanation := why_foreign(headers, self._origins):
            raise RefusedRequestError(403, explanation)
        with self._lock:
            wait = self._rate_limit.take(client)
        if wait:
            raise RefusedRequestError(429, "too many requests", {"Retry-After": str(math.ceil(wait))})

    def apply(
        self, method: str, body: dict[str, Any], user: str | None, topics: Collection[str] | None
    ) -> tuple[Literal["subscribed", "changed", "unsubscribed"], str]:
        """Apply an admitted request; return the kind of change and its endpoint.

        Raises:
            PwagenError: of a kind that `failure` knows.
        """
        if method == "POST":
            new = self._subscription(body.get("subscription"))
            self._store.save(new, user=user, topics=topics, proven=True)
            return "subscribed", new.endpoint
        if method == "PUT":
            new = self._subscription(body.get("new"))
            self._replace(body.get("old"), new, user, topics)
            return "changed", new.endpoint
        endpoint = _endpoint(body)
        if endpoint is None:
            raise SubscriptionError('there is no endpoint - write {"endpoint": "…", "auth": "…"}')
        self._store.remove_proven(endpoint, _auth(body), user)
        return "unsubscribed", endpoint

    def answer(
        self,
        method: str,
        headers: Mapping[str, str],
        client: str,
        body: Callable[[], bytes],
        user: Callable[[Claims], str | None] = lambda _: None,
        topics: Callable[[Claims], Collection[str] | None] = lambda _: None,
        changed: Callable[[str, str], object] = lambda _kind, _endpoint: None,
    ) -> SubscriptionAnswer:
        """Return the answer to a request; ``body`` reads it, once the request is known to be short enough.

        ``changed`` is called with the kind of change and its endpoint.
        """
        try:
            self.admit(method, headers, client)
            length = headers.get("content-length") or "0"
            if not length.isdecimal() or int(length) > MAX_BODY:
                raise RefusedRequestError(413, f"the body has more than {MAX_BODY} bytes")
            data = json_object(headers.get("content-type", ""), body())
            claims = claims_in(data)
            changed(*self.apply(method, data, user(claims), topics(claims)))
        except (RefusedRequestError, PwagenError) as error:
            return failure(error)
        return SubscriptionAnswer(204, headers={"Cache-Control": "no-store"})

    def _subscription(self, data: object) -> Subscription:
        if not isinstance(data, dict):
            raise SubscriptionError("there is no subscription - send subscription.toJSON()")
        subscription = Subscription.from_json(data)
        if _endpoint(data) is None:
            raise SubscriptionError("the endpoint is not a URL as browsers write them")
        self._policy.check(subscription.endpoint)
        # The application knows which key it was created with; the browser must not decide it.
        return replace(subscription, vapid_public_key=None)

    def _replace(
        self, old: object, new: Subscription, user: str | None, topics: Collection[str] | None
    ) -> None:
        old_endpoint = self._proven(old)
        # A client with the old secret of the same endpoint may set a new one.
        self._store.replace(old_endpoint, new, proven=old_endpoint != new.endpoint)
        if user is not None or topics is not None:
            self._store.save(new, user=user, topics=topics)

    def _proven(self, old: object) -> str | None:
        """Return the old endpoint, if the browser shows that the subscription was its own.

        Otherwise whoever learns of an endpoint, in a log say, could have a user's messages sent to
        himself: the new subscription inherits the user.
        """
        endpoint = _endpoint(old)
        stored = self._store.get(endpoint) if endpoint else None
        if stored is None or not isinstance(old, dict):
            return None
        try:
            claimed = Subscription.from_json(old)
        except SubscriptionError:
            return None
        return (
            stored.subscription.endpoint if compare_digest(claimed.auth, stored.subscription.auth) else None
        )


def failure(error: RefusedRequestError | PwagenError | TimeoutError) -> SubscriptionAnswer:
    """Return the answer for an error; raises those that are none of a request's."""
    status, message = 400, str(error)
    headers: dict[str, str] = {}
    if isinstance(error, RefusedRequestError):
        status, headers = error.status, error.headers
    elif isinstance(error, EndpointTakenError):
        status = 409
    elif isinstance(error, StoreError | TimeoutError):
        # For those who run the server; database errors are not for clients.
        _log.error("subscriptions cannot be stored: %s", error)
        status, message, headers = 503, "subscriptions cannot be stored at the moment", {"Retry-After": "10"}
    elif not isinstance(error, SubscriptionError | EndpointError):
        raise error
    body = json.dumps({"error": message}, ensure_ascii=False).encode()
    return SubscriptionAnswer(
        status, body, {"Content-Type": "application/json", "Cache-Control": "no-store", **headers}
    )


def json_object(content_type: str, body: bytes) -> dict[str, Any]:
    """Return the JSON object that a body is; raises RefusedRequestError.

    The content type matters: a form on a foreign page can send any text, but not this type.
    """
    if content_type.partition(";")[0].strip().lower() != "application/json":
        raise RefusedRequestError(415, "the body must be application/json")
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        raise RefusedRequestError(400, "the body is not JSON") from None
    if not isinstance(data, dict):
        raise RefusedRequestError(400, "the body is not a JSON object")
    return data


def claims_in(body: dict[str, Any]) -> Claims:
    """Return what the page claims in a request; raises RefusedRequestError."""
    return Claims(_claimed_user(body), _claimed_topics(body))


def chosen_topics(claims: Claims, topics: Collection[str]) -> list[str] | None:
    """Return what a page has chosen of the topics that there are; raises RefusedRequestError for others."""
    unknown = next((topic for topic in claims.topics or () if topic not in topics), None)
    if unknown is not None:
        known = f"there are {', '.join(topics)}" if topics else "there are none"
        raise RefusedRequestError(400, f'there is no topic "{unknown}" - {known}')
    return claims.topics


def _endpoint(data: object) -> str | None:
    """Return the endpoint in a subscription's JSON, None for a value that no browser sends."""
    endpoint = data.get("endpoint") if isinstance(data, dict) else None
    return endpoint if isinstance(endpoint, str) and endpoint.isascii() and endpoint.isprintable() else None


def _auth(body: dict[str, Any]) -> bytes | None:
    """Return the secret beside an endpoint, in `auth` or in the `keys` of a whole subscription.

    None if it is missing; an invalid one is b"", which matches no subscription.
    """
    keys = body.get("keys")
    auth = body.get("auth", keys.get("auth") if isinstance(keys, dict) else None)
    if auth is None:
        return None
    try:
        return base64url.decode(auth) if isinstance(auth, str) else b""
    except ValueError:
        return b""


def _claimed_user(body: dict[str, Any]) -> str | None:
    user = body.get("user")
    if user is None:
        return None
    if not _is_short_text(user):
        raise RefusedRequestError(400, f"the user is not a text of up to {MAX_USER} printable characters")
    return str(user)


def _claimed_topics(body: dict[str, Any]) -> list[str] | None:
    topics = body.get("topics")
    if topics is None:
        return None
    if not isinstance(topics, list) or len(topics) > MAX_TOPICS or not all(map(_is_short_text, topics)):
        allowed = f"{MAX_TOPICS} texts of up to {MAX_USER} printable characters"
        raise RefusedRequestError(400, f"the topics are not a list of up to {allowed}")
    return topics


def _is_short_text(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= MAX_USER and value.isprintable()
