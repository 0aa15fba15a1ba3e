"""The server's side of push subscriptions as an ASGI route: `subscription_requests` has its rules."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from pwagen.errors import PwagenError
from pwagen.push.transport.endpoints import EndpointPolicy
from pwagen.serve.json_body import read_json
from pwagen.serve.rate_limit import RateLimit
from pwagen.serve.subscription_requests import (
    MAX_BODY,
    METHODS,
    RefusedRequestError,
    SubscriptionRequests,
    SubscriptionStore,
    chosen_topics,
    claims_in,
    failure,
)

User = Callable[[Request], str | None] | Callable[[Request], Awaitable[str | None]]
Topics = (
    Collection[str]
    | Callable[[Request], Collection[str] | None]
    | Callable[[Request], Awaitable[Collection[str] | None]]
)
_THREADS = 4
_STORE_SECONDS = 5.0  # for all of a request, in the queue for a thread, too


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

    For `topics` where everybody may choose, and to be compared with what the application knows.
    """
    topics: list[str] | None = getattr(request.state, "claimed_topics", None)
    return topics


def subscription_routes(
    store: SubscriptionStore,
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
    with what the subscription is for, None to leave that as it is; or it is those that pages may choose from.
    `origins` are
    those of other sites whose pages may subscribe here, in the form https://host. `policy` says which
    push services are taken, by default those that the sender sends to. `changed` is awaited after
    each change.
    """
    requests = SubscriptionRequests(store, origins=origins, policy=policy, rate_limit=rate_limit)
    endpoint = _Endpoint(requests, user, topics, changed)
    cors = Middleware(
        CORSMiddleware,
        allow_origins=origins,
        allow_methods=list(METHODS),
        allow_headers=["*"],
        allow_credentials=True,
        expose_headers=["Retry-After"],
    )
    return [Route(path, endpoint, middleware=[cors] if origins else None)]


class _Endpoint:
    methods = METHODS

    def __init__(
        self,
        requests: SubscriptionRequests,
        user: User | None,
        topics: Topics | None,
        changed: Changed | None,
    ) -> None:
        # Those who wait for a locked database must not hold up the application's own threads.
        self._threads = ThreadPoolExecutor(_THREADS, "pwagen-subscriptions")
        self._requests = requests
        self._user = user
        self._topics = topics
        self._changed = changed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        response = await self._response(request)
        response.headers["Cache-Control"] = "no-store"
        await response(scope, receive, send)

    async def _response(self, request: Request) -> Response:
        try:
            client = request.client.host if request.client else ""
            self._requests.admit(request.method, request.headers, client)
            body = await read_json(request, MAX_BODY)
            claims = claims_in(body)
            request.state.claimed_user, request.state.claimed_topics = claims.user, claims.topics
            user = await _call(self._user, request)
            if self._topics is None or callable(self._topics):
                topics = await _call(self._topics, request)
            else:
                topics = chosen_topics(claims, self._topics)
            work = partial(self._requests.apply, request.method, body, user, topics)
            async with asyncio.timeout(_STORE_SECONDS):
                change = await asyncio.get_running_loop().run_in_executor(self._threads, work)
        except HTTPException as error:
            return JSONResponse({"error": error.detail}, error.status_code, error.headers)
        except (RefusedRequestError, PwagenError, TimeoutError) as error:
            answer = failure(error)
            return Response(answer.body, answer.status, answer.headers)
        if self._changed:
            agent = request.headers.get("user-agent", "")[:300]
            await self._changed(Change(*change, user, agent))
        return Response(status_code=204)


async def _call(function: Callable[[Request], Any] | None, request: Request) -> Any:
    """Return the result of the application's function, which may be async."""
    if function is None:
        return None
    is_async = inspect.iscoroutinefunction(function)
    result = function(request) if is_async else await run_in_threadpool(function, request)
    return await result if inspect.isawaitable(result) else result
