"""Which URLs the worker never answers with what is stored, as far as the config tells."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from pwagen.binding.context import Context
from pwagen.config.exclusions import exclusion_globs
from pwagen.config.scope import path_below
from pwagen.globs import matcher


class UncachedUrl(NamedTuple):
    """Why the worker leaves a URL to the network."""

    message: str
    remedy: str
    certain: bool
    """False for a path from the host's root: that is below the app's folder if this is the root, too."""


def uncached_url(context: Context) -> Callable[[str], UncachedUrl | None]:
    """Return a function that judges a URL of this site, relative or from the host's root."""
    offline = context.get("offline")
    globs = exclusion_globs(offline) if offline and context.is_good("offline", "never") else ()
    never = matcher(filter(None, globs))  # an entry that is wrong is None
    network_only = matcher(
        route.match
        for path, route in context.each("offline", "routes")
        if context.is_good(*path) and route.strategy == "network-only"
    )

    def reason(url: str) -> UncachedUrl | None:
        certain = not url.startswith("/")
        path = path_below(url.lstrip("/"))
        if path is None:
            return None
        where = f'"{path}"' if certain else f'in an app at the root of its host "{path}"'
        if never(path):
            message = f"{where} is under offline.never, which the worker leaves alone"
            return UncachedUrl(message, "narrow offline.never", certain)
        if network_only(path):
            return UncachedUrl(
                f"{where} comes from the network only, a route says", "narrow the route", certain
            )
        return None

    return reason
