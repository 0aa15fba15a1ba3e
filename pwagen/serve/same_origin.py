"""Whether a request was made by a page that may make it: what stops cross-site request forgery."""

from __future__ import annotations

from collections.abc import Collection, Mapping


def why_foreign(headers: Mapping[str, str], origins: Collection[str] = ()) -> str | None:
    """Return None if a page of this host, or of one of `origins`, made the request, else an explanation.

    The names of `headers` are in lower case, or their case doesn't matter.

    Every browser that has push sends Origin with each POST, PUT and DELETE
    (https://fetch.spec.whatwg.org/#origin-header), those since 2023 Sec-Fetch-Site as well, which no page
    can forge (https://www.w3.org/TR/fetch-metadata/). Only where that is missing the hosts are compared: a
    proxy may hand over another Host. The scheme of Origin is not compared: behind a proxy that ends TLS the
    application does not know its own.
    """
    origin, host = headers.get("origin", ""), headers.get("host", "").lower()
    page_host, site = _host_of(origin), headers.get("sec-fetch-site")
    if origin in origins or (page_host and (site == "same-origin" or (site is None and page_host == host))):
        return None
    return _explanation(origin[:200], host[:200], site)


def _explanation(origin: str, host: str, site: str | None) -> str:
    page_host = _host_of(origin) or ""
    text = f"the request is from {origin or 'nowhere'}, not from our own page: this is {host}"
    if page_host.removeprefix("www.") == host.removeprefix("www.") and page_host != host:
        return (
            f"{text} - with and without www. are two origins: redirect one to the other, or name "
            f"{origin} in origins"
        )
    if site is None and page_host:
        return f"{text} - if it is, let the proxy pass the Host header on, or name {origin} in origins"
    return text


def _host_of(origin: str) -> str | None:
    """Return the host and port of an http or https origin, None for "null" and the like."""
    scheme, separator, host = origin.partition("://")
    return host.lower() if separator and host and scheme in ("http", "https") else None
