"""The code of a worker by its events: who handles them, and what a handler may run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from pwagen.audit.finding import Location
from pwagen.audit.javascript.program import (
    Program,
    arguments_of,
    called_name,
    nodes_below,
    property_name,
    text_of,
)
from pwagen.audit.javascript.scopes import FUNCTIONS, Scopes, parameters_of

if TYPE_CHECKING:
    from tree_sitter import Node as SyntaxNode

# What these do is known: they show, open and store nothing by themselves.
HARMLESS = frozenset(
    [
        "addAll",
        "add",
        "all",
        "allSettled",
        "any",
        "apply",
        "assign",
        "at",
        "atob",
        "catch",
        "claim",
        "close",
        "concat",
        "console",
        "createIndex",
        "debug",
        "decode",
        "decodeURIComponent",
        "delete",
        "encode",
        "encodeURIComponent",
        "endsWith",
        "entries",
        "error",
        "every",
        "fetch",
        "filter",
        "find",
        "finally",
        "findIndex",
        "flat",
        "flatMap",
        "focus",
        "forEach",
        "from",
        "fromEntries",
        "get",
        "getAll",
        "getNotifications",
        "getSubscription",
        "has",
        "hasOwnProperty",
        "includes",
        "indexOf",
        "info",
        "isArray",
        "items",
        "join",
        "json",
        "keys",
        "log",
        "map",
        "match",
        "matchAll",
        "max",
        "min",
        "navigate",
        "now",
        "Number",
        "objectStore",
        "open",
        "openWindow",
        "parse",
        "parseInt",
        "pop",
        "postMessage",
        "preventDefault",
        "push",
        "put",
        "race",
        "random",
        "reduce",
        "reject",
        "replace",
        "replaceAll",
        "resolve",
        "respondWith",
        "reverse",
        "search",
        "set",
        "shift",
        "slice",
        "some",
        "sort",
        "splice",
        "split",
        "startsWith",
        "String",
        "stringify",
        "stopImmediatePropagation",
        "stopPropagation",
        "subscribe",
        "substring",
        "test",
        "text",
        "then",
        "toISOString",
        "toLowerCase",
        "toString",
        "toUpperCase",
        "transaction",
        "trim",
        "unshift",
        "unsubscribe",
        "update",
        "values",
        "waitUntil",
        "warn",
        "setAppBadge",
        "clearAppBadge",
        "skipWaiting",
        "clone",
        "arrayBuffer",
        "blob",
        "Boolean",
        "Date",
        "setTimeout",
        "clearTimeout",
        "getTime",
    ]
)

_EVENTS = (
    *("install", "activate", "fetch", "message", "push", "pushsubscriptionchange", "notificationclick"),
    *("notificationclose", "sync", "periodicsync"),
)


@dataclass(frozen=True, eq=False)
class Handler:
    """A listener of an event. ``function`` is None if it isn't written in the worker's scripts."""

    program: Program
    scopes: Scopes
    call: SyntaxNode
    function: SyntaxNode | None

    @property
    def where(self) -> Location:
        """The place where it is added."""
        return self.program.at(self.call)

    @property
    def event(self) -> str:
        """The name of its parameter, empty if it has none."""
        parameters = parameters_of(self.function) if self.function else []
        return text_of(parameters[0]) if parameters and parameters[0].type == "identifier" else ""


@dataclass(frozen=True, eq=False)
class Reach:
    """The functions that a handler may run, its own first. ``opaque``: it runs code that isn't known, too."""

    functions: tuple[tuple[Program, Scopes, SyntaxNode], ...]
    opaque: bool

    def calls(self, *names: str) -> Iterator[tuple[Program, Scopes, SyntaxNode]]:
        """Yield the calls of functions or methods of these names."""
        for program, scopes, function in self.functions:
            for call in nodes_below(function, "call_expression"):
                if called_name(call) in names:
                    yield program, scopes, call

    def mentions(self, *names: str) -> bool:
        """Return whether a name is used as a variable, a member or a word of a text."""
        types = ("identifier", "property_identifier", "shorthand_property_identifier", "string_fragment")
        return any(
            text_of(node) in names
            for _, _, function in self.functions
            for node in nodes_below(function, *types)
        )


class WorkerCode:
    """A worker's scripts, its own first."""

    def __init__(self, programs: Sequence[Program]) -> None:
        self.parts = tuple((program, Scopes(program.root)) for program in programs)

    def calls_of(self, *names: str) -> Iterator[tuple[Program, Scopes, SyntaxNode]]:
        """Yield the calls of functions or methods of these names."""
        for program, scopes in self.parts:
            for call in program.calls(*names):
                if call.type == "call_expression":
                    yield program, scopes, call

    @cached_property
    def imports(self) -> tuple[tuple[Program, Scopes, SyntaxNode, str | None], ...]:
        """What is imported, by each argument of importScripts(): its address as it is written, if known."""
        return tuple(
            (program, scopes, argument, scopes.text(argument))
            for program, scopes, call in self.calls_of("importScripts")
            for argument in arguments_of(call)
        )

    @cached_property
    def complete(self) -> bool:
        """Whether all code is known: what is imported is among these scripts, and nothing is evaluated."""
        if next(self.calls_of("eval"), None) or any(program.nests_too_deeply for program, _ in self.parts):
            return False
        named = {program.url.rpartition("/")[2] for program, _ in self.parts}
        has_modules = any(
            node.type == "import_statement"
            for program, _ in self.parts
            for node in program.root.named_children
        )
        return not has_modules and all(
            address is not None and address.partition("?")[0].rpartition("/")[2] in named
            for *_, address in self.imports
        )

    @cached_property
    def _handlers(self) -> dict[str, list[Handler]]:
        handlers: dict[str, list[Handler]] = {}
        for program, scopes, call in self.calls_of("addEventListener"):
            arguments = arguments_of(call)
            event = scopes.text(arguments[0]) if arguments else None
            if event and len(arguments) > 1:
                handler = Handler(program, scopes, call, scopes.function(arguments[1]))
                handlers.setdefault(event, []).append(handler)
        for program, scopes in self.parts:
            for name in program.named(*(f"on{event}" for event in _EVENTS)):
                assignment = name.parent
                if assignment is not None and assignment.type == "member_expression":
                    assignment = assignment.parent
                if assignment is None or assignment.type != "assignment_expression":
                    continue
                path = scopes.path(assignment.child_by_field_name("left")) or ""
                if path[2:] in _EVENTS:
                    function = scopes.function(assignment.child_by_field_name("right"))
                    handlers.setdefault(path[2:], []).append(Handler(program, scopes, assignment, function))
        return handlers

    def handlers(self, event: str) -> list[Handler]:
        """Return the listeners of an event, in the order of the scripts."""
        return self._handlers.get(event, [])

    @property
    def listeners(self) -> list[SyntaxNode]:
        """The functions of all listeners."""
        functions = [one.function for handlers in self._handlers.values() for one in handlers]
        return [function for function in functions if function]

    def callee(
        self, scopes: Scopes, function: SyntaxNode | None
    ) -> tuple[Program, Scopes, SyntaxNode] | None:
        """Return the function that an expression is, in whichever script it is written."""
        local = scopes.function(function)
        if local:
            return next((program, own, local) for program, own in self.parts if own is scopes)
        if function is not None and function.type == "identifier" and not scopes.binding(function):
            for program, own in self.parts:
                found = own.global_function(text_of(function))
                if found:
                    return program, own, found
        return None

    def reach(self, handler: Handler) -> Reach:
        """Return what a handler may run: its function, and those that are named in reached code."""
        if handler.function is None:
            return Reach((), True)
        reached = {handler.function.id: (handler.program, handler.scopes, handler.function)}
        pending, opaque = [handler.function], False
        while pending:
            function = pending.pop()
            scopes = reached[function.id][1]
            for node in nodes_below(function, "identifier", "member_expression", "call_expression"):
                if node.type == "call_expression":
                    opaque |= self._is_opaque(scopes, node, handler.event)
                    continue
                target = self.callee(scopes, node)
                if target and target[2].type in FUNCTIONS and target[2].id not in reached:
                    reached[target[2].id] = target
                    pending.append(target[2])
        return Reach(tuple(reached.values()), opaque)

    def _is_opaque(self, scopes: Scopes, call: SyntaxNode, event: str) -> bool:
        """Return whether a call runs code that isn't known, which could do anything."""
        function = call.child_by_field_name("function")
        if function is None or function.type in ("import", "parenthesized_expression", *FUNCTIONS):
            return function is not None and function.type == "import"
        if self.callee(scopes, function):
            return False
        if any(event and text_of(argument) == event for argument in arguments_of(call)):
            return True
        name = property_name(function)
        if function.type == "identifier":
            binding = scopes.binding(function)
            return name not in HARMLESS if binding is None else binding.kind != "parameter"
        return name not in HARMLESS and name not in _SEEN


# Rules look for calls of these.
_SEEN = frozenset({"showNotification", "abort", "bind", "getRegistration", "match", "unregister", "headers"})
