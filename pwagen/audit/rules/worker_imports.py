"""What a worker imports."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from pwagen.audit.audited_site import AuditedSite
from pwagen.audit.finding import Evidence
from pwagen.audit.javascript.program import called_name
from pwagen.audit.javascript.scopes import callback_of, function_around
from pwagen.audit.rule import rule

_SOURCE = "https://w3c.github.io/ServiceWorker/#importscripts"
_VERSIONED = re.compile(r"\?.|[.\-_@/][vV]?\d+(?:\.\d+)+|[.\-_](?=[A-Za-z0-9_-]*\d)[A-Za-z0-9_-]{6,}\.m?js$")


@rule(
    "worker-imports-own-scripts",
    "warning",
    "The worker imports scripts of its own host only",
    why="A script of another host can change all that the worker does, and where that host can't be"
    " reached or a"
    " Content-Security-Policy forbids it, the worker isn't installed.",
    source=_SOURCE,
    fix={
        "workbox": "inlineWorkboxRuntime: true, or importWorkboxFrom: 'local'",
        "plain": "publish the script beside the worker, and import it from there",
    },
    bad={"sw.js#more": 'importScripts("https://cdn.invalid/library-1.2.3.js");'},
    good={},
)
def elsewhere(site: AuditedSite) -> Iterator[Evidence]:
    """Look at the hosts of imported scripts."""
    for worker in site.workers:
        for program, _, argument, address in worker.code.imports:
            if address is None:
                continue
            try:
                host = urlsplit(urljoin(worker.resource.url, address)).netloc
            except ValueError:
                continue
            if host and host != urlsplit(worker.resource.url).netloc:
                yield Evidence(program.at(argument), f"a script of {host} is imported")


@rule(
    "worker-imports-early",
    "error",
    "Scripts are imported when the worker's script runs",
    why="Once a worker is installed, importScripts() fails for a script that wasn't imported at its"
    " installation:"
    " the listener ends with a NetworkError.",
    source=_SOURCE,
    fix="importScripts(…) at the top of the worker's script",
    bad={
        "sw.js#more": 'self.addEventListener("message", () => {\n  importScripts("words.js?v=3");\n});',
        "words.js": "self.words = {};",
    },
    good={},
)
def late(site: AuditedSite) -> Iterator[Evidence]:
    """Look for imports in listeners, but for that of install, and in callbacks."""
    for worker in site.workers:
        code = worker.code
        early = {address for *_, argument, address in code.imports if function_around(argument) is None}
        for program, scopes, argument, address in code.imports:
            function = function_around(argument)
            parent = callback_of(function) if function else None
            event = scopes.text(parent.named_children[-1].named_children[0]) if parent else None
            listens = parent is not None and called_name(parent) == "addEventListener" and event != "install"
            if listens and address not in early:
                yield Evidence(program.at(argument), f"a script is imported in the listener of {event}")


@rule(
    "worker-imports-version",
    "note",
    "Imported scripts have their version in the address",
    why="When browsers look for a new worker they take imported scripts from the HTTP cache, as long as"
    " that says:"
    " the new worker may run with the old script.",
    source="https://w3c.github.io/ServiceWorker/#dom-serviceworkerregistration-updateviacache",
    fix='a hash or a version in the address ("app.js?v=3"), or updateViaCache: "none" where it is registered',
    bad={"sw.js#more": 'importScripts("words.js");', "words.js": "self.words = {};"},
    good={"sw.js#more": 'importScripts("words.js?v=3");', "words.js": "self.words = {};"},
)
def version(site: AuditedSite) -> Iterator[Evidence]:
    """Look for a hash, a version or a query in the addresses of the site's own scripts."""
    if any("updateViaCache" in program.text for program in site.scripts):
        return
    for worker in site.workers:
        for program, _, argument, address in worker.code.imports:
            is_path = address is not None and re.fullmatch(r"[\w./-]+", address)
            if address is None or not is_path or "//" in address or _VERSIONED.search(address):
                continue
            yield Evidence(program.at(argument), f"{address} is imported without a version")


@rule(
    "worker-is-a-module",
    "error",
    "A worker with import or export is registered as a module",
    why='A script that is registered without type: "module" is a classic one, in which import and export are'
    " syntax errors: the worker is not installed.",
    source="https://w3c.github.io/ServiceWorker/#dom-registrationoptions-type",
    fix='register("sw.js", { type: "module" }), or bundle the worker into one classic script',
    bad={"sw.js#more": 'export const version = "3";'},
    good={
        "sw.js#more": 'export const version = "3";',
        "app.js#registration": 'const registered = navigator.serviceWorker?.register("sw.js", { type:'
        ' "module" });',
    },
)
def classic(site: AuditedSite) -> Iterator[Evidence]:
    """Look for the statements of modules in workers that are registered without a type."""
    if any(
        re.search(r"""["']?type["']?\s*:\s*[^,}]*module|\btype\b\s*[,}]""", program.text)
        for program in site.scripts
    ):
        return
    for worker in site.workers:
        if worker.registration:
            statement = next(
                (
                    node
                    for node in worker.program.root.named_children
                    if node.type.startswith(("import_st", "export_"))
                ),
                None,
            )
            if statement is not None:
                yield Evidence(worker.program.at(statement), "the worker is registered as a classic script")
