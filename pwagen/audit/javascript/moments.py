"""When code of a page runs: while the page loads, or at a moment that isn't known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pwagen.audit.javascript.program import arguments_of, called_name, property_name, text_of
from pwagen.audit.javascript.scopes import Scopes, callback_of, function_around, is_called_at_once

if TYPE_CHECKING:
    from tree_sitter import Node as SyntaxNode

_LOAD_EVENTS = ("load", "DOMContentLoaded", "pageshow")
_CONTINUED = ("then", "catch", "finally", "setTimeout", "setInterval", "requestIdleCallback")
_DEEPEST = 12


def runs_at_load(scopes: Scopes, node: SyntaxNode, depth: int = 0) -> bool:
    """Return whether code surely runs without anything that the user does: at the page's load, or"
    " after it."""
    while depth < _DEEPEST:
        depth += 1
        function = function_around(node)
        if function is None:
            return True
        call = is_called_at_once(function) or callback_of(function)
        if call is None:
            return _is_used_at_load(scopes, function, depth)
        if called_name(call) == "addEventListener":
            return _is_load(scopes, call)
        if is_called_at_once(function) is None and called_name(call) not in _CONTINUED:
            return False
        node = call
    return False


def _is_load(scopes: Scopes, call: SyntaxNode) -> bool:
    arguments = arguments_of(call)
    return bool(arguments) and scopes.text(arguments[0]) in _LOAD_EVENTS


def _is_used_at_load(scopes: Scopes, function: SyntaxNode, depth: int) -> bool:
    """Return whether a function is called at load under its name, or is set as ``onload``."""
    parent = function.parent
    if parent and parent.type == "assignment_expression":
        return scopes.path(parent.child_by_field_name("left")) == "onload" and runs_at_load(
            scopes, parent, depth
        )
    name = function.child_by_field_name("name") if function.type == "function_declaration" else None
    if parent and parent.type == "variable_declarator":
        name = parent.child_by_field_name("name")
    if name is None or name.type != "identifier" or function.child_by_field_name("parameter"):
        return False
    parameters = function.child_by_field_name("parameters")
    if parameters and parameters.named_children:
        return False
    binding = scopes.binding(name)
    for use in scopes.calls_or_arguments(text_of(name)):
        if use == name or scopes.binding(use) is not binding:
            continue
        call = use.parent
        if call and call.type == "call_expression" and call.child_by_field_name("function") == use:
            at_load = runs_at_load(scopes, call, depth)
        else:
            listener = callback_of(use)
            is_load = listener and called_name(listener) == "addEventListener" and _is_load(scopes, listener)
            at_load = bool(listener and is_load) and runs_at_load(scopes, use, depth)
        if at_load:
            return True
    return False


def is_conditional(node: SyntaxNode, *words: str) -> bool:
    """Return whether code runs under a condition; with ``words``, under one that has one of them."""
    current = node
    while current.parent:
        parent = current.parent
        condition = None
        if parent.type in ("if_statement", "ternary_expression"):
            condition = parent.child_by_field_name("condition")
        elif parent.type == "binary_expression" and property_name(current) == "":
            condition = parent.child_by_field_name("left")
        is_below = condition is not None and condition != current
        if is_below and (not words or any(word in text_of(condition) for word in words)):
            return True
        current = parent
    return False
