"""A request's JSON, read within limits of size and time."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request

TIMEOUT_SECONDS = 10.0


async def read_json(request: Request, limit: int) -> dict[str, Any]:
    """Return the JSON object in the body, of at most `limit` bytes.

    Raises HTTPException: 415 for another content type, 413, 408 when it does not arrive in time, 400.
    The content type matters: a form on a foreign page can send any text, but not this type.
    """
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type != "application/json":
        raise HTTPException(415, "the body must be application/json")
    try:
        async with asyncio.timeout(TIMEOUT_SECONDS):
            body = await _read(request, limit)
    except TimeoutError:
        raise HTTPException(408, "the body did not arrive in time", {"Connection": "close"}) from None
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        raise HTTPException(400, "the body is not JSON") from None
    if not isinstance(data, dict):
        raise HTTPException(400, "the body is not a JSON object")
    return data


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
