"""The dev server as an ASGI application."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount
from starlette.types import Receive, Scope, Send

from pwagen.serve.console import console_app
from pwagen.serve.host_names import ByHost
from pwagen.serve.rate_limit import RateLimit
from pwagen.serve.server_state import ServerState
from pwagen.serve.site_files import SiteFiles
from pwagen.serve.subscription_endpoint import claimed_topics, claimed_user, subscription_routes
from pwagen.serve.worker_reports import SHARED_PATHS, worker_event_routes


def create_app(desk: ServerState) -> Starlette:
    """Return the site at the one host and the console at the other, which rebuilds on changes."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        building = asyncio.create_task(desk.keep_built())
        try:
            yield
        finally:
            building.cancel()
            desk.outbox.close()
            with suppress(asyncio.CancelledError):
                await building

    chosen = ByHost(desk.hosts, _Site(desk), console_app(desk), SHARED_PATHS)
    return Starlette(routes=[Mount("/", chosen)], lifespan=lifespan)


class _Site:
    """The site's application, recreated when a build has moved its folder or its endpoint."""

    def __init__(self, desk: ServerState) -> None:
        self._desk = desk
        self._rate_limit = RateLimit()
        self._made_for: tuple[Any, ...] = ()
        self._app = Starlette()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        build = self._desk.build
        routes_key = (build.project.site_folder, build.endpoint_path)
        if routes_key != self._made_for:
            self._made_for, self._app = routes_key, Starlette(routes=self._routes())
        await self._app(scope, receive, send)

    def _routes(self) -> list[BaseRoute]:
        desk = self._desk
        subscriptions = subscription_routes(
            desk.store,
            desk.build.endpoint_path,
            # On a developer's machine the page's own claims can be trusted.
            user=claimed_user,
            topics=claimed_topics,
            policy=desk.signing.policy,
            rate_limit=self._rate_limit,
            changed=desk.on_change,
        )
        files = SiteFiles(desk.build.project.site_folder, lambda: desk.build)
        return [*worker_event_routes(desk.events), *subscriptions, Mount("/", files)]
