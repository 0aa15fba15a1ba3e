"""That every push ends in a notification."""

from __future__ import annotations

from collections.abc import Iterator

from pwagen.audit.audited_site import AuditedSite
from pwagen.audit.finding import Evidence
from pwagen.audit.javascript.silent_paths import SilentPaths, silent_paths
from pwagen.audit.javascript.worker_code import Handler, WorkerCode
from pwagen.audit.rule import rule

_APPLE = "https://developer.apple.com/documentation/usernotifications/sending-web-push-notifications-in-web-apps-and-browsers"
_SPEC = "https://www.w3.org/TR/push-api/#dom-pushsubscriptionoptionsinit-uservisibleonly"
_SILENT = (
    "Safari ends a subscription after three pushes that showed nothing, Chromium shows a notification of its"
    " own: the site has been updated in the background."
)


def _paths(site: AuditedSite) -> Iterator[tuple[WorkerCode, Handler, SilentPaths]]:
    """Yield the push handlers that are the only ones of their workers, with what is wrong with them."""
    for worker in site.workers:
        handlers = worker.code.handlers("push")
        # Another listener, in a script that isn't here, may be the one that shows.
        if len(handlers) == 1 and worker.code.complete:
            yield worker.code, handlers[0], silent_paths(worker.code, handlers[0])


@rule(
    "push-always-shows",
    "warning",
    "Every push shows a notification",
    why=_SILENT,
    source=_APPLE,
    fix={
        "pwagen": "let pwagen's own push handler do it: it shows notifications.default where the message says"
        " nothing",
        "angular": 'send {"notification": {"title": "…"}} in every push: without a title ngsw-worker.js shows'
        " nothing",
        "plain": "call showNotification() on every path, with a text of its own where there is no data,"
        " and also"
        " while a window of the app is visible",
    },
    bad={
        "sw.js#push": 'self.addEventListener("push", (event) => {\n'
        "  if (!event.data) return;\n"
        '  event.waitUntil(self.registration.showNotification("Bakery", { body: event.data.text() }));\n'
        "});"
    },
    good={
        "sw.js#push": 'self.addEventListener("push", (event) => {\n'
        '  const body = event.data ? event.data.text() : "Fresh bread";\n'
        '  event.waitUntil(self.registration.showNotification("Bakery", { body }));\n'
        "});"
    },
)
def always_shows(site: AuditedSite) -> Iterator[Evidence]:
    """Follow the paths through the handler."""
    for _, _, paths in _paths(site):
        for where in dict.fromkeys(paths.returns):
            yield Evidence(where, "a push can end here without a notification")


@rule(
    "push-data-caught",
    "warning",
    "A push whose data is not JSON shows a notification, too",
    why="event.data.json() throws where the data is missing or isn't JSON, and nothing is shown. " + _SILENT,
    source="https://www.w3.org/TR/push-api/#dom-pushmessagedata-json",
    fix={
        "angular": 'send nothing but JSON, {"notification": {"title": "…"}}',
        "plain": "read the data inside try { … } catch { … }, and show a text of its own where that fails",
    },
    bad={
        "sw.js#push": 'self.addEventListener("push", (event) => {\n'
        "  const { title } = event.data.json();\n"
        "  event.waitUntil(self.registration.showNotification(title));\n"
        "});"
    },
    good={
        "sw.js#push": 'self.addEventListener("push", (event) => {\n'
        '  let title = "Bakery";\n'
        "  try {\n    title = event.data.json().title;\n  } catch {}\n"
        "  event.waitUntil(self.registration.showNotification(title));\n"
        "});"
    },
)
def data_caught(site: AuditedSite) -> Iterator[Evidence]:
    """Look for calls that may throw before anything is shown."""
    for _, _, paths in _paths(site):
        for kind, where in dict.fromkeys(paths.failures):
            if kind == "data":
                message = (
                    "where the data is not JSON, this throws before anything is shown, and nothing catches it"
                )
                yield Evidence(where, message)


@rule(
    "push-fetch-caught",
    "warning",
    "A push that is answered by a request shows a notification when the request fails, too",
    why="A push can arrive while the server can't be reached: the request fails and nothing is shown. "
    + _SILENT,
    source=_APPLE,
    fix="show a notification in the .catch() of the request too, or send all that it shows in the push",
    bad={
        "sw.js#push": 'self.addEventListener("push", (event) => {\n'
        '  event.waitUntil(fetch("/news").then((answer) => answer.text())\n'
        '    .then((body) => self.registration.showNotification("Bakery", { body })));\n'
        "});"
    },
    good={
        "sw.js#push": 'self.addEventListener("push", (event) => {\n'
        '  event.waitUntil(fetch("/news").then((answer) => answer.text()).catch(() => "Fresh bread")\n'
        '    .then((body) => self.registration.showNotification("Bakery", { body })));\n'
        "});"
    },
)
def fetch_caught(site: AuditedSite) -> Iterator[Evidence]:
    """Look for requests that come before anything is shown."""
    for _, _, paths in _paths(site):
        for kind, where in dict.fromkeys(paths.failures):
            if kind == "fetch":
                yield Evidence(where, "where this request fails, nothing is shown, and nothing catches it")


@rule(
    "push-click-handled",
    "warning",
    "A click on a notification does something",
    why="Without a listener for notificationclick a click does nothing: the app doesn't open.",
    source="https://notifications.spec.whatwg.org/#activating-a-notification",
    fix={
        "pwagen": "leave clicks to pwagen's worker, and set notifications.click",
        "plain": 'self.addEventListener("notificationclick", …), which focuses a window of the app or'
        " opens one",
    },
    bad={"sw.js#notificationclick": ""},
    good={},
)
def click_handled(site: AuditedSite) -> Iterator[Evidence]:
    """Look for the listener where pushes are handled by scripts that are all here."""
    for worker in site.workers:
        code = worker.code
        shown = next(code.calls_of("showNotification"), None)
        pushes = code.handlers("push")
        if shown and pushes and code.complete and not code.handlers("notificationclick"):
            yield Evidence(
                pushes[0].where, "notifications are shown, but nothing listens to notificationclick"
            )


@rule(
    "push-change-handled",
    "note",
    "A subscription that the browser renews reaches the server",
    why="A browser may replace a subscription. What it was pushed to is dead then, and without a listener for"
    " pushsubscriptionchange nobody hears of the new one until the app is opened.",
    source="https://www.w3.org/TR/push-api/#the-pushsubscriptionchange-event",
    fix={
        "pwagen": "set push.endpoint, to which the worker sends the new subscription",
        "plain": 'self.addEventListener("pushsubscriptionchange", …), which subscribes again with the'
        " old options"
        " and sends the subscription to the server",
    },
    bad={"sw.js#pushsubscriptionchange": ""},
    good={},
)
def change_handled(site: AuditedSite) -> Iterator[Evidence]:
    """Look for the listener where pushes are handled by scripts that are all here."""
    for worker in site.workers:
        code = worker.code
        pushes = code.handlers("push")
        if pushes and code.complete and not code.handlers("pushsubscriptionchange"):
            yield Evidence(
                pushes[0].where, "pushes are handled, but nothing listens to pushsubscriptionchange"
            )
