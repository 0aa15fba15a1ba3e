"""Whether a request was made by a page that may make it: what stops cross-site request forgery."""

from __future__ import annotations

from collections.abc import Collection

from starlette.exceptions import HTTPException
from starlette.requests import Request


def check_origin(request: Request, origins: Collection[str] = ()) -> None:
    """Raise HTTPException 403 unless a page of this host, or of one of `origins`, made the request.

    Every browser that has push sends Origin with each POST, PUT and DELETE
    (https://fetch.spec.whatwg.org/#origin-header), newer ones Sec-Fetch-Site as well
    (https://www.w3.org/TR/fetch-metadata/). The scheme of Origin is not compared: behind a proxy that
    ends TLS the application does not know its own.
    """
    origin = request.headers.get("origin", "")
    if origin in origins:
        return
    is_same_site = request.headers.get("sec-fetch-site", "same-origin") == "same-origin"
    if not is_same_site or _host_of(origin) != request.headers.get("host", "").lower():
        raise HTTPException(403, f"the request is from {origin[:200] or 'nowhere'}, not from our own page")


def _host_of(origin: str) -> str | None:
    """Return the host and port of an http or https origin, None for "null" and the like."""
    scheme, separator, host = origin.partition("://")
    return host.lower() if separator and host and scheme in ("http", "https") else None
