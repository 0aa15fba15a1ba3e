"""A request's JSON, read within limits of size and time, and whether the request is our own page's."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request

from pwagen.serve.same_origin import why_foreign
from pwagen.serve.subscription_requests import RefusedRequestError, json_object

TIMEOUT_SECONDS = 10.0


async def read_json(request: Request, limit: int) -> dict[str, Any]:
    """Return the JSON object in the body, of at most `limit` bytes.

    Raises HTTPException: 415 for another content type, 413, 408 when it does not arrive in time, 400."""
    try:
        async with asyncio.timeout(TIMEOUT_SECONDS):
            body = await _read(request, limit)
    except TimeoutError:
        raise HTTPException(408, "the body did not arrive in time", {"Connection": "close"}) from None
    try:
        return json_object(request.headers.get("content-type", ""), body)
    except RefusedRequestError as error:
        raise HTTPException(error.status, str(error)) from None


def check_origin(request: Request) -> None:
    """Raise HTTPException 403 unless a page of this host made the request."""
    if explanation := why_foreign(request.headers):
        raise HTTPException(403, explanation)


async def _read(request: Request, limit: int) -> bytes:
    declared = request.headers.get("content-length", "0")
    body = bytearray()
    if not declared.isdecimal() or int(declared) > limit:
        raise _too_large(limit)
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise _too_large(limit)
    return bytes(body)


def _too_large(limit: int) -> HTTPException:
    # What was not read is in the way of a next request on the connection.
    return HTTPException(413, f"the body has more than {limit} bytes", {"Connection": "close"})
