"""A static file server on loopback for sites under test, with a log and faults.

localhost is a secure context, so service workers and push work over plain HTTP.
"""

from __future__ import annotations

import asyncio
import json
import mimetypes
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from pwagen.errors import PwagenError
from pwagen.testing.event_loop import BackgroundLoop, listen, stop_listening
from pwagen.testing.site_server.addresses import encoded_path
from pwagen.testing.waiting import TIMEOUT_SECONDS, TimedCondition

if TYPE_CHECKING:
    from aiohttp import web

MEDIA_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
}


class RequestMissingError(PwagenError):
    """The request that the test waits for was not made."""


@dataclass(frozen=True)
class SeenRequest:
    """One request that the site got; ``path`` is relative to the mount point and has no leading slash."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    """Names in lower case."""
    body: bytes
    status: int

    def json(self) -> Any:
        """Return the body as JSON."""
        return json.loads(self.body)


@dataclass
class Answers:
    """How the site's answers differ from the files; paths are relative to the mount point."""

    headers: dict[str, str] = field(default_factory=dict)
    """For every answer, e.g. Content-Security-Policy."""
    path_headers: dict[str, dict[str, str]] = field(default_factory=dict)
    status: dict[str, int] = field(default_factory=dict)
    """Failures: the status that a path is answered with."""
    delay_seconds: dict[str, float] = field(default_factory=dict)
    held: set[str] = field(default_factory=set)
    """Paths whose GET is not answered for as long as they are in here."""
    content: dict[str, bytes | str] = field(default_factory=dict)
    """Files that are not on disk, or replace one that is."""
    accepts: set[str] = field(default_factory=set)
    """Paths that take POST, PUT and DELETE with 204, such as the subscription endpoint."""
    accepts_all: bool = False
    """Whether every path does, in place of a back end that isn't there."""
    renders: set[str] = field(default_factory=set)
    """Paths whose POST is answered with the file and 200, as by a form that is shown again."""
    redirects: dict[str, str] = field(default_factory=dict)
    """Where a GET of a path leads (303), as to a log-in; relative to the mount point."""


class SiteServer:
    """Serves a folder at ``url``; use it as a context manager, or call ``close``.

    Each server has a port and therefore an origin of its own: storage, workers and permissions of
    two tests never meet.
    """

    def __init__(
        self, folder: Path, mount: str = "/", answers: Answers | None = None, *, port: int = 0
    ) -> None:
        """Start it; ``port`` is that of a server that was closed, and comes back as it were."""
        self.folder = folder.resolve()
        self.mount = encoded_path(f"/{mount.strip('/')}/") if mount.strip("/") else "/"
        self.answers = answers or Answers()
        self._requests: list[SeenRequest] = []
        self.waiting: set[str] = set()
        """Paths that have been asked for and not been answered yet."""
        self._watch = TimedCondition()
        self._loop = BackgroundLoop("pwagen site server")
        self.port = self._loop.run(self._start(port), "the server to start")
        self._closed = False

    @property
    def origin(self) -> str:
        """The site's origin, on localhost."""
        return f"http://localhost:{self.port}"

    @property
    def url(self) -> str:
        """Where the folder is mounted, with a final slash."""
        return self.origin + self.mount

    # --- what was asked for ---

    @property
    def requests(self) -> list[SeenRequest]:
        """All requests, the oldest first."""
        return list(self._requests)

    def requests_for(self, path: str, method: str | None = None) -> list[SeenRequest]:
        """Return the requests for a path, of one method or any."""
        return [
            request for request in self.requests if request.path == path and method in (None, request.method)
        ]

    def wait_for_request(
        self,
        path: str,
        method: str | None = None,
        *,
        matching: Callable[[SeenRequest], bool] = lambda request: True,
        timeout: float = TIMEOUT_SECONDS,
    ) -> SeenRequest:
        """Return the first request that fits; raises RequestMissingError after ``timeout`` seconds."""

        def find() -> SeenRequest | None:
            return next(
                (candidate for candidate in self.requests_for(path, method) if matching(candidate)), None
            )

        request = self._watch.wait_for(find, timeout)
        if request is None:
            summary = ", ".join(f"{last.method} {last.path}" for last in self.requests[-10:]) or "none"
            raise RequestMissingError(
                f"no {method or ''} request for {path!r} in {timeout:g} s; the last: {summary}"
            )
        return request

    def clear(self) -> None:
        """Forget the requests."""
        self._requests.clear()

    # --- answering ---

    async def _handle(self, request: web.Request) -> web.Response:
        from aiohttp import web

        raw = request.raw_path.partition("?")[0]
        path = unquote(raw.removeprefix(self.mount)) if raw.startswith(self.mount) else None
        body = await request.read()
        if path is None:
            path, response = raw, web.Response(status=404, text=f"{raw} is outside {self.mount}\n")
        else:
            self.waiting.add(path)
            await asyncio.sleep(self.answers.delay_seconds.get(path, 0))
            # Tests change the set from another thread, which no asyncio.Event takes.
            while request.method == "GET" and path in self.answers.held:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
            self.waiting.discard(path)
            response = self._answer(request, path)
        headers = {name.lower(): value for name, value in request.headers.items()}
        self._requests.append(
            SeenRequest(request.method, path, request.query_string, headers, body, response.status)
        )
        self._watch.notify()
        return response

    def _answer(self, request: web.Request, path: str) -> web.Response:
        from aiohttp import web

        method = request.method
        headers = {"Cache-Control": "no-cache", **self.answers.headers, **self._headers_of(path)}
        if status := self.answers.status.get(path):
            return web.Response(status=status, headers=headers)
        if method == "GET" and path in self.answers.redirects:
            location = self.mount + encoded_path(self.answers.redirects[path])
            return web.Response(status=303, headers={**headers, "Location": location})
        is_rendered = method == "POST" and path in self.answers.renders
        accepted = self.answers.accepts_all or path in self.answers.accepts
        if accepted and not is_rendered and method in ("POST", "PUT", "DELETE"):
            return web.Response(status=204, headers=headers)
        if method not in ("GET", "HEAD") and not is_rendered:
            return web.Response(status=405, headers=headers)
        file = self.find(path)
        if file is None and self.find(f"{path}/"):
            # Relative, so that it leads to the same mount point.
            url = request.rel_url
            location = f"./{url.raw_name}/" + (f"?{url.raw_query_string}" if url.raw_query_string else "")
            return web.Response(status=307, headers={**headers, "Location": location})
        if file is None and path == "favicon.ico":
            # Browsers ask for it unbidden, and a 404 would be an error on every console.
            return web.Response(status=204, headers=headers)
        if file is None:
            return self._missing(path, headers)
        if _is_unchanged(request.headers, headers):
            return web.Response(status=304, headers=headers)
        name, content = file
        status, part, about = _part(request, headers, content)
        return web.Response(
            status=status, body=part, headers={"Content-Type": media_type(name), **about, **headers}
        )

    def _missing(self, path: str, headers: Mapping[str, str]) -> web.Response:
        from aiohttp import web

        name, content = self.find("404.html") or ("404.txt", f"there is no {path}\n".encode())
        return web.Response(status=404, body=content, headers={"Content-Type": media_type(name), **headers})

    def _headers_of(self, path: str) -> Mapping[str, str]:
        return self.answers.path_headers.get(path, {})

    def find(self, path: str) -> tuple[str, bytes] | None:
        """Return name and content of the file that a path means, as static hosts and our worker read it.

        ``about`` is that file, else about.html; ``about/`` is about/index.html, whereto ``about`` leads if
        there is neither of the two.
        """
        names = (f"{path}index.html",) if path.endswith("/") or not path else (path, f"{path}.html")
        if path in self.answers.content:
            return names[0], _bytes(self.answers.content[path])
        for name in names:
            if name in self.answers.content:
                return name, _bytes(self.answers.content[name])
            if (content := self._content(name)) is not None:
                return name, content
        return None

    def _content(self, name: str) -> bytes | None:
        """Return a file's content; None if it does not exist or its name is invalid."""
        try:
            file = (self.folder / name).resolve()
            is_inside = file.is_relative_to(self.folder)
            return file.read_bytes() if is_inside and file.is_file() else None
        # A name that is too long, or holds a zero byte; a file that may not be read; links in a circle.
        except (OSError, ValueError, RuntimeError):
            return None

    # --- life ---

    async def _start(self, port: int) -> int:
        from aiohttp import web

        app = web.Application(client_max_size=64 << 20)
        app.router.add_route("*", "/{path:.*}", self._handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        self._listener = listen(port)
        await web.SockSite(self._runner, self._listener).start()
        bound_port: int = self._runner.addresses[0][1]
        return bound_port

    def close(self) -> None:
        """Stop serving; a second call does nothing."""
        if not self._closed:
            self._closed = True
            try:
                self._loop.run(self._clean_up(), "the server's connections to close")
            finally:
                self._loop.stop()

    async def _clean_up(self) -> None:
        await stop_listening(self._listener)
        assert self._runner.server
        transports = [handler.transport for handler in self._runner.server.connections]
        await self._runner.cleanup()
        # A browser that reads no more, as with sounds, would keep its connection closing for ever.
        for transport in transports:
            if transport:
                transport.abort()

    def __enter__(self) -> SiteServer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _is_unchanged(request: Mapping[str, str], answer: Mapping[str, str]) -> bool:
    """Return whether the browser has what would be answered, by its ETag or else its Last-Modified."""
    for condition, validator in (("If-None-Match", "ETag"), ("If-Modified-Since", "Last-Modified")):
        if condition in request:
            return request[condition] == answer.get(validator)
    return False


def _part(
    request: web.Request, headers: Mapping[str, str], content: bytes
) -> tuple[int, bytes, dict[str, str]]:
    """Return status, content and headers for the range that is asked for (RFC 9110 section 14)."""
    whole = (200, content, {"Accept-Ranges": "bytes"})
    condition = request.headers.get("If-Range")
    if request.method != "GET" or condition not in (None, headers.get("ETag"), headers.get("Last-Modified")):
        return whole
    try:
        byte_range = request.http_range
    except ValueError:
        return whole  # several ranges, or none of bytes: nobody must understand those
    if byte_range == slice(None, None, 1):
        return whole
    start, stop, _ = byte_range.indices(len(content))
    if start >= stop:
        return 416, b"", {"Content-Range": f"bytes */{len(content)}"}
    return 206, content[start:stop], {"Content-Range": f"bytes {start}-{stop - 1}/{len(content)}"}


def _bytes(content: bytes | str) -> bytes:
    return content.encode() if isinstance(content, str) else content


def media_type(name: str) -> str:
    """Return the type that a file is served with, by its name."""
    suffix = Path(name).suffix
    return MEDIA_TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
