"""That somebody learns of a worker that can't be registered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pwagen.audit.audited_site import AuditedSite
from pwagen.audit.finding import Evidence
from pwagen.audit.javascript.program import arguments_of, called_name, property_name
from pwagen.audit.javascript.scopes import callback_of
from pwagen.audit.rule import rule

if TYPE_CHECKING:
    from tree_sitter import Node as SyntaxNode

# What has the value of the promise, or nothing but the promise in it.
_AROUND = ("parenthesized_expression", "binary_expression", "ternary_expression", "sequence_expression")
_REGISTERED = 'navigator.serviceWorker?.register("sw.js")'


@rule(
    "worker-registration-caught",
    "note",
    "A registration that fails is noticed",
    why="A registration fails where cookies are blocked, without network, or if the worker is missing or"
    " broken. The app then has no offline pages and no pushes, and nobody learns why.",
    source="https://w3c.github.io/ServiceWorker/#navigator-service-worker-register",
    fix={
        "vite": "registerSW({ onRegisterError(error) { … } }) of virtual:pwa-register, and injectRegister:"
        " null",
        "plain": 'navigator.serviceWorker.register("sw.js").catch((error) => …), which reports it',
    },
    bad={"app.js#more": f"{_REGISTERED}.then(() => document.body.classList.add('ready'));"},
    good={"app.js#more": f"{_REGISTERED}.then(() => document.body.classList.add('ready')).catch(alert);"},
)
def handled(site: AuditedSite) -> Iterator[Evidence]:
    """Look for registrations whose promise is thrown away, where nothing listens to unhandled rejections."""
    if any("unhandledrejection" in program.text for program in site.scripts):
        return
    places = {registration.where for registration in site.registrations}
    for program in site.scripts:
        for call in program.calls("register"):
            if program.at(call) in places and _is_thrown_away(call):
                yield Evidence(program.at(call), "nothing handles a failure of this registration")


def _is_thrown_away(call: SyntaxNode) -> bool:
    """Return whether the promise of a call surely goes nowhere, and no rejection of it is taken."""
    node = call
    while node.parent:
        parent = node.parent
        if parent.type == "member_expression":
            outer, method = parent.parent, property_name(parent)
            is_called = outer is not None and outer.child_by_field_name("function") == parent
            if outer is None or not is_called or method not in ("then", "finally"):
                return False
            if method == "then" and len(arguments_of(outer)) > 1:
                return False
            node = outer
        elif parent.type in _AROUND or _is_void(parent):
            node = parent
        elif parent.type == "arrow_function":
            listener = callback_of(parent)
            # What a listener returns, nobody takes.
            return listener is not None and called_name(listener) == "addEventListener"
        else:
            return parent.type == "expression_statement"
    return False


def _is_void(node: SyntaxNode) -> bool:
    return node.type == "unary_expression" and node.children[0].type == "void"
