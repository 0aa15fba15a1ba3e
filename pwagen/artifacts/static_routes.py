"""Rules by which a browser answers requests without waking the worker."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from pwagen.config.exclusions import exclusions_from_storage
from pwagen.globs import to_url_pattern

if TYPE_CHECKING:
    from pwagen.config.model import Offline, OutboxRule


def static_routes(
    section: Offline,
    outbox: Iterable[OutboxRule] = (),
    site_pages: Iterable[str] = (),
) -> list[dict[str, Any]]:
    """Return them in the terms of https://w3c.github.io/ServiceWorker/#dictdef-routerrule.

    The first that matches counts, as with the config's routes, which therefore end at one that no rule
    can say. Pages are always the worker's: it has the offline page for them. So is what the outbox may
    have to keep, and every page that is posted for: the worker takes what is shared, and tells a page that
    it is the answer to a POST. ``site_pages`` are the files of the site's pages.
    """
    never = [
        _rule("network", urlPattern=one)
        for one in map(to_url_pattern, exclusions_from_storage(section, site_pages))
        if one
    ]
    routes = []
    for route in section.routes:
        pattern = to_url_pattern(route.match)
        if pattern is None:
            break
        source = "network" if route.strategy == "network-only" else "fetch-event"
        rule = _rule(source, urlPattern=pattern)
        # One that is in `never` as well is answered by then.
        routes += [rule] if rule not in never else []
    pages = []
    if any(rule["source"] == "network" for rule in routes):
        pages = [_rule("fetch-event", requestMode="navigate"), *routes]
    network = [*never, *pages]
    posted = _rule("fetch-event", requestMode="navigate", requestMethod="POST")
    return [posted, *_kept(outbox), *network] if network else []


def _kept(outbox: Iterable[OutboxRule]) -> list[dict[str, Any]]:
    """Return what is the worker's by its method. A glob that no rule can say stands for every path."""
    rules = []
    for one in outbox:
        pattern = to_url_pattern(one.match)
        where = {"urlPattern": pattern} if pattern else {}
        rules += [_rule("fetch-event", **where, requestMethod=method) for method in one.methods]
    return rules


def _rule(source: str, **condition: str) -> dict[str, Any]:
    return {"condition": condition, "source": source}
