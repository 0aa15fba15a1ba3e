"""That a worker lives until its work is done, and hears the events that it wants to hear."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pwagen.audit.audited_site import AuditedSite
from pwagen.audit.finding import Evidence, Location
from pwagen.audit.javascript.order import always_before, branch_of
from pwagen.audit.javascript.program import Program, arguments_of, called_name, nodes_below, text_of
from pwagen.audit.javascript.scopes import (
    FUNCTIONS,
    callback_of,
    function_around,
    is_async,
    is_called_at_once,
    own_nodes,
)
from pwagen.audit.javascript.worker_code import Handler
from pwagen.audit.rule import rule

if TYPE_CHECKING:
    from tree_sitter import Node as SyntaxNode

_WAIT_UNTIL = "https://w3c.github.io/ServiceWorker/#extendableevent-interface"
_WAITING_EVENTS = (
    "install",
    "activate",
    "push",
    "notificationclick",
    "notificationclose",
    "sync",
    "periodicsync",
)
# These give promises, and nothing is done before they are kept.
_WORK = ("showNotification", "openWindow", "addAll", "fetch", "matchAll")
_OF_WINDOWS = ("window", "document", "localStorage", "sessionStorage", "XMLHttpRequest")
_ASYNC_CALLBACKS = ("then", "catch", "finally", "setTimeout", "setInterval", "queueMicrotask")


@rule(
    "worker-waits",
    "error",
    "The worker stays alive until its work is done",
    why="A browser may end a worker as soon as its listener returns: without event.waitUntil() files"
    " aren't stored,"
    " notifications aren't shown and windows don't open, now and then.",
    source=_WAIT_UNTIL,
    fix="event.waitUntil(…) around the promise of the work, called before the listener returns",
    bad={
        "sw.js#push": 'self.addEventListener("push", (event) => {\n'
        '  self.registration.showNotification("Bakery", { body: event.data?.text() ?? "Fresh bread" });\n'
        "});"
    },
    good={
        "sw.js#push": "const show = (event) =>\n"
        '  event.waitUntil(self.registration.showNotification("Bakery", { body: event.data?.text() ??'
        ' "" }));\n'
        "self.onpush = show;"
    },
)
def waits(site: AuditedSite) -> Iterator[Evidence]:
    """Look for listeners that work without any waitUntil(), and for work that is left to itself."""
    for worker in site.workers:
        for name in _WAITING_EVENTS:
            for handler in worker.code.handlers(name):
                reach = worker.code.reach(handler)
                if reach.opaque:
                    continue
                works = [
                    (program, call)
                    for program, scopes, call in reach.calls(*_WORK)
                    if not worker.code.callee(scopes, call.child_by_field_name("function"))
                ]
                if works and not reach.mentions("waitUntil", "respondWith"):
                    program, call = works[0]
                    yield Evidence(
                        program.at(call), f"{called_name(call)}() in {name} without event.waitUntil()"
                    )
                else:
                    for call in _left_alone(handler):
                        message = f"{called_name(call)}() in {name} is outside event.waitUntil()"
                        yield Evidence(handler.program.at(call), message)


def _left_alone(handler: Handler) -> Iterator[SyntaxNode]:
    """Yield the calls in a listener's own code whose promise nobody takes."""
    if handler.function is None or is_async(handler.function):
        return
    for statement in own_nodes(handler.function, "expression_statement"):
        call = statement.named_children[0] if statement.named_children else None
        if call is not None and call.type == "call_expression":
            path = handler.scopes.path(call.child_by_field_name("function"))
            if path in ("registration.showNotification", "clients.openWindow"):
                yield call


@rule(
    "worker-waits-in-time",
    "error",
    "waitUntil() is called before the listener has returned",
    why="After an await, or in the callback of a promise, the event is over: waitUntil() throws"
    " InvalidStateError, and what it should have waited for may be cut off.",
    source=_WAIT_UNTIL,
    fix="event.waitUntil((async () => { … })()) around the whole, as the first thing that the listener does",
    bad={
        "sw.js#push": 'self.addEventListener("push", async (event) => {\n'
        '  const news = await caches.match("news");\n'
        '  event.waitUntil(self.registration.showNotification("Bakery", { body: news ? "News" : "Bread"'
        " }));\n"
        "});"
    },
    good={
        "sw.js#push": 'self.addEventListener("push", (event) => {\n'
        "  event.waitUntil((async () => {\n"
        '    const news = await caches.match("news");\n'
        '    await self.registration.showNotification("Bakery", { body: news ? "News" : "Bread" });\n'
        "  })());\n});"
    },
)
def waits_in_time(site: AuditedSite) -> Iterator[Evidence]:
    """Look for waitUntil() behind an await of the listener's own, or in a callback of a promise."""
    yield from _too_late(site, "waitUntil", _WAITING_EVENTS)


@rule(
    "worker-responds-in-time",
    "error",
    "respondWith() is called before the listener has returned",
    why="After an await, or in the callback of a promise, the browser has sent the request itself:"
    " respondWith() throws InvalidStateError, and the answer is never the worker's.",
    source="https://w3c.github.io/ServiceWorker/#fetch-event-respondwith",
    fix="event.respondWith((async () => { … })()) around the whole, as the first thing that the"
    " listener does",
    bad={
        "sw.js#fetch": 'self.addEventListener("fetch", async (event) => {\n'
        "  const stored = await caches.match(event.request);\n"
        "  if (stored) event.respondWith(stored);\n"
        "});"
    },
    good={},
)
def responds_in_time(site: AuditedSite) -> Iterator[Evidence]:
    """Look for respondWith() behind an await of the listener's own, or in a callback of a promise."""
    yield from _too_late(site, "respondWith", ("fetch",))


def _too_late(site: AuditedSite, method: str, events: tuple[str, ...]) -> Iterator[Evidence]:
    for worker in site.workers:
        for handler in (one for event in events for one in worker.code.handlers(event)):
            function = handler.function
            if function is None or not handler.event:
                continue
            calls = [
                call
                for call in nodes_below(function, "call_expression")
                if text_of(call.child_by_field_name("function")) == f"{handler.event}.{method}"
            ]
            awaits = list(own_nodes(function, "await_expression"))
            # While one promise is waited for, others may be added.
            if any(_is_in_time(call, function, awaits) for call in calls):
                continue
            for call in calls:
                if _is_late(call, function, awaits):
                    message = f"{method}() is called when the event is over"
                    yield Evidence(handler.program.at(call), message)


def _is_in_time(call: SyntaxNode, function: SyntaxNode, awaits: list[SyntaxNode]) -> bool:
    around = function_around(call)
    while around and around != function and is_called_at_once(around):
        around = function_around(around)
    return around == function and not any(one.end_byte <= call.start_byte for one in awaits)


def _is_late(call: SyntaxNode, function: SyntaxNode, awaits: list[SyntaxNode]) -> bool:
    around = function_around(call)
    if around == function:
        return any(one.end_byte <= call.start_byte and always_before(one, call) for one in awaits)
    parent = callback_of(around) if around else None
    return parent is not None and called_name(parent) in _ASYNC_CALLBACKS


@rule(
    "worker-listens-at-once",
    "error",
    "Listeners are added when the worker's script runs",
    why="A browser starts the worker for an event and delivers it when the script has run: a listener"
    " that is added"
    " later misses it.",
    source="https://w3c.github.io/ServiceWorker/#service-worker-global-scope-event-handlers",
    fix="call addEventListener() at the top of the script, and look for what it needs inside the listener",
    bad={
        "sw.js#more": 'caches.open("bakery-3").then(() => {\n'
        '  self.addEventListener("message", (event) => event.source.postMessage("Bread"));\n'
        "});"
    },
    good={"sw.js#more": 'self.addEventListener("message", (event) => event.source.postMessage("Bread"));'},
)
def listens_at_once(site: AuditedSite) -> Iterator[Evidence]:
    """Look for listeners of the worker that are added in a callback, or in another listener."""
    for worker in site.workers:
        code = worker.code
        for program, scopes, call in code.calls_of("addEventListener"):
            if scopes.path(call.child_by_field_name("function")) != "addEventListener":
                continue
            around = function_around(call)
            parent = callback_of(around) if around else None
            name = called_name(parent) if parent else ""
            is_listener = (
                name == "addEventListener"
                and parent is not None
                and (scopes.path(parent.child_by_field_name("function")) == "addEventListener")
            )
            if name in ("then", "setTimeout") or is_listener:
                arguments = arguments_of(call)
                event = (scopes.text(arguments[0]) if arguments else None) or "an event"
                yield Evidence(program.at(call), f"the listener of {event} is added too late")


@rule(
    "worker-fetch-does-something",
    "note",
    "The listener of fetch does something",
    why="A listener that answers nothing delays each request, since the worker is started for it; the"
    " app still"
    " doesn't open without network.",
    source="https://developer.chrome.com/blog/removing-no-op-fetch-handlers",
    fix="answer navigations from a cache where the network fails, or take the listener out",
    bad={"sw.js#fetch": 'self.addEventListener("fetch", () => {});'},
    good={},
)
def fetch_does_something(site: AuditedSite) -> Iterator[Evidence]:
    """Look for an empty listener that is the only one."""
    for worker in site.workers:
        handlers = worker.code.handlers("fetch")
        function = handlers[0].function if len(handlers) == 1 else None
        body = function.child_by_field_name("body") if function else None
        is_block = body is not None and body.type == "statement_block" and worker.code.complete
        if body is not None and is_block and all(_does_nothing(node) for node in body.named_children):
            yield Evidence(handlers[0].where, "the listener of fetch does nothing")


def _does_nothing(statement: SyntaxNode) -> bool:
    if statement.type in ("comment", "empty_statement"):
        return True
    if statement.type == "return_statement":
        return not statement.named_children
    return text_of(statement).startswith(("console.log(", "console.debug("))


@rule(
    "worker-offline",
    "note",
    "The app opens without network",
    why="A worker without a listener for fetch answers nothing: without network people see the"
    " browser's error"
    " page.",
    source="https://web.dev/articles/offline-fallback-page",
    fix={
        "pwagen": "offline: {page: offline.html} in pwagen.yaml",
        "plain": 'self.addEventListener("fetch", …), which answers navigations with a stored page where the'
        " network fails",
    },
    bad={"sw.js#fetch": ""},
    good={},
)
def offline(site: AuditedSite) -> Iterator[Evidence]:
    """Look for a listener of fetch, or a router, in scripts that are all here."""
    for worker in site.workers:
        code = worker.code
        routes = next(code.calls_of("addRoutes", "precacheAndRoute", "registerRoute"), None)
        statements = [node for node in worker.program.root.named_children if node.type != "comment"]
        is_read = code.complete and statements and not worker.program.root.has_error
        # One that is there to unregister itself answers nothing.
        ends = next(code.calls_of("unregister"), None)
        if is_read and not code.handlers("fetch") and not routes and not ends:
            yield Evidence(Location(worker.resource.path), "the worker has no listener for fetch")


@rule(
    "worker-parses",
    "error",
    "The worker's script can be read",
    why="A browser refuses a worker whose script has a syntax error; nothing that it should do is done.",
    source="https://w3c.github.io/ServiceWorker/#update-algorithm",
    fix="mend the script at that place; node --check FILE says more",
    bad={"sw.js#more": 'self.addEventListener("message", (event) => {'},
    good={},
)
def parses(site: AuditedSite) -> Iterator[Evidence]:
    """Look for nodes that the parser made up or couldn't place, and for markup, which it takes for JSX."""
    for worker in site.workers:
        for program in worker.programs:
            # A template that a server fills in is no script yet.
            if re.search(r"\{%|\{\{|<%", program.text):
                continue
            error = _first_error(program.root) if program.root.has_error else next(_markup(program), None)
            if error is not None:
                yield Evidence(program.at(error), "the script has a syntax error here")


def _markup(program: Program) -> Iterator[SyntaxNode]:
    has_tag_end = re.search(r"<\s*/|/\s*>", program.text)
    return program.nodes("jsx_element", "jsx_self_closing_element") if has_tag_end else iter(())


def _first_error(root: SyntaxNode) -> SyntaxNode | None:
    """Return the first error of a tree; None for one in a template, whose tag may read any escape."""
    node = root
    while not (node.is_error or node.is_missing):
        if node.type == "template_string":
            return None
        following = next((child for child in node.children if child.has_error or child.is_missing), None)
        if following is None:
            break
        node = following
    return node


@rule(
    "worker-has-no-window",
    "error",
    "The worker uses what workers have",
    why="A worker has neither window nor document, localStorage nor XMLHttpRequest: the line throws,"
    " and with it"
    " the script or the listener ends.",
    source="https://developer.mozilla.org/docs/Web/API/ServiceWorkerGlobalScope",
    fix="self in place of window, caches or IndexedDB in place of localStorage, fetch() in place of"
    " XMLHttpRequest",
    bad={"sw.js#more": 'self.addEventListener("message", () => localStorage.setItem("bread", "fresh"));'},
    good={"sw.js#more": 'if (typeof window !== "undefined") window.addEventListener("load", () => {});'},
)
def has_no_window(site: AuditedSite) -> Iterator[Evidence]:
    """Look for these names where they are surely reached."""
    for worker in site.workers:
        for program, scopes in worker.code.parts:
            guarded = set(re.findall(r"\btypeof\s*\(?\s*(\w+)", program.text))
            for node in program.named(*_OF_WINDOWS):
                name = text_of(node)
                if node.type != "identifier":
                    continue
                if name in guarded or "window" in guarded or "document" in guarded or scopes.binding(node):
                    continue
                if _runs_surely(node, worker.code.listeners):
                    yield Evidence(program.at(node), f"there is no {name} in a worker")
                    break


def _runs_surely(node: SyntaxNode, listeners: list[SyntaxNode]) -> bool:
    """Return whether code runs whenever the script, or a listener, runs."""
    current = node
    while current.parent:
        parent = current.parent
        if parent.type in (
            "try_statement",
            "catch_clause",
            "switch_statement",
            "unary_expression",
            "class_body",
        ):
            return False
        if (
            parent.type in ("if_statement", "ternary_expression")
            and branch_of(parent, current) != "condition"
        ):
            return False
        if parent.type == "binary_expression" and parent.child_by_field_name("left") != current:
            return False
        if parent.type == "assignment_expression" and parent.child_by_field_name("left") == current:
            return False
        if parent.type.startswith(("for_", "while_", "do_")):
            return False
        if parent.type in FUNCTIONS and parent not in listeners and not is_called_at_once(parent):
            return False
        current = parent
    return True
