"""The server's side of push subscriptions: what sw.js and register.js send to push.endpoint.

POST {"subscription": …}, PUT {"old": … | null, "new": …}, DELETE {"endpoint": "…", "auth": "…"}; answered
with 204, or with {"error": "…"}: 409 for an endpoint that is stored with another auth. The first two have a
"user" when the page has called pwagen.identify(), and "topics" where a page's own code posts them:
{"subscription": …, "topics": ["tides"]}.
"""

from __future__ import annotations

import asyncio
import inspect
import math
from collections.abc import Awaitable, Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from hmac import compare_digest
from typing import Any, Literal

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from pwagen.keys import base64url
from pwagen.push.storage.store import EndpointTakenError, Store
from pwagen.push.storage.store_schema import StoreError
from pwagen.push.subscription import Subscription, SubscriptionError
from pwagen.push.transport.endpoints import EndpointError, EndpointPolicy
from pwagen.serve.json_body import read_json
from pwagen.serve.rate_limit import RateLimit
from pwagen.serve.same_origin import check_origin

User = Callable[[Request], str | None] | Callable[[Request], Awaitable[str | None]]
Topics = Callable[[Request], Collection[str] | None] | Callable[[Request], Awaitable[Collection[str] | None]]
MAX_USER = 255  # characters of a claimed user, and of a topic
MAX_TOPICS = 50
_THREADS = 4
_BUSY_SECONDS = 2.0  # for one transaction
_STORE_SECONDS = 5.0  # for all of a request, in the queue for a thread, too
MAX_BODY = 8 * 1024  # bytes; two subscriptions with the longest endpoints are half of it


@dataclass(frozen=True)
class Change:
    """What a request did. `user_agent` is the browser's User-Agent header."""

    kind: Literal["subscribed", "changed", "unsubscribed"]
    endpoint: str
    user: str | None
    user_agent: str


Changed = Callable[[Change], Awaitable[None]]


def claimed_user(request: Request) -> str | None:
    """Return the key that the page gave to pwagen.identify(), which anybody can make up.

    For `user` where all who can reach the server may be believed, or to be compared with the session.
    """
    user: str | None = getattr(request.state, "claimed_user", None)
    return user


def claimed_topics(request: Request) -> list[str] | None:
    """Return the topics that the page has posted, None if it has posted none.

    For `topics` where everybody may choose from all topics there are.
    """
    topics: list[str] | None = getattr(request.state, "claimed_topics", None)
    return topics


def subscription_routes(
    store: Store,
    path: str = "/api/push/subscriptions",
    *,
    user: User | None = None,
    topics: Topics | None = None,
    origins: Collection[str] = (),
    policy: EndpointPolicy | None = None,
    rate_limit: RateLimit | None = None,
    changed: Changed | None = None,
) -> list[Route]:
    """Return the route of push.endpoint, for a Starlette or FastAPI application or beside a Django one.

    `user` returns the key of the user who makes a request, None for an anonymous one, and may raise
    Starlette's HTTPException to refuse it; one that is not async is called in a thread. So does `topics`,
    with what the subscription is for, None to leave that as it is. `origins` are
    those of other sites whose pages may subscribe here, in the form https://host. `policy` says which
    push services are taken, by default those that the sender sends to. `changed` is awaited after
    each change.
    """
    endpoint = _Endpoint(
        store,
        user,
        topics,
        frozenset(origins),
        policy or EndpointPolicy(),
        rate_limit or RateLimit(),
        changed,
    )
    cors = Middleware(
        CORSMiddleware,
        allow_origins=origins,
        allow_methods=list(_Endpoint.methods),
        allow_headers=["*"],
        allow_credentials=True,
        expose_headers=["Retry-After"],
    )
    return [Route(path, endpoint, middleware=[cors] if origins else None)]


class _Endpoint:
    methods = ("POST", "PUT", "DELETE")

    def __init__(
        self,
        store: Store,
        user: User | None,
        topics: Topics | None,
        origins: frozenset[str],
        policy: EndpointPolicy,
        rate_limit: RateLimit,
        changed: Changed | None,
    ) -> None:
        # Neither a locked database nor many who wait for it may hold up the application's own threads.
        self._store = store.impatient(_BUSY_SECONDS)
        self._threads = ThreadPoolExecutor(_THREADS, "pwagen-subscriptions")
        self._user = user
        self._topics = topics
        self._origins = origins
        self._policy = policy
        self._rate_limit = rate_limit
        self._changed = changed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        response = await self._response(request)
        response.headers["Cache-Control"] = "no-store"
        await response(scope, receive, send)

    async def _response(self, request: Request) -> Response:
        try:
            self._admit(request)
            body = await read_json(request, MAX_BODY)
            request.state.claimed_user = _claimed_user(body)
            request.state.claimed_topics = _claimed_topics(body)
            user = await _call(self._user, request)
            topics = await _call(self._topics, request)
            kind, endpoint = await self._apply(request.method, body, user, topics)
        except HTTPException as error:
            return _failure(error.status_code, error.detail, error.headers)
        except (SubscriptionError, EndpointError) as error:
            return _failure(400, str(error))
        except EndpointTakenError as error:
            return _failure(409, str(error))
        except (StoreError, TimeoutError):
            # Do not leak database errors to clients.
            return _failure(503, "subscriptions cannot be stored at the moment", {"Retry-After": "10"})
        if self._changed:
            agent = request.headers.get("user-agent", "")[:300]
            await self._changed(Change(kind, endpoint, user, agent))
        return Response(status_code=204)

    def _admit(self, request: Request) -> None:
        if request.method not in self.methods:
            allow = {"Allow": ", ".join(self.methods)}
            raise HTTPException(405, "subscriptions take POST, PUT and DELETE", allow)
        check_origin(request, self._origins)
        wait = self._rate_limit.take(request.client.host if request.client else "")
        if wait:
            raise HTTPException(429, "too many requests", {"Retry-After": str(math.ceil(wait))})

    async def _apply(
        self, method: str, body: dict[str, Any], user: str | None, topics: Collection[str] | None
    ) -> tuple[Literal["subscribed", "changed", "unsubscribed"], str]:
        """Apply the request; return the kind of change and its endpoint."""
        if method == "POST":
            new = self._subscription(body.get("subscription"))
            await self._stored(partial(self._store.save, new, user=user, topics=topics, proven=True))
            return "subscribed", new.endpoint
        if method == "PUT":
            new = self._subscription(body.get("new"))
            await self._stored(partial(self._replace, body.get("old"), new, user, topics))
            return "changed", new.endpoint
        endpoint = _endpoint(body)
        if endpoint is None:
            raise SubscriptionError('there is no endpoint - write {"endpoint": "…", "auth": "…"}')
        await self._stored(partial(self._store.remove_proven, endpoint, _auth(body), user))
        return "unsubscribed", endpoint

    async def _stored(self, work: Callable[[], object]) -> None:
        """Run `work` in one of this endpoint's threads; raises TimeoutError."""
        async with asyncio.timeout(_STORE_SECONDS):
            await asyncio.get_running_loop().run_in_executor(self._threads, work)

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


async def _call(function: Callable[[Request], Any] | None, request: Request) -> Any:
    """Return the result of the application's function, which may be async."""
    if function is None:
        return None
    is_async = inspect.iscoroutinefunction(function)
    result = function(request) if is_async else await run_in_threadpool(function, request)
    return await result if inspect.isawaitable(result) else result


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
        raise HTTPException(400, f"the user is not a text of up to {MAX_USER} printable characters")
    return str(user)


def _claimed_topics(body: dict[str, Any]) -> list[str] | None:
    topics = body.get("topics")
    if topics is None:
        return None
    if not isinstance(topics, list) or len(topics) > MAX_TOPICS or not all(map(_is_short_text, topics)):
        allowed = f"{MAX_TOPICS} texts of up to {MAX_USER} printable characters"
        raise HTTPException(400, f"the topics are not a list of up to {allowed}")
    return topics


def _is_short_text(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= MAX_USER and value.isprintable()


def _failure(status: int, message: str, headers: Any = None) -> JSONResponse:
    return JSONResponse({"error": message}, status, headers)
