"""Rules by which a browser answers requests without waking the worker."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from pwagen.config.exclusions import exclusions_from_storage
from pwagen.globs import matcher, to_url_pattern

if TYPE_CHECKING:
    from pwagen.config.model import Offline, OutboxRule


def static_routes(
    section: Offline,
    outbox: Iterable[OutboxRule] = (),
    site_pages: Iterable[str] = (),
    stored: Iterable[str] = (),
) -> list[dict[str, Any]]:
    """Return the rules as in https://w3c.github.io/ServiceWorker/#dictdef-routerrule.

    The first match wins, as with the config's routes, which therefore end at one that no rule can
    express. Pages always go to the worker, which has the offline page for them. So do requests that the
    outbox may queue, and navigations with POST: the worker receives shared data, and tells a page that it
    is the response to a POST. ``site_pages`` are the files of the site's pages, ``stored`` those that the
    worker stores: an exclusion under which one of them is the answer is decided by the worker, which has it.
    """
    addresses = [address for path in stored for address in _addresses(path)]
    never = [
        _rule("network", urlPattern=pattern)
        for glob in exclusions_from_storage(section, site_pages)
        if (pattern := to_url_pattern(glob)) and not any(map(matcher([glob]), addresses))
    ]
    routes = []
    for route in section.routes:
        pattern = to_url_pattern(route.match)
        if pattern is None:
            break
        source = "network" if route.strategy == "network-only" else "fetch-event"
        rule = _rule(source, urlPattern=pattern)
        # A rule that is also in `never` has matched before.
        routes += [rule] if rule not in never else []
    pages = []
    if any(rule["source"] == "network" for rule in routes):
        pages = [_rule("fetch-event", requestMode="navigate"), *routes]
    network = [*never, *pages]
    post_rule = _rule("fetch-event", requestMode="navigate", requestMethod="POST")
    return [post_rule, *_outbox_rules(outbox), *network] if network else []


def _addresses(path: str) -> Iterator[str]:
    """Yield the paths at which hosts serve a file: about/index.html also as about/ and about."""
    yield path
    page = path.removesuffix(".html")
    if page != path:
        yield page
        folder = page.removesuffix("index")
        if folder == "" or folder.endswith("/"):
            yield from (folder, folder.removesuffix("/"))


def _outbox_rules(outbox: Iterable[OutboxRule]) -> list[dict[str, Any]]:
    """Return the rules for requests that the outbox may queue. Inexpressible globs match every path."""
    rules = []
    for rule in outbox:
        pattern = to_url_pattern(rule.match)
        condition = {"urlPattern": pattern} if pattern else {}
        rules += [_rule("fetch-event", **condition, requestMethod=method) for method in rule.methods]
    return rules


def _rule(source: str, **condition: str) -> dict[str, Any]:
    return {"condition": condition, "source": source}
