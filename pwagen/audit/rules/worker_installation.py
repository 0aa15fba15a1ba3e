"""That the installation of a worker can succeed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pwagen.audit.audited_site import AuditedSite
from pwagen.audit.finding import Evidence
from pwagen.audit.javascript.program import arguments_of, nodes_below, text_of
from pwagen.audit.javascript.scopes import FUNCTIONS, Scopes, parameters_of
from pwagen.audit.rule import rule

if TYPE_CHECKING:
    from tree_sitter import Node as SyntaxNode

_WAITING = "self.oninstall = (event) => event.waitUntil(new Promise((resolve) => {\n  %s\n}));"
_ADDING = (
    'self.oninstall = (event) =>\n  event.waitUntil(caches.open("bakery-3").then((cache) =>\n'
    '    cache.addAll(["app.js", new Request("https://fonts.invalid/bread.woff2", { mode: "%s" })])));'
)


@rule(
    "worker-install-ends",
    "error",
    "What install and activate wait for comes to an end",
    why="A worker whose waitUntil() has a promise that is never resolved stays in installation until the"
    " browser ends it, and never answers a request.",
    source="https://w3c.github.io/ServiceWorker/#installation-algorithm",
    fix="call resolve() when the work is done, or give waitUntil() the promise of the work itself",
    bad={"sw.js#more": _WAITING % 'console.log("installed");'},
    good={"sw.js#more": _WAITING % "resolve();"},
)
def ends(site: AuditedSite) -> Iterator[Evidence]:
    """Look for promises in waitUntil() whose function never uses what would resolve them."""
    for worker in site.workers:
        for handler in (*worker.code.handlers("install"), *worker.code.handlers("activate")):
            if handler.function is None:
                continue
            for program, scopes, call in worker.code.reach(handler).calls("waitUntil"):
                promises = _waited_for(scopes, arguments_of(call)[0]) if arguments_of(call) else ()
                for promise in promises:
                    if _never_settles(scopes, promise):
                        yield Evidence(program.at(promise), "this promise is never resolved")


def _waited_for(scopes: Scopes, argument: SyntaxNode) -> Iterator[SyntaxNode]:
    """Yield the promises that have to be kept: the argument, or each of a Promise.all()."""
    value = scopes.value(argument)
    if value is None:
        return
    if value.type == "call_expression" and arguments_of(value):
        listed = scopes.value(arguments_of(value)[0])
        is_all = scopes.path(value.child_by_field_name("function")) == "Promise.all"
        if is_all and listed is not None and listed.type == "array":
            yield from (inner for node in listed.named_children if (inner := scopes.value(node)))
        return
    yield value


def _never_settles(scopes: Scopes, promise: SyntaxNode) -> bool:
    """Return whether an expression is a new promise whose function can neither resolve nor reject it."""
    if promise.type != "new_expression" or not arguments_of(promise):
        return False
    if scopes.path(promise.child_by_field_name("constructor")) != "Promise":
        return False
    executor = scopes.value(arguments_of(promise)[0])
    if executor is None or executor.type not in FUNCTIONS:
        return False
    body = executor.child_by_field_name("body")
    names = {text_of(parameter) for parameter in parameters_of(executor)}
    if body is None or any(parameter.type != "identifier" for parameter in parameters_of(executor)):
        return False
    # What is thrown rejects it.
    used = {text_of(node) for node in nodes_below(body, "identifier", "shorthand_property_identifier")}
    return not used & {*names, "arguments"} and not any(nodes_below(body, "throw_statement"))


@rule(
    "worker-adds-readable-answers",
    "error",
    "What is added to a cache can be read",
    why="add() and addAll() refuse every answer whose status isn't 200 to 299. That of a request with mode"
    " no-cors to another host is hidden and counts as 0: nothing of the list is stored.",
    source="https://w3c.github.io/ServiceWorker/#cache-addAll",
    fix='request it with mode: "cors" if that host allows it, else publish the file with the site',
    bad={"sw.js#more": _ADDING % "no-cors"},
    good={"sw.js#more": _ADDING % "cors"},
)
def adds_readable(site: AuditedSite) -> Iterator[Evidence]:
    """Look for requests of other hosts with that mode."""
    for worker in site.workers:
        for program, scopes, call in worker.code.calls_of("add", "addAll"):
            listed = scopes.value(arguments_of(call)[0]) if arguments_of(call) else None
            if listed is None:
                continue
            for node in listed.named_children if listed.type == "array" else (listed,):
                request = scopes.value(node)
                address = _hidden(scopes, request) if request is not None else ""
                if address and not site.is_ours(address):
                    yield Evidence(
                        program.at(node), f"the answer for {address} can't be added: its mode is no-cors"
                    )


def _hidden(scopes: Scopes, request: SyntaxNode) -> str:
    """Return the absolute address of a ``new Request()`` with mode no-cors; empty for anything else."""
    arguments = arguments_of(request) if request.type == "new_expression" else []
    if len(arguments) != 2 or scopes.path(request.child_by_field_name("constructor")) != "Request":
        return ""
    address = scopes.text(arguments[0]) or ""
    mode = scopes.text(scopes.member(arguments[1], "mode")[1])
    return address if mode == "no-cors" and address.startswith(("https://", "http://", "//")) else ""
