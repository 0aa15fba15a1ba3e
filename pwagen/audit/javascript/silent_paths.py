"""Ways through a push handler on which nothing is shown.

A push has to end in a notification on every path. The code is walked as it would run, promises as the
sequences that they are. What can't be told counts as shown, so that each path reported is one for sure:
calls of unknown functions, loops, and branches that may depend on an earlier one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from pwagen.audit.finding import Location
from pwagen.audit.javascript.program import (
    Program,
    arguments_of,
    called_name,
    nodes_below,
    object_of,
    property_name,
    text_of,
)
from pwagen.audit.javascript.scopes import FUNCTIONS, Scopes, mentions
from pwagen.audit.javascript.worker_code import HARMLESS, Handler, WorkerCode

if TYPE_CHECKING:
    from tree_sitter import Node as SyntaxNode

Shown = Literal["nothing", "some", "all", "unknown"]
"""What was shown on the paths that lead here; ``some``: on one side of a branch only."""

_DEEPEST = 120
# A condition with one of these asks whether notifications are allowed at all.
_PERMISSION = ("permission", "Notification", "showNotification", "registration")


@dataclass(frozen=True)
class _State:
    shown: Shown
    where: Location | None = None
    """Where a path without a notification begins."""


_NOTHING, _ALL, _UNKNOWN = _State("nothing"), _State("all"), _State("unknown")


@dataclass
class SilentPaths:
    """What is wrong with a handler.

    ``returns`` are places where a silent path begins, ``failures`` calls that may fail before anything is
    shown, by kind.
    """

    returns: list[Location] = field(default_factory=list)
    failures: list[tuple[Literal["data", "fetch"], Location]] = field(default_factory=list)


def silent_paths(code: WorkerCode, handler: Handler) -> SilentPaths:
    """Return the paths through a handler that surely show nothing."""
    if handler.function is None:
        return SilentPaths()
    walk = _Walk(code, handler.event)
    end = walk.function(handler.program, handler.scopes, handler.function, _NOTHING, False)
    if end.shown in ("nothing", "some"):
        walk.result.returns.append(end.where or handler.where)
    if not walk.shows:
        # A handler that never shows is another matter, and so is one whose code isn't known.
        return SilentPaths([handler.where] if end.shown == "nothing" else [])
    return walk.result


class _Walk:
    def __init__(self, code: WorkerCode, event: str) -> None:
        self.code = code
        self.event = event
        self.result = SilentPaths()
        self.shows = False
        self._active: set[int] = set()
        self._depth = 0
        self._place: tuple[Program, Scopes] = code.parts[0]
        self._exits: list[list[_State]] = []
        self._guarded: set[str] = set()

    def function(
        self, program: Program, scopes: Scopes, function: SyntaxNode, state: _State, caught: bool
    ) -> _State:
        """Walk a function's body; return the state after each of its ends, taken together."""
        if function.id in self._active or len(self._active) > 20:
            return _UNKNOWN
        self._active.add(function.id)
        before, self._place = self._place, (program, scopes)
        self._exits.append([])
        body = function.child_by_field_name("body")
        if body is not None and body.type == "statement_block":
            end = self._block(body.named_children, state, caught)
        else:
            end = self._expression(body, state, caught)
        ends = [*self._exits.pop(), *([end] if end else [])]
        self._place = before
        self._active.discard(function.id)
        return _joined(ends, None) if ends else _ALL

    def _block(self, statements: list[SyntaxNode], state: _State | None, caught: bool) -> _State | None:
        for statement in statements:
            if state is None:
                return None
            state = self._statement(statement, state, caught)
        return state

    def _statement(self, node: SyntaxNode, state: _State, caught: bool) -> _State | None:
        """Walk a statement; return the state behind it, None if nothing comes behind it."""
        if self._depth > _DEEPEST:
            return _UNKNOWN
        self._depth += 1
        try:
            return self._any_statement(node, state, caught)
        finally:
            self._depth -= 1

    def _any_statement(self, node: SyntaxNode, state: _State, caught: bool) -> _State | None:
        match node.type:
            case "statement_block":
                return self._block(node.named_children, state, caught)
            case "if_statement":
                return self._branch(
                    node,
                    node.child_by_field_name("condition"),
                    node.child_by_field_name("consequence"),
                    node.child_by_field_name("alternative"),
                    state,
                    caught,
                )
            case "else_clause":
                return self._block(node.named_children, state, caught)
            case "return_statement":
                end = self._expression(node.named_children[0] if node.named_children else None, state, caught)
                if end.shown == "nothing":
                    end = _State("nothing", end.where or self._at(node))
                self._exits[-1].append(end)
                return None
            case "throw_statement":
                return None
            case "try_statement":
                return self._try(node, state, caught)
            case "function_declaration" | "generator_function_declaration" | "class_declaration" | "comment":
                return state
            case "expression_statement" | "lexical_declaration" | "variable_declaration":
                return self._children(node, state, caught)
            case "empty_statement":
                return state
        # Loops, switches, labels.
        self._children_unsure(node)
        return _UNKNOWN if self._may_show(node) else self._without_returns(node, state)

    def _without_returns(self, node: SyntaxNode, state: _State) -> _State:
        return _UNKNOWN if any(True for _ in nodes_below(node, "return_statement")) else state

    def _children_unsure(self, node: SyntaxNode) -> None:
        self.shows |= self._may_show(node)

    def _branch(
        self,
        node: SyntaxNode,
        condition: SyntaxNode | None,
        consequence: SyntaxNode | None,
        alternative: SyntaxNode | None,
        state: _State,
        caught: bool,
    ) -> _State | None:
        state = self._expression(condition, state, caught)
        words = text_of(condition)
        guards = {name for name in (f"{self.event}.data",) if self.event and name in words}
        is_permission = any(mentions(condition, word) for word in _PERMISSION)
        arms = []
        before = self._guarded
        for arm in (consequence, alternative):
            self._guarded = before | guards
            exits = len(self._exits[-1])
            end = self._arm(arm, state, caught) if arm is not None else state
            if is_permission or state.shown in ("some",):
                # Without permission there is nothing to show; after a branch, this one may depend on it.
                self._exits[-1][exits:] = [
                    _UNKNOWN if one.shown != "all" else one for one in self._exits[-1][exits:]
                ]
                end = _UNKNOWN if end and end.shown != "all" and end is not state else end
            arms.append(end)
        # `if (!event.data) return`: what follows has the data. Otherwise the guard ends with the branch.
        self._guarded = before | guards if arms[0] is None else before
        ends = [end for end in arms if end is not None]
        if not ends:
            return None
        joined = _joined(ends, self._at(node))
        if state.shown == "some" and joined.shown == "some" and any(end != state for end in ends):
            return _UNKNOWN
        if is_permission and joined.shown in ("nothing", "some") and joined != state:
            return _UNKNOWN
        return joined

    def _arm(self, node: SyntaxNode, state: _State, caught: bool) -> _State | None:
        is_statement = node.type.endswith(("statement", "block", "clause", "declaration"))
        return self._statement(node, state, caught) if is_statement else self._expression(node, state, caught)

    def _try(self, node: SyntaxNode, state: _State, caught: bool) -> _State | None:
        handler = node.child_by_field_name("handler")
        failures = len(self.result.failures)
        body = node.child_by_field_name("body")
        end = self._statement(body, state, False) if body else state
        failed = self.result.failures[failures:]
        if handler is not None:
            del self.result.failures[failures:]
            start = state if failed and state.shown == "nothing" else _UNKNOWN
            # After the failure of a call that comes before everything shown, nothing was shown.
            start = state if end is not None and end.shown == state.shown else start
            catching = handler.child_by_field_name("body")
            caught_end = self._statement(catching, start, caught) if catching else start
            ends = [one for one in (end, caught_end) if one is not None]
            end = _joined(ends, self._at(handler)) if ends else None
        elif caught:
            del self.result.failures[failures:]
        finalizer = node.child_by_field_name("finalizer")
        if finalizer is not None:
            return self._block(finalizer.named_children, end, caught)
        return end

    def _expression(self, node: SyntaxNode | None, state: _State, caught: bool) -> _State:
        if node is None:
            return state
        if self._depth > _DEEPEST:
            return _UNKNOWN
        self._depth += 1
        try:
            return self._any_expression(node, state, caught)
        finally:
            self._depth -= 1

    def _any_expression(self, node: SyntaxNode, state: _State, caught: bool) -> _State:
        if node.type in FUNCTIONS:
            return state
        if node.type == "call_expression":
            return self._call(node, state, caught)
        if node.type == "ternary_expression":
            sides = [node.child_by_field_name(name) for name in ("condition", "consequence", "alternative")]
            return self._branch(node, sides[0], sides[1], sides[2], state, caught) or state
        if node.type == "binary_expression":
            operator = text_of(node.child_by_field_name("operator"))
            if operator in ("&&", "||", "??"):
                left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
                return self._branch(node, left, right, None, state, caught) or state
        if node.type == "new_expression":
            return self._new(node, state, caught)
        return self._children(node, state, caught)

    def _children(self, node: SyntaxNode, state: _State, caught: bool) -> _State:
        for child in node.named_children:
            state = self._expression(child, state, caught)
        return state

    def _new(self, node: SyntaxNode, state: _State, caught: bool) -> _State:
        arguments = arguments_of(node)
        for argument in arguments:
            if argument.type in FUNCTIONS and self._may_show(argument):
                self.shows = True
                return _UNKNOWN
            state = self._expression(argument, state, caught)
        return state

    def _call(self, call: SyntaxNode, state: _State, caught: bool) -> _State:
        program, scopes = self._place
        function = call.child_by_field_name("function")
        name, arguments = called_name(call), arguments_of(call)
        receiver = object_of(function) if function and function.type == "member_expression" else None
        target = self.code.callee(scopes, function)
        if name == "showNotification" and not target:
            self.shows = True
            for argument in arguments:
                state = self._expression(argument, state, caught)
            return _ALL
        if receiver is not None and name in ("then", "catch", "finally"):
            return self._promise(name, receiver, arguments, state, caught)
        bare = function
        while bare is not None and bare.type == "parenthesized_expression" and bare.named_children:
            bare = bare.named_children[-1]
        if bare is not None and bare.type in FUNCTIONS:
            target = (program, scopes, bare)
        if target:
            for argument in arguments:
                state = self._expression(argument, state, caught)
            return self.function(*target, state, caught)
        state = self._expression(receiver, state, caught)
        for argument in arguments:
            callback = self.code.callee(scopes, argument)
            if callback and self._may_show(callback[2]):
                self.shows = True
                return _UNKNOWN
            if argument.type not in FUNCTIONS:
                state = self._expression(argument, state, caught)
        if state.shown == "nothing" and not caught:
            self._failing(call, name, receiver)
        known = name in HARMLESS or self._is_of_event(receiver)
        passes_event = any(text_of(argument) == self.event for argument in arguments)
        return state if known and not passes_event else _UNKNOWN

    def _is_of_event(self, receiver: SyntaxNode | None) -> bool:
        return bool(self.event) and text_of(receiver) == self.event

    def _failing(self, call: SyntaxNode, name: str, receiver: SyntaxNode | None) -> None:
        _, scopes = self._place
        data = text_of(receiver).replace("?.", ".") if receiver else ""
        if (self.event and data == f"{self.event}.data" and name == "json") or (
            name == "parse" and scopes.path(receiver) == "JSON" and self._is_of_data(scopes, call)
        ):
            self.result.failures.append(("data", self._at(call)))
        elif name == "fetch" and scopes.path(call.child_by_field_name("function")) == "fetch":
            self.result.failures.append(("fetch", self._at(call)))

    def _is_of_data(self, scopes: Scopes, call: SyntaxNode) -> bool:
        arguments = arguments_of(call)
        value = scopes.value(arguments[0]) if arguments else None
        return bool(self.event) and f"{self.event}.data" in text_of(value).replace("?.", ".")

    def _promise(
        self, name: str, receiver: SyntaxNode, arguments: list[SyntaxNode], state: _State, caught: bool
    ) -> _State:
        catches = name == "catch" or (name == "then" and len(arguments) > 1)
        failures = len(self.result.failures)
        before = state
        state = self._expression(receiver, state, False if catches else caught)
        if name in ("then", "finally"):
            return (
                self._callback(arguments[0], state, caught)
                if len(arguments) == 1
                else self._unsure(arguments)
            )
        failed = self.result.failures[failures:]
        del self.result.failures[failures:]
        if not arguments:
            return state
        start = before if failed and before.shown == "nothing" else _UNKNOWN
        if state.shown == before.shown:
            start = before
        end = self._callback(arguments[0], start, caught)
        if end.shown == "unknown" and state.shown == "all":
            return _ALL
        return _joined([state, end], self._at(arguments[0]))

    def _unsure(self, arguments: list[SyntaxNode]) -> _State:
        self.shows |= any(self._may_show(argument) for argument in arguments)
        return _UNKNOWN

    def _callback(self, node: SyntaxNode, state: _State, caught: bool) -> _State:
        _, scopes = self._place
        target = self.code.callee(scopes, node)
        if target:
            return self.function(*target, state, caught)
        if text_of(node) in ("console.error", "console.log", "console.warn"):
            return state
        return self._unsure([node])

    def _may_show(self, node: SyntaxNode) -> bool:
        """Return whether a piece of code, or what it names, may show something."""
        seen: set[int] = set()
        pending = [(self._place[1], node)]
        while pending:
            scopes, node = pending.pop()
            if node.id in seen:
                continue
            seen.add(node.id)
            # An own function of that name is looked into below.
            if any(
                name.type != "identifier" or not self.code.callee(scopes, name)
                for name in nodes_below(node, "identifier", "property_identifier", "string_fragment")
                if text_of(name) == "showNotification"
            ):
                return True
            for inner in nodes_below(node, "call_expression"):
                function = inner.child_by_field_name("function")
                target = self.code.callee(scopes, function)
                if target:
                    pending.append((target[1], target[2]))
                elif property_name(function) not in HARMLESS:
                    return True
            for name in nodes_below(node, "identifier"):
                target = self.code.callee(scopes, name)
                if target:
                    pending.append((target[1], target[2]))
        return False

    def _at(self, node: SyntaxNode) -> Location:
        return self._place[0].at(node)


def _joined(states: list[_State], where: Location | None) -> _State:
    kinds = {state.shown for state in states}
    if len(kinds) == 1:
        return states[0]
    if "unknown" in kinds:
        return _UNKNOWN
    silent = next((state for state in states if state.shown in ("nothing", "some")), None)
    return _State("some", (silent.where if silent else None) or where)
