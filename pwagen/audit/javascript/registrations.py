"""Which workers a script registers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from pwagen.audit.finding import Location
from pwagen.audit.javascript.program import (
    Program,
    arguments_of,
    nodes_below,
    object_of,
    property_name,
    text_of,
)
from pwagen.audit.javascript.scopes import Scopes

if TYPE_CHECKING:
    from tree_sitter import Node as SyntaxNode


@dataclass(frozen=True)
class Registration:
    """A call that registers a worker. ``url`` is absolute; ``scope`` too, None if the call names none.

    ``address`` is the worker's as it is written.
    """

    where: Location
    url: str
    address: str
    scope: str | None = None


def registrations_in(
    program: Program, page_url: str, scopes_of: Callable[[Program], Scopes]
) -> Iterator[Registration]:
    """Yield the registrations whose address is written in the script, relative to the page as browsers do it.

    ``navigator.serviceWorker.register("sw.js")``, and the same by workbox-window: ``new Workbox("sw.js")``.
    """
    if "serviceWorker" not in program.text and "Workbox" not in program.text:
        return
    for call in program.calls("register", "Workbox"):
        if not arguments_of(call):
            continue
        scopes = scopes_of(program)
        if not _registers(scopes, call):
            continue
        arguments = arguments_of(call)
        address, base = _address(scopes, arguments[0], page_url) if arguments else (None, page_url)
        if address is None:
            continue
        scope = _scope(scopes, arguments[1], page_url) if len(arguments) > 1 else None
        try:
            yield Registration(program.at(call), urljoin(base, address), address, scope)
        except ValueError:
            continue


def _registers(scopes: Scopes, call: SyntaxNode) -> bool:
    if call.type == "new_expression":
        return property_name(call.child_by_field_name("constructor")) == "Workbox"
    function = call.child_by_field_name("function")
    if property_name(function) != "register":
        return False
    holder = object_of(function)
    named = property_name(scopes.value(holder)) or property_name(holder)
    return named == "serviceWorker" or scopes.path(holder) == "navigator.serviceWorker"


def _address(scopes: Scopes, node: SyntaxNode, page_url: str) -> tuple[str | None, str]:
    """Return an address and what it is relative to; ``new URL("sw.js", import.meta.url)`` is the script's."""
    if node.type == "new_expression" and property_name(node.child_by_field_name("constructor")) == "URL":
        arguments = arguments_of(node)
        return (scopes.text(arguments[0]) if arguments else None), page_url
    return scopes.text(node), page_url


def _scope(scopes: Scopes, options: SyntaxNode, page_url: str) -> str | None:
    for pair in nodes_below(options, "pair"):
        if text_of(pair.child_by_field_name("key")).strip("\"'") == "scope":
            scope = scopes.text(pair.child_by_field_name("value"))
            try:
                return urljoin(page_url, scope) if scope is not None else None
            except ValueError:
                return None
    return None
