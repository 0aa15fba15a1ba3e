"""The answers that a worker stores as they come by."""

from __future__ import annotations

from collections.abc import Iterator

from pwagen.audit.audited_site import AuditedSite, AuditedWorker
from pwagen.audit.finding import Location
from pwagen.audit.javascript.program import arguments_of, text_of
from pwagen.audit.javascript.worker_code import Handler, Reach

CHOOSING = (
    *("includes", "has", "indexOf", "some", "every", "find", "test", "exec", "endsWith", "search"),
    *("pathname", "href", "hash"),
)
"""A listener that uses one of these names may store a few addresses only."""
_LOOKED_AT = (
    *("mode", "destination", "navigate", "document", "headers", "url", "pathname", "startsWith"),
    *(*CHOOSING, "credentials"),
)


def answers_stored_unseen(site: AuditedSite) -> Iterator[tuple[AuditedWorker, Location]]:
    """Yield the workers that store every page, whatever the answer says of whom it is for, and where."""
    for worker, _, reach, where in stored_answers(site):
        if not reach.mentions(*_LOOKED_AT):
            yield worker, where


def stored_answers(site: AuditedSite) -> Iterator[tuple[AuditedWorker, Handler, Reach, Location]]:
    """Yield the listeners of fetch that put answers to the very request into a cache, and where."""
    for worker in site.workers:
        for handler in worker.code.handlers("fetch"):
            reach = worker.code.reach(handler)
            if reach.opaque:
                continue
            for program, scopes, call in reach.calls("put"):
                arguments = arguments_of(call)
                key = scopes.value(arguments[0]) if len(arguments) == 2 else None
                if key is not None and handler.event and text_of(key) == f"{handler.event}.request":
                    yield worker, handler, reach, program.at(call)
