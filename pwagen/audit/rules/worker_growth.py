"""What a worker keeps of the answers that come by: that it has an end, and that it is for everybody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pwagen.audit.audited_site import AuditedSite, AuditedWorker
from pwagen.audit.finding import Evidence
from pwagen.audit.javascript.program import arguments_of, property_name, text_of
from pwagen.audit.javascript.scopes import Scopes
from pwagen.audit.rule import rule
from pwagen.audit.stored_answers import CHOOSING, answers_stored_unseen, stored_answers

if TYPE_CHECKING:
    from tree_sitter import Node as SyntaxNode

_STRATEGIES = ("CacheFirst", "StaleWhileRevalidate", "NetworkFirst")
# The plugins of Workbox that delete nothing, and don't choose by the address either.
_KEEPING = ("CacheableResponsePlugin", "BroadcastUpdatePlugin", "BackgroundSyncPlugin", "RangeRequestsPlugin")
_LONGEST_PATTERN = 40

_STORING = (
    'self.addEventListener("fetch", (event) => {\n'
    '  if (event.request.method !== "GET") return;\n'
    "  event.respondWith(fetch(event.request).then((answer) => {\n"
    "    const copy = answer.clone();\n"
    '    if (%s) event.waitUntil(caches.open("bakery-3").then((cache) => cache.put(event.request, copy)));\n'
    "    return answer;\n"
    "  }));\n});"
)


@rule(
    "worker-cache-bounded",
    "warning",
    "What is stored as it comes by is deleted some time",
    why="Each address with each query is another entry. Where nothing is ever deleted the cache grows until"
    " the disk is full; then the browser deletes all that the site has stored, subscriptions included.",
    source="https://developer.chrome.com/docs/workbox/modules/workbox-expiration",
    fix={
        "vite": "expiration: { maxEntries: 60 } in the options of the entry in workbox.runtimeCaching",
        "workbox": "expiration: { maxEntries: 60 } in the options of the entry in runtimeCaching, or an"
        " ExpirationPlugin",
        "next": "expiration: { maxEntries: 60 } in the options of the entry in runtimeCaching",
        "plain": "delete the oldest of cache.keys() after cache.put(), and caches of older versions in the"
        " listener of activate",
    },
    bad={"sw.js#activate": "", "sw.js#fetch": _STORING % "answer.ok"},
    good={"sw.js#fetch": _STORING % "answer.ok"},
)
def bounded(site: AuditedSite) -> Iterator[Evidence]:
    """Look for listeners and routes that store every address, in workers that delete nothing."""
    deleted_by_pages = any("caches" in program.text and "delete" in program.text for program in site.scripts)
    for worker, _, reach, where in stored_answers(site):
        deletes = deleted_by_pages or next(worker.code.calls_of("delete"), None)
        if worker.code.complete and not deletes and not reach.mentions(*CHOOSING):
            yield Evidence(where, "answers of every address are stored, and nothing is ever deleted")
    for worker in site.workers:
        yield from _endless_routes(site, worker)


def _endless_routes(site: AuditedSite, worker: AuditedWorker) -> Iterator[Evidence]:
    """Yield the routes of Workbox that store all addresses and have no plugin that deletes."""
    for program, scopes, call in worker.code.calls_of("registerRoute"):
        arguments = arguments_of(call)
        pattern = scopes.value(arguments[0]) if len(arguments) > 1 else None
        if pattern is not None and _matches_all(site, pattern) and _keeps_all(scopes, arguments[1]):
            message = "this route stores the answers of every address, without an end"
            yield Evidence(program.at(call), message)


def _matches_all(site: AuditedSite, pattern: SyntaxNode) -> bool:
    source = text_of(pattern.child_by_field_name("pattern"))
    if pattern.type != "regex" or len(source) > _LONGEST_PATTERN:
        return False
    try:
        compiled = re.compile(source)
    except re.error:
        return False
    return all(compiled.search(f"{site.root}{rest}") for rest in ("", "zq/81?x=7", "zq.jpg"))


def _keeps_all(scopes: Scopes, strategy: SyntaxNode) -> bool:
    value = scopes.value(strategy)
    if value is None or value.type != "new_expression":
        return False
    if property_name(value.child_by_field_name("constructor")) not in _STRATEGIES:
        return False
    options = arguments_of(value)
    known, plugins = scopes.member(options[0], "plugins") if options else (True, None)
    listed = scopes.value(plugins)
    if not known or listed is None:
        return known
    return listed.type == "array" and all(
        plugin.type == "new_expression"
        and property_name(plugin.child_by_field_name("constructor")) in _KEEPING
        for plugin in listed.named_children
    )


_PASSWORD = re.compile(r"""<input\b[^>]{0,2000}\btype\s*=\s*["']?password\b""", re.IGNORECASE)


@rule(
    "worker-stores-public-answers",
    "note",
    "Pages of signed-in users aren't stored",
    why="A cache doesn't heed Cache-Control. What one user saw is still there after signing out, and is shown"
    " to whoever uses the device next when there is no network.",
    source="https://w3c.github.io/ServiceWorker/#cache-lifetimes",
    fix={
        "plain": "before cache.put(): leave out answers whose Cache-Control has private or no-store, and"
        " delete the cache when a user signs out",
    },
    bad={
        "sw.js#fetch": _STORING % "answer.ok",
        "about/index.html": '<form action="sign-in"><input name="word" type="password"></form>',
    },
    good={
        "sw.js#fetch": _STORING
        % 'answer.ok && !/private|no-store/.test(answer.headers.get("Cache-Control") ?? "")',
        "about/index.html": '<form action="sign-in"><input name="word" type="password"></form>',
    },
)
def public(site: AuditedSite) -> Iterator[Evidence]:
    """Look for listeners that store every page, in sites that have pages for one user alone."""
    for _, where in answers_stored_unseen(site):
        form = next((page for page in site.pages if _PASSWORD.search(page.resource.text)), None)
        if form:
            message = f"every page is stored, whoever is signed in, as {form.resource.path} lets users do"
            yield Evidence(where, message)
