"""What pwagen.yaml keeps away from the store: no step may expect it without a network."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urljoin

if TYPE_CHECKING:
    from pwagen.apptest.sites.site_under_test import SiteUnderTest


def left_to_network(site: SiteUnderTest, url: str) -> str:
    """Return the member of pwagen.yaml that leaves a page to the network; empty if none does."""
    offline = (site.config or {}).get("offline") or {}
    base = urljoin(site.script, "./")
    if not offline or not url.startswith(base):
        return ""
    return member_for(offline, unquote(url.removeprefix(base).partition("?")[0].partition("#")[0]))


def member_for(offline: dict[str, Any], path: str) -> str:
    """Return the same for a path below the folder of the worker, by its `offline` section. Pure."""
    files = {path, f"{path}.html", f"{path}/index.html", f"{path}index.html"}
    if files & {entry[0] for entry in offline.get("precache", ())}:
        return ""
    if any(_matches(pattern, path) for pattern in offline.get("never", ())):
        return "offline.never"
    route = route_for(offline, path)
    return "a network-only route of offline.routes" if route and route["strategy"] == "network-only" else ""


def route_for(offline: dict[str, Any], path: str) -> dict[str, Any] | None:
    """Return the first route of the `offline` section that matches a path. Pure."""
    return next((route for route in offline.get("routes", ()) if _matches(route["match"], path)), None)


def _matches(pattern: str, path: str) -> bool:
    return bool(re.search(pattern, path))  # what pwagen.globs writes is the same for JavaScript and Python
