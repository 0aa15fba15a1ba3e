"""The console's pages and requests. It is a page on this machine for the person who started the server."""

from __future__ import annotations

from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pwagen.push.crypto.encryption import MAX_PLAINTEXT, PayloadTooLargeError
from pwagen.push.messages.message import Message as PushMessage
from pwagen.push.messages.message import MessageError
from pwagen.push.messages.message_json import parse_message
from pwagen.push.messages.message_schema import message_schema
from pwagen.render import templates_folder
from pwagen.serve.host_names import CONSOLE_PATH
from pwagen.serve.icon_page import icon_routes
from pwagen.serve.json_body import check_origin, read_json
from pwagen.serve.send_queue import QueuedMessage
from pwagen.serve.server_events import encode
from pwagen.serve.server_state import ServerState

_MAX_BODY = 64 * 1024
_LONGEST_DELAY_SECONDS = 60


def console_app(desk: ServerState) -> ASGIApp:
    """Return the application at CONSOLE_PATH."""
    folder = templates_folder() / "console"
    console = _Console(desk)

    async def page(_: Request) -> Response:
        return FileResponse(folder / "console.html")

    async def failed(_: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return JSONResponse({"error": error.detail}, error.status_code, error.headers)

    base = CONSOLE_PATH.rstrip("/")
    return Starlette(
        routes=[
            Route(CONSOLE_PATH, page),
            Route(f"{base}/schema.json", console.schema),
            Route(f"{base}/news", console.news),
            Route(f"{base}/preview", console.preview, methods=["POST"]),
            Route(f"{base}/messages", console.send, methods=["POST"]),
            *icon_routes(desk, base),
            Mount(base, StaticFiles(directory=folder)),
        ],
        middleware=[Middleware(_Headers, policy=_policy(desk))],
        exception_handlers={HTTPException: failed},
    )


class _Console:
    def __init__(self, desk: ServerState) -> None:
        self._desk = desk

    async def schema(self, _: Request) -> Response:
        """Return the JSON Schema that the form is made from."""
        return JSONResponse(message_schema())

    async def news(self, _: Request) -> Response:
        """Return the state, and then everything that happens, as server-sent events."""

        async def first() -> bytes:
            return encode("state", await self._desk.state())

        return StreamingResponse(self._desk.events.stream(first), media_type="text/event-stream")

    async def preview(self, request: Request) -> Response:
        """Return a message's problems and warnings, and its payload."""
        check_origin(request)
        body = await read_json(request, _MAX_BODY)
        preview: dict[str, Any] = {"limit": MAX_PLAINTEXT, "bytes": None, "payload": None, "warnings": []}
        try:
            message = _message(body)
            preview |= {"payload": message.declaration(), "bytes": len(message.payload())}
            preview |= {"problems": [], "warnings": message.warnings()}
        except MessageError as error:
            preview["problems"] = [str(problem) for problem in error.problems]
        except PayloadTooLargeError as error:
            preview["problems"] = [str(error)]
        return JSONResponse(preview)

    async def send(self, request: Request) -> Response:
        """Accept a message; its outcomes are published as events."""
        check_origin(request)
        order = _order(await read_json(request, _MAX_BODY))
        signer = self._desk.signer
        if isinstance(signer, str):
            raise HTTPException(409, signer)
        return JSONResponse({"number": self._desk.outbox.accept(order, signer)}, 202)


def _order(body: dict[str, Any]) -> QueuedMessage:
    ids, delay = body.get("to"), body.get("delay_seconds", 0)
    if not isinstance(ids, list) or not ids or not all(type(number) is int for number in ids):
        raise HTTPException(400, "choose at least one subscription")
    if type(delay) is not int or not 0 <= delay <= _LONGEST_DELAY_SECONDS:
        raise HTTPException(400, f"the delay is 0 to {_LONGEST_DELAY_SECONDS} seconds")
    try:
        message = _message(body)
        message.payload()
    except (MessageError, PayloadTooLargeError) as error:
        raise HTTPException(400, str(error)) from None
    return QueuedMessage(message, frozenset(ids), delay)


def _message(body: dict[str, Any]) -> PushMessage:
    message = body.get("message")
    if not isinstance(message, dict):
        raise HTTPException(400, "the body is {message: {…}, …}")
    return parse_message(message)


def _policy(desk: ServerState) -> str:
    site = desk.hosts.site_url.rstrip("/")
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "connect-src 'self'",
            # The sources of a message's icon and image, for the preview.
            f"img-src 'self' {site} https:",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        )
    )


class _Headers:
    """Adds the headers that isolate the console from all other pages."""

    def __init__(self, app: ASGIApp, policy: str) -> None:
        self._app = app
        self._headers = {
            "content-security-policy": policy,
            "cross-origin-opener-policy": "same-origin",
            "cross-origin-resource-policy": "same-origin",
            "referrer-policy": "no-referrer",
            "x-content-type-options": "nosniff",
            "cache-control": "no-store",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                names = {name.encode() for name in self._headers}
                others = [pair for pair in message["headers"] if pair[0].lower() not in names]
                added = [(name.encode(), value.encode()) for name, value in self._headers.items()]
                message["headers"] = [*others, *added]
            await send(message)

        await self._app(scope, receive, with_headers)
