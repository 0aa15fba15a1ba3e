"""That an update of the worker leaves open pages whole."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pwagen.audit.audited_site import AuditedSite, AuditedWorker
from pwagen.audit.finding import Evidence, Location
from pwagen.audit.javascript.program import called_name
from pwagen.audit.javascript.scopes import callback_of, function_around
from pwagen.audit.rule import rule

_LAZY = re.compile(rb"""\bimport\(\s*["'`]\.{0,2}/[^"'`]*[-.][A-Za-z0-9_-]{8,}\.m?js["'`]""")
"""A part of the app, with a hash in its name, that is loaded when it is needed."""

_BUNDLE = (
    'document.getElementById("push")?.addEventListener("dblclick", () => import("./orders-BX9a81kd.js"));'
)
_TAKES_OVER = 'self.addEventListener("install", () => self.skipWaiting());'


@rule(
    "update-keeps-chunks",
    "warning",
    "A worker that takes over at once leaves open pages their files",
    why="With skipWaiting() the new worker serves pages that were opened with the old one. It has"
    " deleted their"
    " files: what such a page loads later, by its old name, is neither in the cache nor on the server.",
    source="https://web.dev/articles/service-worker-lifecycle#skip_the_waiting_phase",
    fix={
        "pwagen": "update: prompt in pwagen.yaml",
        "vite": "registerType: 'prompt', or 'autoUpdate' together with its own registration, which"
        " reloads pages",
        "plain": "call skipWaiting() when the page asks for it, and reload the page on controllerchange",
    },
    bad={
        "sw.js#more": _TAKES_OVER,
        "app.js#more": _BUNDLE,
        "orders-BX9a81kd.js": "export const orders = [];",
    },
    good={
        "sw.js#more": 'self.addEventListener("message", () => self.skipWaiting());',
        "app.js#more": _BUNDLE,
        "orders-BX9a81kd.js": "export const orders = [];",
    },
)
def keeps_chunks(site: AuditedSite) -> Iterator[Evidence]:
    """Look for skipWaiting() at installation, deleted caches, and lazy parts in scripts of the start page."""
    if any("controllerchange" in program.text or "reload" in program.text for program in site.scripts):
        return
    for worker in site.workers:
        place = _takes_over(worker)
        if place and _deletes(worker) and _has_lazy_parts(site):
            yield Evidence(
                place, "the worker takes over at once, while open pages may load parts of the old version"
            )


def _takes_over(worker: AuditedWorker) -> Location | None:
    """Return where skipWaiting() is called as the script runs, or when it is installed."""
    for program, scopes, call in worker.code.calls_of("skipWaiting"):
        if scopes.path(call.child_by_field_name("function")) != "skipWaiting":
            continue
        function = function_around(call)
        added = callback_of(function) if function else None
        if function is None:
            return program.at(call)
        if added is not None and called_name(added) == "addEventListener":
            event = scopes.text(added.named_children[-1].named_children[0])
            if event == "install":
                return program.at(call)
    return None


def _deletes(worker: AuditedWorker) -> bool:
    """Return whether old caches go when the worker is activated."""
    return any(
        scopes.path(call.child_by_field_name("function")) == "caches.delete"
        for handler in worker.code.handlers("activate")
        for _, scopes, call in worker.code.reach(handler).calls("delete")
    )


def _has_lazy_parts(site: AuditedSite) -> bool:
    """Return whether a script of the start page loads others that are there when it needs them."""
    page = site.start_page
    for script in page.tags("script") if page else ():
        resource = (
            site.get(script.attributes["src"], page.base) if page and script.attributes.get("src") else None
        )
        if resource and _LAZY.search(resource.content):
            return True
    return False
