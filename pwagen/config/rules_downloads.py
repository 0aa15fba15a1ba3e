"""What one field of `downloads` alone cannot say."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from pwagen.config.context import Context
from pwagen.globs import matcher
from pwagen.never import never_globs


def check_downloads(context: Context) -> None:
    """Note downloads that share a name, and files that would be stored and never be answered with."""
    entries = list(context.each("downloads"))
    context.unique(((*path, "id") for path, _ in entries), "id")
    offline = context.get("offline")
    never = matcher(never_globs(offline) if offline and context.is_good("offline", "never") else ())
    network_only = matcher(
        route.match
        for path, route in context.each("offline", "routes")
        if context.is_good(*path) and route.strategy == "network-only"
    )
    for entry, _ in entries:
        for path, url in context.each(*entry, "urls"):
            file = unquote(urlsplit(url).path).removeprefix("./")
            if never(file):
                fix = "move the file, or narrow offline.never"
                context.error(path, f'"{file}" is under offline.never, which the worker leaves alone', fix)
            elif network_only(file):
                fix = "move the file, or narrow the route"
                context.error(path, f'"{file}" comes from the network only, a route says', fix)
