"""For Starlette and FastAPI: ``StarlettePwagen(app, …)``, and ``{{ pwagen_head(request) }}`` in templates."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from pwagen.errors import PwagenError
from pwagen.imports.optional_packages import extra_for

with extra_for("pwagen.integrations.starlette", "starlette"):
    from markupsafe import Markup
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

    from pwagen.integrations.served_files import static_files
    from pwagen.integrations.untagged_templates import MISSING_CALL, jinja_head_without_call
    from pwagen.integrations.web_app import WebApp, refuse_rivals
    from pwagen.names import OWN_WORKER
    from pwagen.push.storage.store import DEFAULT_STORE, Store
    from pwagen.serve.rate_limit import RateLimit
    from pwagen.serve.subscription_endpoint import Topics, User, subscription_routes

if TYPE_CHECKING:
    from starlette.templating import Jinja2Templates

    from pwagen.push.messages.raw_message import Sendable
    from pwagen.push.storage.database import Location
    from pwagen.push.transport.outcome import Outcome

log = logging.getLogger("pwagen")


class StarlettePwagen:
    """The app of a Starlette or FastAPI application: its files at the root, and the endpoint.

    ``folder`` has pwagen.yaml, or ``config`` is its tree. ``static`` are the folders that are mounted, by
    URL path. ``user`` takes the request and returns the user's key, None for nobody; it may be async, and
    may raise HTTPException. ``topics`` are those that pages may choose from, or a function as ``user`` is,
    which returns what a subscription is for. ``store``, ``contact`` and ``private_key`` are as in Flask's.
    """

    def __init__(
        self,
        app: Starlette,
        *,
        folder: str | Path = ".",
        config: Mapping[str, object] | None = None,
        static: Mapping[str, str | Path] | None = None,
        templates: Jinja2Templates | None = None,
        user: User | None = None,
        topics: Topics | None = None,
        store: Store | Location | None = None,
        contact: str | None = None,
        private_key: str | None = None,
        rate_limit: RateLimit | None = None,
    ) -> None:
        """Add the app to the application.

        Raises ConfigError with every problem in its config, PwagenError where the application is in the way.
        """
        if not isinstance(app, Starlette):
            raise TypeError(
                f"write StarlettePwagen(app), with the FastAPI or Starlette object: {app!r} is none"
            )
        if user is not None and not callable(user):
            raise TypeError(f"write user=lambda request: …, a function, and not {user!r}")
        if templates is not None and not hasattr(templates, "env"):
            raise TypeError(f'write templates=Jinja2Templates("templates"), and not {templates!r}')
        views = {route.path: str(route.name) for route in app.routes if isinstance(route, Route)}
        if views.get(f"/{OWN_WORKER}") == f"pwagen:{OWN_WORKER}":
            raise PwagenError("the application has StarlettePwagen already - create it once")
        refuse_rivals(views)
        root = Path(folder).resolve()
        folders = {path: root / source for path, source in (static or {}).items()}
        for path, source in folders.items():
            if not source.is_dir():
                problem = f"there is no folder {source} for {path}"
                raise PwagenError(f"static: {problem} - name the folders that are mounted")
        self.web_app = WebApp(
            [root],
            config,
            "config",
            lambda: {
                name: file
                for path, source in folders.items()
                for name, file in static_files(source, path).items()
            },
            private_key=private_key,
            contact=contact,
        )
        for warning in self.web_app.warnings:
            log.warning("%s", warning)
        self._app = app
        routes = [
            Route(f"/{path}", self._file, methods=["GET"], name=f"pwagen:{path}")
            for path in self.web_app.files()
        ]
        self.store: Store | None = None
        if self.web_app.endpoint:
            self.store = (
                store if isinstance(store, Store) else Store(root / DEFAULT_STORE if store is None else store)
            )
            path = f"/{self.web_app.endpoint}"
            routes += subscription_routes(self.store, path, user=user, topics=topics, rate_limit=rate_limit)
        # Before a route that takes whatever is left.
        app.router.routes[:0] = routes
        if templates:
            templates.env.globals["pwagen_head"] = self.head
            if place := jinja_head_without_call(templates.env):
                log.warning("%s: %s", place, MISSING_CALL.format(call="pwagen_head(request)"))

    def head(self, request: Request, nonce: str = "", language: str = "") -> Markup:
        """Return the tags for the head of the page of a request."""
        base = f"{request.scope.get('root_path', '')}/"
        return Markup(self.web_app.head(base, language, nonce))  # noqa: S704 - escaped

    async def send(
        self, message: Sendable, *, user: str | None = None, topic: str | None = None
    ) -> list[Outcome]:
        """Send to the browsers of a user, of a topic or of all who subscribed; return the outcomes.

        Raises:
            PwagenError: there is no key or no contact to send with, or nobody can subscribe.
        """
        return await asyncio.to_thread(self.web_app.send, self.store, message, user, topic)

    async def _file(self, request: Request) -> Response:
        name = request.scope["path"].removeprefix(request.scope.get("root_path", "")).lstrip("/")
        file = self.web_app.files(look_again=self._app.debug)[name]
        headers = {**file.headers, "ETag": file.etag}
        if request.headers.get("if-none-match") == file.etag:
            return Response(status_code=304, headers=headers)
        return Response(file.content, headers=headers)
