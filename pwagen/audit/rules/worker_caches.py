"""What a worker stores: that it is there, that it may be stored, and that visitors get new pages."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pwagen.audit.audited_site import AuditedSite, AuditedWorker
from pwagen.audit.finding import Evidence, Location
from pwagen.audit.javascript.program import (
    arguments_of,
    called_name,
    nodes_below,
    text_of,
)
from pwagen.audit.javascript.scopes import Scopes, callback_of, function_around
from pwagen.audit.javascript.worker_code import Reach
from pwagen.audit.precached_files import FILE_NAME, precached
from pwagen.audit.rule import rule
from pwagen.audit.stored_answers import stored_answers

if TYPE_CHECKING:
    from tree_sitter import Node as SyntaxNode

_LIFE = "https://web.dev/articles/service-worker-lifecycle"
_PUT = "https://w3c.github.io/ServiceWorker/#cache-put"
_MD5 = re.compile(r"[0-9a-f]{32}")
# How code tells the names of its caches from others.
_LOOKED_AT = (
    *("startsWith", "test", "match", "indexOf", "includes", "endsWith", "split", "slice", "substring"),
    *("substr", "has", "some", "every", "find", "search", "charAt", "exec", "replace"),
)
_MOST = 10
"""Files that are reported of one list."""


@rule(
    "worker-precache-exists",
    "error",
    "Every file that the worker stores at installation is there",
    why="One file that is missing makes the whole installation fail, with each visit again, and nobody"
    " sees it.",
    source="https://w3c.github.io/ServiceWorker/#cache-addAll",
    fix={
        "pwagen": "run pwagen build again after files were removed",
        "angular": "run ng build again, and publish all that it writes",
        "plain": "take the file out of the list, or publish it",
    },
    bad={
        "sw.js#more": 'self.oninstall = (event) =>\n  event.waitUntil(caches.open("bakery-3").then((cache) =>'
        ' cache.addAll(["app.js", "style.css"])));'
    },
    good={
        "sw.js#more": 'self.oninstall = (event) =>\n  event.waitUntil(caches.open("bakery-3").then((cache) =>'
        ' cache.addAll(["app.js", "index.html?v=2"])));'
    },
)
def exists(site: AuditedSite) -> Iterator[Evidence]:
    """Look for the files whose names have a suffix; other addresses may be a server's own."""
    for worker, entries in precached(site):
        missing = [
            (where, address)
            for where, address, *_ in entries
            if _is_file_of(site, address)
            and site.get(_plain(address), worker.resource.url) is None
            and not site.is_unanswered(_plain(address), worker.resource.url)
        ]
        for where, address in missing[:_MOST]:
            yield Evidence(where, f"{address} is stored at installation, but there is no such file")


def _plain(address: str) -> str:
    return address.partition("?")[0]


def _is_file_of(site: AuditedSite, address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return bool(FILE_NAME.search(parts.path)) and site.is_ours(address)


@rule(
    "worker-precache-redirects",
    "warning",
    "Pages that the worker stores at installation have their final address",
    why="A server answers the address of a folder without its slash with a redirect. The answer is stored as"
    " a redirected one, and browsers refuse it for a navigation: the page is an error page.",
    source="https://fetch.spec.whatwg.org/#http-fetch",
    fix="write the address with the slash at its end, as the server gives it",
    bad={
        "sw.js#more": "self.oninstall = (event) =>\n"
        '  event.waitUntil(caches.open("bakery-3").then((cache) => cache.addAll(["./", "about"])));'
    },
    good={
        "sw.js#more": "self.oninstall = (event) =>\n"
        '  event.waitUntil(caches.open("bakery-3").then((cache) => cache.addAll(["./", "about/"])));'
    },
)
def redirects(site: AuditedSite) -> Iterator[Evidence]:
    """Look for folders without a slash; Workbox and Angular clean such answers themselves."""
    for worker in site.workers:
        for program, scopes, call in worker.code.calls_of("addAll"):
            files = scopes.value(arguments_of(call)[0]) if arguments_of(call) else None
            is_list = files is not None and files.type == "array"
            for node in files.named_children if files is not None and is_list else ():
                path = _plain(scopes.text(node) or "")
                name = path.rpartition("/")[2]
                resource = site.get(path, worker.resource.url) if name.strip(".") else None
                if resource and resource.path.endswith(f"{name}/index.html"):
                    yield Evidence(program.at(node), f"{path} is a folder, whose address is {path}/")


@rule(
    "worker-precache-current",
    "warning",
    "Files that are stored at installation are as they were when the worker was built",
    why="The list says by hashes what is new. A file that was changed after the build is not fetched again"
    " (Workbox), or makes the installation fail (Angular).",
    source="https://developer.chrome.com/docs/workbox/modules/workbox-precaching",
    fix={
        "vite": "change files before the build, or in Vite's own hooks, not in its output",
        "plain": "build the worker last, after everything that changes files",
    },
    bad={
        "sw.js#more": 'precacheAndRoute([{ url: "app.js", revision: "0123456789abcdef0123456789abcdef" }]);\n'
        "function precacheAndRoute(entries) {\n  return entries;\n}"
    },
    good={
        "sw.js#more": 'precacheAndRoute([{ url: "app.js", revision: "3" }]);\n'
        "function precacheAndRoute(entries) {\n  return entries;\n}"
    },
)
def current(site: AuditedSite) -> Iterator[Evidence]:
    """Compare MD5 (Workbox) and SHA-1 (Angular) with the bytes of the files."""
    for worker, entries in precached(site):
        changed = []
        for where, address, digest, _ in entries:
            resource = (
                site.get(_plain(address), worker.resource.url) if FILE_NAME.search(_plain(address)) else None
            )
            if resource and not _has_digest(resource.content, digest):
                changed.append((where, address))
        # Of a list that fits nothing the hashes are of something else.
        if len(changed) < max(2, len(entries)) or len(entries) == 1:
            for where, address in changed[:_MOST]:
                yield Evidence(
                    where, f"{address} was changed after the worker was built: its hash is another"
                )


def _has_digest(content: bytes, digest: str) -> bool:
    if _MD5.fullmatch(digest):
        return hashlib.md5(content, usedforsecurity=False).hexdigest() == digest
    if re.fullmatch("[0-9a-f]{40}", digest):
        return hashlib.sha1(content, usedforsecurity=False).hexdigest() == digest
    return True


@rule(
    "worker-cache-name-fixed",
    "warning",
    "The name of a cache is the same whenever the worker starts",
    why="Browsers end and start workers at any time. With a name from the clock or from chance each start has"
    " another cache: what was stored is not found again, and fills the disk.",
    source=_LIFE,
    fix='a constant with a version, const CACHE = "app-3", that changes with what is stored',
    bad={
        "sw.js#more": 'const NEWS = "bakery-news-" + Date.now();\n'
        'self.addEventListener("message", (event) => event.waitUntil(caches.open(NEWS)));'
    },
    good={
        "sw.js#more": 'const NEWS = "bakery-news-3";\n'
        'self.addEventListener("message", (event) => event.waitUntil(caches.open(NEWS)));'
    },
)
def name_is_fixed(site: AuditedSite) -> Iterator[Evidence]:
    """Look for the clock and for random numbers in the names of caches."""
    for worker in site.workers:
        for program, scopes, call in worker.code.calls_of("open"):
            if scopes.path(call.child_by_field_name("function")) != "caches.open" or not arguments_of(call):
                continue
            for name in (arguments_of(call)[0], *nodes_below(arguments_of(call)[0], "identifier")):
                value = scopes.value(name)
                if value is not None and any(_is_unsteady(scopes, node) for node in _calls_in(value)):
                    yield Evidence(
                        program.at(value), "the cache has another name each time the worker starts"
                    )
                    break


def _calls_in(node: SyntaxNode) -> Iterator[SyntaxNode]:
    if node.type in ("call_expression", "new_expression", "binary_expression", "template_string"):
        yield from nodes_below(node, "call_expression", "new_expression")


def _is_unsteady(scopes: Scopes, call: SyntaxNode) -> bool:
    if call.type == "new_expression":
        return text_of(call.child_by_field_name("constructor")) == "Date" and not arguments_of(call)
    return scopes.path(call.child_by_field_name("function")) in ("Date.now", "Math.random")


def _clearings(site: AuditedSite) -> Iterator[tuple[AuditedWorker, Reach, Location]]:
    """Yield the activations that delete caches by caches.keys(), with the place of the deletion."""
    for worker in site.workers:
        for handler in worker.code.handlers("activate"):
            reach = worker.code.reach(handler)
            if reach.opaque or reach.mentions("unregister", "navigate"):
                continue
            deletions = [
                program.at(call)
                for program, scopes, call in reach.calls("delete")
                if scopes.path(call.child_by_field_name("function")) == "caches.delete"
            ]
            lists = any(
                scopes.path(call.child_by_field_name("function")) == "caches.keys"
                for _, scopes, call in reach.calls("keys")
            )
            if len(deletions) == 1 and lists:
                yield worker, reach, deletions[0]


def _has_choice(reach: Reach) -> bool:
    types = (
        "if_statement",
        "ternary_expression",
        "binary_expression",
        "switch_statement",
        "continue_statement",
    )
    return any(True for _, _, function in reach.functions for _ in nodes_below(function, *types)) or any(
        True for _ in reach.calls("filter")
    )


@rule(
    "worker-keeps-own-caches",
    "warning",
    "Activation keeps what installation has stored",
    why="All caches are deleted when the worker is activated, those that its installation has just"
    " filled, too:"
    " without network nothing is there.",
    source=_LIFE,
    fix="delete only caches of this app with another name: names.filter((name) => name.startsWith(…) &&"
    " name !== CACHE)",
    bad={
        "sw.js#activate": 'self.addEventListener("activate", (event) => {\n'
        "  event.waitUntil(caches.keys().then((names) => Promise.all(names.map((name) =>"
        " caches.delete(name)))));\n"
        "});"
    },
    good={},
)
def keeps_own(site: AuditedSite) -> Iterator[Evidence]:
    """Look for a deletion without any choice, in a worker whose installation stores."""
    for worker, reach, where in _clearings(site):
        installs = [worker.code.reach(handler) for handler in worker.code.handlers("install")]
        if not _has_choice(reach) and any(any(True for _ in one.calls("addAll", "put")) for one in installs):
            yield Evidence(where, "every cache is deleted, those of this version, too")


@rule(
    "worker-keeps-other-caches",
    "note",
    "Activation leaves the caches of other apps alone",
    why="All apps on one host share their caches. Whatever is not this worker's own is deleted here,"
    " what another"
    " app below the same host has stored, too.",
    source="https://www.w3.org/TR/service-workers/#cache-lifetimes",
    fix="begin the names of caches with the app's, and delete names that begin so:"
    ' name.startsWith("app-") && …',
    bad={
        "sw.js#activate": 'self.addEventListener("activate", (event) => {\n'
        "  event.waitUntil(caches.keys().then((names) =>\n"
        "    Promise.all(names.map((name) => (name !== CACHE ? caches.delete(name) : null)))));\n"
        "});"
    },
    good={},
)
def keeps_others(site: AuditedSite) -> Iterator[Evidence]:
    """Look for deletions that are chosen by nothing but a comparison with the own name."""
    for _, reach, where in _clearings(site):
        if _has_choice(reach) and not reach.mentions(*_LOOKED_AT):
            yield Evidence(
                where, "every cache with another name is deleted, also those of other apps on this host"
            )


_STORING = (
    'self.addEventListener("fetch", (event) => {\n'
    "  %sevent.respondWith(fetch(event.request).then(async (answer) => {\n"
    "    const copy = answer.clone();\n"
    '    if (%s) event.waitUntil(caches.open("bakery-3").then((cache) => cache.put(event.request, copy)));\n'
    "    return answer;\n"
    "  }));\n});"
)
_GET = 'if (event.request.method !== "GET") return;\n  '


@rule(
    "worker-stores-get-only",
    "warning",
    "Only answers to GET are stored",
    why="cache.put() throws a TypeError for every method but GET: with each form that is sent, and the"
    " answer may"
    " be lost with it.",
    source=_PUT,
    fix='if (event.request.method !== "GET") return; as the first line of the listener of fetch',
    bad={"sw.js#fetch": _STORING % ("", "answer.ok")},
    good={"sw.js#fetch": _STORING % (_GET, "answer.ok")},
)
def stores_get(site: AuditedSite) -> Iterator[Evidence]:
    """Look for listeners that look at nothing of the request."""
    looked_at = ("method", "GET", "mode", "destination", "url", "headers", "pathname", "test", "includes")
    for _, _, reach, where in stored_answers(site):
        if not reach.mentions(*looked_at):
            yield Evidence(where, "answers to requests of any method are put into a cache")


@rule(
    "worker-stores-good-answers",
    "warning",
    "Only answers without errors are stored",
    why="An error page, or an answer of another host that can't be looked into, is stored like any"
    " other and shown"
    " later in place of what was asked for.",
    source=_PUT,
    fix="if (answer.ok) before cache.put(), which leaves out opaque answers as well",
    bad={
        "sw.js#fetch": 'self.addEventListener("fetch", (event) => {\n'
        f"  {_GET}"
        "event.respondWith(fetch(event.request).then((answer) => {\n"
        "    const copy = answer.clone();\n"
        '    event.waitUntil(caches.open("bakery-3").then((cache) => cache.put(event.request, copy)));\n'
        "    return answer;\n"
        "  }));\n});"
    },
    good={"sw.js#fetch": _STORING % (_GET, "answer.ok")},
)
def stores_good_answers(site: AuditedSite) -> Iterator[Evidence]:
    """Look for listeners that look at nothing of the answer."""
    for _, _, reach, where in stored_answers(site):
        if not reach.mentions("ok", "status", "type", "redirected", "statusText"):
            yield Evidence(where, "answers are stored whatever their status is")


_CACHE_FIRST = (
    'self.addEventListener("fetch", (event) => {\n'
    "  event.respondWith(caches.match(event.request).then((stored) => stored || fetch(event.request)));\n"
    "});"
)


@rule(
    "worker-pages-fresh",
    "warning",
    "Pages come from the network first, or are stored with their revision",
    why="A stored page is answered as long as the cache has its name: after an update of the site"
    " visitors see the"
    " old one, until the worker's file changes, too.",
    source="https://web.dev/articles/service-worker-lifecycle",
    fix="for event.request.mode === 'navigate': fetch first, and the stored page where that fails; the"
    " cache first"
    " for files with a hash in their names",
    bad={"sw.js#fetch": _CACHE_FIRST},
    good={},
)
def pages_are_fresh(site: AuditedSite) -> Iterator[Evidence]:
    """Look for the cache asked first for every request, in a worker that stores pages by a plain list."""
    looked_at = ("mode", "destination", "url", "headers", "pathname", "navigate", "accept")
    for worker in site.workers:
        handlers = worker.code.handlers("fetch")
        if len(handlers) != 1 or not _stores_pages(worker):
            continue
        reach = worker.code.reach(handlers[0])
        fetches = [
            (program, call)
            for program, scopes, call in reach.calls("fetch")
            if scopes.path(call.child_by_field_name("function")) == "fetch"
        ]
        asks = [
            call
            for _, scopes, call in reach.calls("match")
            if scopes.path(call.child_by_field_name("function")) == "caches.match"
            and arguments_of(call)
            and text_of(arguments_of(call)[0]) == f"{handlers[0].event}.request"
        ]
        if reach.opaque or len(fetches) != 1 or len(asks) != 1 or reach.mentions(*looked_at):
            continue
        program, fetched = fetches[0]
        if asks[0].end_byte < fetched.start_byte and _is_second_choice(fetched) and not _in_catch(asks[0]):
            yield Evidence(
                program.at(asks[0]), "pages are answered from the cache first, and not looked for again"
            )


def _stores_pages(worker: AuditedWorker) -> bool:
    addresses = [
        scopes.text(node) or ""
        for _, scopes, call in worker.code.calls_of("addAll")
        for files in [scopes.value(arguments_of(call)[0]) if arguments_of(call) else None]
        if files is not None and files.type == "array"
        for node in files.named_children
    ]
    return any(address.endswith(("/", ".html", ".htm")) or address == "." for address in addresses)


def _is_second_choice(call: SyntaxNode) -> bool:
    """Return whether a call is the right side of ``stored || fetch()``, or the other end of ``?:``."""
    node = call
    while node.parent and node.type not in ("statement_block", "arrow_function", "function_expression"):
        parent = node.parent
        if parent.type == "binary_expression" and parent.child_by_field_name("right") == node:
            return text_of(parent.child_by_field_name("operator")) in ("||", "??")
        if parent.type == "ternary_expression":
            return parent.child_by_field_name("alternative") == node
        node = parent
    return False


def _in_catch(call: SyntaxNode) -> bool:
    function = function_around(call)
    parent = callback_of(function) if function else None
    return parent is not None and called_name(parent) == "catch"
