"""What scripts of pages do with the worker, with pushes and with the prompt to install."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from pwagen.audit.audited_site import AuditedSite
from pwagen.audit.finding import Evidence, Location
from pwagen.audit.javascript.moments import is_conditional, runs_at_load
from pwagen.audit.javascript.order import always_before
from pwagen.audit.javascript.program import (
    Program,
    arguments_of,
    called_name,
    nodes_below,
    object_of,
    property_name,
    text_of,
)
from pwagen.audit.javascript.scopes import Scopes, callback_of, function_around, own_nodes, parameters_of
from pwagen.audit.rule import rule

if TYPE_CHECKING:
    from tree_sitter import Node as SyntaxNode

_SUBSCRIBE = "https://www.w3.org/TR/push-api/#subscribe-method"


def _calls(site: AuditedSite, *names: str) -> Iterator[tuple[Program, Scopes, SyntaxNode]]:
    """Yield calls in the scripts of pages; scripts of workers have other rules."""
    workers = {program.url for worker in site.workers for program in worker.programs}
    for program in site.scripts:
        if program.url in workers or not any(name in program.text for name in names):
            continue
        for call in program.calls(*names):
            yield program, site.scopes(program), call


@rule(
    "permission-on-gesture",
    "warning",
    "Permission for notifications is asked for when the user does something",
    why="Firefox and Safari show no prompt without a click, Chromium shows a quiet one; most people "
    "decline a question that they didn't expect, and it can't be asked again.",
    source="https://notifications.spec.whatwg.org/#dom-notification-requestpermission",
    fix={
        "pwagen": "take the question out of the page's script; pwagen's prompt (permission_prompt) asks"
        " on a click",
        "plain": 'button.addEventListener("click", () => Notification.requestPermission().then(…))',
    },
    bad={"app.js#more": 'window.addEventListener("load", () => Notification.requestPermission());'},
    good={
        "app.js#more": 'window.addEventListener("load", () => {\n'
        '  if (Notification.permission === "granted") Notification.requestPermission();\n});'
    },
)
def permission(site: AuditedSite) -> Iterator[Evidence]:
    """Look for the question where the page loads."""
    for program, scopes, call in _calls(site, "requestPermission"):
        is_asked = scopes.path(call.child_by_field_name("function")) == "Notification.requestPermission"
        if is_asked and not is_conditional(call, "granted") and runs_at_load(scopes, call):
            yield Evidence(program.at(call), "permission is asked for when the page loads")


@rule(
    "permission-before-await",
    "warning",
    "Permission for notifications is asked for before anything is waited for",
    why="The right to ask comes from the click, and ends while a request is under way: Safari shows"
    " no prompt then,"
    " Chromium and Firefox do so for some seconds only.",
    source="https://html.spec.whatwg.org/multipage/interaction.html#transient-activation",
    fix="call Notification.requestPermission() first in the listener, and wait for the rest behind it",
    bad={
        "app.js#more": 'document.getElementById("news")?.addEventListener("click", async () => {\n'
        '  const topics = await fetch("/topics");\n'
        "  if (topics.ok) await Notification.requestPermission();\n});"
    },
    good={
        "app.js#more": 'document.getElementById("news")?.addEventListener("click", async () => {\n'
        "  await Notification.requestPermission();\n"
        '  await fetch("/topics");\n});'
    },
)
def before_await(site: AuditedSite) -> Iterator[Evidence]:
    """Look for requests that are waited for before the question, in a listener of click."""
    for program, scopes, call in _calls(site, "requestPermission"):
        listener = function_around(call)
        added = callback_of(listener) if listener else None
        if listener is None or added is None or called_name(added) != "addEventListener":
            continue
        if scopes.text(arguments_of(added)[0]) != "click":
            continue
        is_asked = scopes.path(call.child_by_field_name("function")) == "Notification.requestPermission"
        waits = [
            node
            for node in own_nodes(listener, "await_expression")
            if node.end_byte <= call.start_byte
            and always_before(node, call)
            and any(called_name(one) == "fetch" for one in nodes_below(node, "call_expression"))
        ]
        if is_asked and waits:
            yield Evidence(program.at(call), "permission is asked for after a request that is waited for")


def _subscriptions(site: AuditedSite) -> Iterator[tuple[Program, Scopes, SyntaxNode]]:
    for program, scopes, call in _calls(site, "subscribe"):
        receiver = scopes.value(object_of(call.child_by_field_name("function")))
        if property_name(receiver) == "pushManager":
            yield program, scopes, call


@rule(
    "push-subscribe-visible",
    "error",
    "Subscriptions say that each push is shown",
    why="Chromium, and all that is built on it, refuses a subscription without userVisibleOnly: true.",
    source=_SUBSCRIBE,
    fix="subscribe({ userVisibleOnly: true, applicationServerKey })",
    bad={
        "app.js#permission": "const subscribe = async () => (await registered).pushManager.subscribe({\n"
        "  applicationServerKey: document.body.dataset.key,\n});\n"
        'document.getElementById("push")?.addEventListener("click", subscribe);'
    },
    good={},
)
def visible(site: AuditedSite) -> Iterator[Evidence]:
    """Look at the options of subscribe()."""
    for program, scopes, call in _subscriptions(site):
        arguments = arguments_of(call)
        known, value = scopes.member(arguments[0], "userVisibleOnly") if arguments else (True, None)
        if known and (value is None or text_of(value) in ("false", "!1")):
            yield Evidence(program.at(call), "subscribe() without userVisibleOnly: true")


@rule(
    "push-key-form",
    "error",
    "The application server key is a public key of 65 bytes",
    why="Browsers refuse every other form of the key: base64url of the uncompressed point of P-256,"
    " which begins"
    " with B and has 87 characters.",
    source="https://datatracker.ietf.org/doc/html/rfc8292#section-3.2",
    fix={
        "pwagen": "pwagen vapid prints the public key of your private key",
        "plain": "the public key of the pair, in base64url without =; never the private one",
    },
    bad={
        "app.js#permission": 'document.getElementById("push")?.addEventListener("click", async () => {\n'
        "  await (await registered).pushManager.subscribe({\n"
        "    userVisibleOnly: true,\n"
        "    applicationServerKey:"
        ' "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",\n'
        "  });\n});"
    },
    good={},
)
def key(site: AuditedSite) -> Iterator[Evidence]:
    """Look at keys that are written in the script, also where a function decodes them."""
    for program, scopes, call in _subscriptions(site):
        arguments = arguments_of(call)
        node = scopes.member(arguments[0], "applicationServerKey")[1] if arguments else None
        value = scopes.value(node)
        text, is_decoded = scopes.text(value), False
        if value is not None and value.type == "call_expression" and len(arguments_of(value)) == 1:
            text, is_decoded = scopes.text(arguments_of(value)[0]), True
        mistake = _mistake(text, is_decoded) if text and value is not None else ""
        if value is not None and mistake:
            yield Evidence(program.at(value), mistake)


def _mistake(text: str, is_decoded: bool) -> str:
    """Return what is wrong with a key; a text that is a placeholder is none."""
    if len(text) < 40 or not re.fullmatch(r"[\w+/=-]+", text):
        return ""
    if not is_decoded and re.search(r"[+/=]", text):
        return "the key is base64, with +, / or =: browsers take base64url without padding"
    try:
        content = base64.urlsafe_b64decode(text.replace("+", "-").replace("/", "_").rstrip("=") + "==")
    except (ValueError, binascii.Error):
        return "the key is cut off, or has a character too many"
    if len(content) == 32:
        return "the key has 32 bytes, as a private key has: a public one has 65"
    if len(content) != 65:
        return f"the key has {len(content)} bytes, a public key has 65"
    return "" if content[0] == 4 else "the key is not an uncompressed point: its first byte is not 4"


def _sure_registrations(site: AuditedSite) -> dict[Location, bool]:
    """Return the places where workers are registered at load, and whether under a condition."""
    return {
        program.at(call): is_conditional(call)
        for program, scopes, call in _calls(site, "register", "Workbox")
        if runs_at_load(scopes, call)
    }


@rule(
    "worker-registered-file",
    "error",
    "The worker that the page registers is there",
    why="Without the file the registration fails: nothing works offline, and no push arrives.",
    source="https://w3c.github.io/ServiceWorker/#navigator-service-worker-register",
    fix="publish the worker at that address, or mend the address, which is relative to the page, not to"
    " the script",
    bad={"app.js#more": 'navigator.serviceWorker?.register("worker/bakery.js").catch(console.error);'},
    good={},
)
def file(site: AuditedSite) -> Iterator[Evidence]:
    """Look for the files whose addresses are written in scripts that run at load."""
    sure = _sure_registrations(site)
    for registration in site.registrations:
        path = urlsplit(registration.url).path
        is_file = registration.where in sure and site.is_ours(registration.url) and path.endswith(".js")
        resource = site.get(registration.url) if is_file else None
        if is_file and resource is None and not site.is_unanswered(registration.url):
            yield Evidence(registration.where, f"there is no worker at {path}")
        elif (
            resource and resource.is_page and not site.has_server
        ):  # `server-worker-type` says it of an answer
            yield Evidence(registration.where, f"there is a page at {path}, and no worker")


@rule(
    "worker-one-per-scope",
    "error",
    "One scope has one worker",
    why="A scope has one registration: the second worker replaces the first, and the first the second"
    " with the next"
    " visit. What one of them does is lost now and then.",
    source="https://w3c.github.io/ServiceWorker/#register-algorithm",
    fix="one worker that imports the other's script, or a scope of its own for the second, as OneSignal"
    " and Firebase"
    " take it",
    bad={
        "app.js#more": 'navigator.serviceWorker?.register("other-sw.js").catch(console.error);',
        "other-sw.js": 'self.addEventListener("fetch", (event) => event.respondWith(fetch(event.request)));',
    },
    good={
        "app.js#more": 'navigator.serviceWorker?.register("about/sw.js").catch(console.error);',
        "about/sw.js": 'self.addEventListener("fetch", (event) => event.respondWith(fetch(event.request)));',
    },
)
def one_worker(site: AuditedSite) -> Iterator[Evidence]:
    """Compare the scopes of workers that are registered at load without a condition."""
    sure = _sure_registrations(site)
    scopes: dict[str, str] = {}
    for registration in site.registrations:
        # A file that isn't there is another finding.
        if sure.get(registration.where) is not False or site.get(registration.url) is None:
            continue
        scope = registration.scope or urljoin(registration.url, "./")
        address = registration.url.partition("?")[0]
        if scopes.setdefault(scope, address) != address:
            other = urlsplit(scopes[scope]).path
            yield Evidence(registration.where, f"this scope has the worker {other} already")


@rule(
    "update-reloads-once",
    "warning",
    "The page reloads once when another worker takes over",
    why="Without a guard the page reloads whenever a worker takes over, with the very first one, too:"
    " what was"
    " typed is lost, and with two tabs, or with developer tools, it can go on without an end.",
    source="https://developer.chrome.com/docs/workbox/handling-service-worker-updates",
    fix="let reloaded = false; and inside the listener: if (reloaded) return; reloaded = true;"
    " location.reload()",
    bad={
        "app.js#more": 'navigator.serviceWorker?.addEventListener("controllerchange", () =>'
        " location.reload());"
    },
    good={
        "app.js#more": "let reloaded = !navigator.serviceWorker?.controller;\n"
        'navigator.serviceWorker?.addEventListener("controllerchange", () => {\n'
        "  if (!reloaded) location.reload();\n  reloaded = true;\n});"
    },
)
def reloads_once(site: AuditedSite) -> Iterator[Evidence]:
    """Look for a reload that is all that the listener does."""
    for program, scopes, call in _calls(site, "addEventListener"):
        arguments = arguments_of(call)
        if len(arguments) != 2 or scopes.text(arguments[0]) != "controllerchange":
            continue
        function = scopes.function(arguments[1])
        if function is None or is_conditional(call, "controller", "reload", "refresh"):
            continue
        reloads = [one for one in own_nodes(function, "call_expression") if called_name(one) == "reload"]
        guarded = any(
            True for _ in own_nodes(function, "if_statement", "ternary_expression", "binary_expression")
        )
        if (
            reloads
            and not guarded
            and (scopes.path(reloads[0].child_by_field_name("function")) == "location.reload")
        ):
            yield Evidence(program.at(reloads[0]), "the page is reloaded each time that a worker takes over")


@rule(
    "install-prompt-kept",
    "warning",
    "The prompt to install is shown later where it is put off",
    why="preventDefault() takes the browser's own hint away. Without a later prompt() nobody is offered"
    " to install.",
    source="https://developer.mozilla.org/docs/Web/API/BeforeInstallPromptEvent",
    fix="keep the event, and call its prompt() when a button is clicked; or leave preventDefault() out",
    bad={"app.js#more": 'window.addEventListener("beforeinstallprompt", (event) => event.preventDefault());'},
    good={
        "app.js#more": "let prompt;\n"
        'window.addEventListener("beforeinstallprompt", (event) => {\n  event.preventDefault();\n'
        "  prompt = event;\n});\n"
        'document.getElementById("install")?.addEventListener("click", () => prompt?.prompt());'
    },
)
def prompt_kept(site: AuditedSite) -> Iterator[Evidence]:
    """Look for listeners that use the event for nothing but preventDefault()."""
    handlers = [
        (program, call, scopes.function(arguments[1]))
        for program, scopes, call in _calls(site, "addEventListener")
        for arguments in [arguments_of(call)]
        if len(arguments) > 1 and scopes.text(arguments[0]) == "beforeinstallprompt"
    ]
    # Another listener may keep the event.
    for program, call, function in handlers if len(handlers) == 1 else []:
        parameters = parameters_of(function) if function else []
        if function is None or len(parameters) != 1 or parameters[0].type != "identifier":
            continue
        name = text_of(parameters[0])
        body = function.child_by_field_name("body")
        uses = [node for node in nodes_below(body, "identifier") if text_of(node) == name] if body else []
        members = [property_name(node.parent) for node in uses if node.parent]
        if uses and set(members) == {"preventDefault"} and len(members) == len(uses):
            yield Evidence(program.at(call), "the prompt to install is prevented, and never shown")
