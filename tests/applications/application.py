"""A server of an application: files, and handlers that answer as real back ends do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Self
from urllib.parse import parse_qs

from pwagen.testing.site_server.site_server import Answers, SiteServer

if TYPE_CHECKING:
    from aiohttp import web

Handler = Callable[["web.Request"], "web.Response"]
PAGE = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>{title}</title><link rel="stylesheet" href="/style.css">
<script src="/register.js" defer></script></head>
<body><h1>{title}</h1>{body}</body>
</html>
"""


class Application(SiteServer):
    """A site with a back end; ``handlers`` go before its files, by method and path."""

    def __init__(
        self, folder: Path, mount: str = "/", answers: Answers | None = None, *, port: int = 0
    ) -> None:
        """Start it, without handlers."""
        self.handlers: dict[tuple[str, str], Handler] = {}
        super().__init__(folder, mount, answers, port=port)

    def __enter__(self) -> Self:
        return self

    def _answer(self, request: web.Request, path: str) -> web.Response:
        handler = self.handlers.get((request.method, path))
        return handler(request) if handler else super()._answer(request, path)


def page(
    title: str, body: str = "", *, status: int = 200, headers: dict[str, str] | None = None
) -> web.Response:
    """Return a page made for this request, with register.js in it."""
    from aiohttp import web

    text = PAGE.format(title=title, body=body)
    return web.Response(status=status, text=text, content_type="text/html", headers=headers)


def form_field(request: web.Request, name: str) -> str:
    """Return a field of the form that was posted."""
    body = (request._read_bytes or b"").decode()
    return parse_qs(body).get(name, [""])[0]


def drop_connection(request: web.Request) -> web.Response:
    """Answer nothing: the connection ends."""
    from aiohttp import web

    if request.transport:
        request.transport.abort()
    return web.Response()
