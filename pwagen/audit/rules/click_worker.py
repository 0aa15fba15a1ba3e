"""That a click on a notification leads to the app's window."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pwagen.audit.audited_site import AuditedSite
from pwagen.audit.finding import Evidence
from pwagen.audit.javascript.program import (
    arguments_of,
    called_name,
    nodes_below,
    object_of,
    property_name,
    text_of,
)
from pwagen.audit.javascript.scopes import Scopes, callback_of, function_around
from pwagen.audit.javascript.worker_code import Handler, Reach
from pwagen.audit.rule import rule

if TYPE_CHECKING:
    from tree_sitter import Node as SyntaxNode

_WINDOWS = "https://developer.mozilla.org/docs/Web/API/Clients/matchAll"
_LOOPS = ("find", "filter", "some", "forEach", "every", "map", "findIndex")
_CLICK = 'self.addEventListener("notificationclick", (event) => {\n'
_CLOSE = "  event.notification.close();\n"
_OPEN = '  event.waitUntil(self.clients.openWindow("./"));\n});'


def _clicks(site: AuditedSite) -> Iterator[tuple[Handler, Reach]]:
    """Yield the only listener of each worker whose code is all known."""
    for worker in site.workers:
        handlers = worker.code.handlers("notificationclick")
        if len(handlers) == 1 and worker.code.complete:
            yield handlers[0], worker.code.reach(handlers[0])


@rule(
    "click-looks-first",
    "warning",
    "A click looks for an open window before it opens one",
    why="clients.openWindow() opens one more window with each click, beside the one in which people"
    " already are.",
    source=_WINDOWS,
    fix={
        "pwagen": "let pwagen's own click handler do it (notifications.click)",
        "plain": 'look through clients.matchAll({ type: "window", includeUncontrolled: true }) and'
        " focus() one of"
        " them; openWindow() where there is none",
    },
    bad={"sw.js#notificationclick": _CLICK + _CLOSE + _OPEN},
    good={},
)
def looks_first(site: AuditedSite) -> Iterator[Evidence]:
    """Look for matchAll() where openWindow() is called."""
    for _, reach in _clicks(site):
        opened = next(reach.calls("openWindow"), None)
        if opened and not reach.opaque and not reach.mentions("matchAll", "get", "focus"):
            yield Evidence(opened[0].at(opened[2]), "a window is opened without looking for one that is open")


@rule(
    "click-closes",
    "warning",
    "A click closes the notification",
    why="On Android a notification stays in the list after a click unless it is closed.",
    source="https://notifications.spec.whatwg.org/#dom-notification-close",
    fix="event.notification.close(), as the first line of the listener",
    bad={
        "sw.js#notificationclick": _CLICK
        + '  event.waitUntil(self.clients.matchAll({ type: "window", includeUncontrolled: true })\n'
        '    .then((windows) => windows[0]?.focus() ?? self.clients.openWindow("./")));\n});'
    },
    good={},
)
def closes(site: AuditedSite) -> Iterator[Evidence]:
    """Look for a close() in all that the listener may run."""
    for handler, reach in _clicks(site):
        if not reach.opaque and not reach.mentions("close"):
            yield Evidence(handler.where, "the notification is not closed")


@rule(
    "click-sees-all-windows",
    "warning",
    "A click looks for windows that the worker doesn't control, too",
    why="matchAll() leaves out windows that were opened before the worker was installed, and those"
    " loaded past it:"
    " a second one is opened beside them.",
    source=_WINDOWS,
    fix='clients.matchAll({ type: "window", includeUncontrolled: true })',
    bad={
        "sw.js#notificationclick": _CLICK
        + _CLOSE
        + '  event.waitUntil(self.clients.matchAll({ type: "window" })\n'
        '    .then((windows) => windows[0]?.focus() ?? self.clients.openWindow("./")));\n});'
    },
    good={},
)
def sees_all(site: AuditedSite) -> Iterator[Evidence]:
    """Look at the options of matchAll()."""
    for _, reach in _clicks(site):
        for program, scopes, call in reach.calls("matchAll"):
            function = call.child_by_field_name("function")
            if not (scopes.path(object_of(function)) or "").endswith("clients"):
                continue
            arguments = arguments_of(call)
            known, value = scopes.member(arguments[0], "includeUncontrolled") if arguments else (True, None)
            if known and (value is None or text_of(value) in ("false", "!1")):
                yield Evidence(
                    program.at(call), "matchAll() without includeUncontrolled: true misses open windows"
                )


@rule(
    "click-focuses-first",
    "warning",
    "A click focuses a window before it leads it to another page",
    why="focus() needs the click, and navigate() takes until the page is loaded: by then the right to"
    " focus may be"
    " gone, and nothing comes to the front. On Android that is the rule.",
    source="https://w3c.github.io/ServiceWorker/#client-focus",
    fix="(await client.focus()).navigate(url), and openWindow(url) where one of them fails",
    bad={
        "sw.js#notificationclick": _CLICK
        + _CLOSE
        + '  event.waitUntil(self.clients.matchAll({ type: "window", includeUncontrolled: true })\n'
        '    .then(([shown]) => shown ? shown.navigate("./").then((client) => client.focus())\n'
        '      : self.clients.openWindow("./")));\n});'
    },
    good={
        "sw.js#notificationclick": _CLICK
        + _CLOSE
        + '  event.waitUntil(self.clients.matchAll({ type: "window", includeUncontrolled: true })\n'
        '    .then(([shown]) => shown ? shown.focus().then((client) => client.navigate("./"))\n'
        '      : self.clients.openWindow("./")));\n});'
    },
)
def focuses_first(site: AuditedSite) -> Iterator[Evidence]:
    """Look for navigate() that is waited for, with focus() behind it and none before it."""
    for _, reach in _clicks(site):
        for program, scopes, call in reach.calls("navigate"):
            receiver = object_of(call.child_by_field_name("function"))
            around = function_around(call)
            if receiver is None or around is None or scopes.path(receiver) is not None:
                continue
            chain = call.parent.parent if call.parent and property_name(call.parent) == "then" else None
            waited = call.parent is not None and call.parent.type == "await_expression"
            focuses = [one for one in nodes_below(around, "call_expression") if called_name(one) == "focus"]
            before = [one for one in focuses if one.start_byte < call.start_byte]
            behind = [
                one
                for one in focuses
                if one.start_byte > call.end_byte
                and (waited or (chain is not None and one.end_byte <= chain.end_byte))
                # The same window, or what navigate() gives.
                and (
                    chain is not None
                    or text_of(object_of(one.child_by_field_name("function"))) == text_of(receiver)
                )
            ]
            if behind and not before:
                yield Evidence(program.at(call), "the window is led to another page before it is focused")


@rule(
    "click-compares-addresses",
    "warning",
    "A click compares the address of a window with a whole address",
    why="client.url is absolute, with the host: it never equals a path, so that each click opens one"
    " more window.",
    source="https://developer.mozilla.org/docs/Web/API/Client/url",
    fix='compare with new URL("…", self.registration.scope).href, without the part behind # and ?',
    bad={
        "sw.js#notificationclick": _CLICK
        + _CLOSE
        + '  event.waitUntil(self.clients.matchAll({ type: "window", includeUncontrolled: true'
        " }).then((windows) => {\n"
        '    for (const client of windows) if (client.url === "/" && "focus" in client) return'
        " client.focus();\n"
        '    return self.clients.openWindow("/");\n  }));\n});'
    },
    good={},
)
def compares_addresses(site: AuditedSite) -> Iterator[Evidence]:
    """Look for `client.url === "/…"` on windows."""
    for _, reach in _clicks(site):
        if not reach.mentions("matchAll"):
            continue
        for program, scopes, function in reach.functions:
            for node in nodes_below(function, "binary_expression"):
                if text_of(node.child_by_field_name("operator")) not in ("===", "=="):
                    continue
                for one, other in _both_ways(node):
                    text = scopes.text(other)
                    is_url = (
                        one is not None and one.type == "member_expression" and property_name(one) == "url"
                    )
                    if not is_url or text is None or ":" in text or not text:
                        continue
                    if _is_window(scopes, object_of(one)):
                        message = f'client.url is a whole address, which never equals "{text}"'
                        yield Evidence(program.at(node), message)


@rule(
    "click-matches-pages",
    "note",
    "A click finds a window that shows the page with other parameters",
    why="client.url has the window's query and fragment: where only one of them differs, a second"
    " window is opened"
    " beside the one that shows the page.",
    source="https://developer.mozilla.org/docs/Web/API/Client/url",
    fix="compare new URL(client.url).pathname, and take any other window of the app where none"
    " shows the page",
    bad={
        "sw.js#notificationclick": _CLICK
        + _CLOSE
        + "  const address = new URL(event.notification.data, self.registration.scope).href;\n"
        '  event.waitUntil(self.clients.matchAll({ type: "window", includeUncontrolled: true })\n'
        "    .then((windows) => windows.find((client) => client.url === address)?.focus()\n"
        "      ?? self.clients.openWindow(address)));\n});"
    },
    good={},
)
def matches_pages(site: AuditedSite) -> Iterator[Evidence]:
    """Look for one comparison with the whole address as the only way to a window that is open."""
    looked_at = (
        "pathname",
        "startsWith",
        "includes",
        "indexOf",
        "hash",
        "split",
        "search",
        "replace",
        "match",
    )
    for _, reach in _clicks(site):
        compared = [
            (program, scopes, node, other)
            for program, scopes, function in reach.functions
            for node in nodes_below(function, "binary_expression")
            if text_of(node.child_by_field_name("operator")) in ("===", "==")
            for one, other in _both_ways(node)
            if one.type == "member_expression"
            and property_name(one) == "url"
            and _is_window(scopes, object_of(one))
        ]
        focuses = sum(1 for _ in reach.calls("focus"))
        if len(compared) != 1 or focuses != 1 or reach.opaque or reach.mentions(*looked_at):
            continue
        program, scopes, node, other = compared[0]
        if scopes.text(other) is None:
            yield Evidence(program.at(node), "a window counts only if its whole address is the same")


def _both_ways(node: SyntaxNode) -> list[tuple[SyntaxNode, SyntaxNode]]:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    return [(left, right), (right, left)] if left is not None and right is not None else []


def _is_window(scopes: Scopes, node: SyntaxNode | None) -> bool:
    """Return whether a name is one of a loop, or of a callback, as windows of matchAll() are."""
    if node is None or node.type != "identifier":
        return False
    binding = scopes.binding(node)
    if binding is None:
        return False
    if binding.kind == "parameter":
        around = function_around(binding.node)
        call = callback_of(around) if around else None
        return call is not None and called_name(call) in _LOOPS
    if binding.kind == "loop":
        return True
    value = binding.value
    return value is not None and value.type == "subscript_expression"
