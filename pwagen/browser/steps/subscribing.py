"""A subscription, the way the site itself makes one where it can, and messages over it."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from pwagen.browser.desktop import Notification
from pwagen.browser.steps.site import SiteOnTrial
from pwagen.browser.steps.step import StepFailed
from pwagen.browser.steps.trial import Trial

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from pwagen.browser.background_events import BackgroundEvent

CONTACT = "mailto:pwagen-test@pwagen.dev"
SHOWN_SECONDS = 15
AFTER_EVENT_SECONDS = 1
"""How long a notification may take to reach the desktop once the push event is over."""


def bell(trial: Trial, page: Page) -> Locator | None:
    """Return the page's own control for subscribing once it is visible, if it has one."""
    if not page.locator("[data-pwagen=push]").count():
        return None
    found = page.locator("[data-pwagen=push]:visible")
    return found.first if trial.until(found.count) else None


def subscription(trial: Trial) -> dict[str, Any]:
    """Return the site's push subscription as JSON; made by its own control, else by its script."""
    trial.needs_event("push")
    return trial.once("a subscription", lambda: _subscribe(trial))


def _subscribe(trial: Trial) -> dict[str, Any]:
    trial.chromium.set_permission(trial.origin, "notifications", "granted")
    page = trial.visit()
    if trial.config and "push" in trial.config:
        _subscribe_as_users_do(trial, page)
    made = trial.chromium.subscription(page)
    if made is None:
        made = trial.chromium.subscribe(page, server_key(trial))
    page.close()
    return made


def _subscribe_as_users_do(trial: Trial, page: Page) -> None:
    state = "document.documentElement.dataset.pwagenPush"
    trial.until(lambda: page.evaluate(state) in ("granted", "subscribed"))
    if page.evaluate(state) != "subscribed":
        control = bell(trial, page)
        if control:
            control.click()
        else:
            page.evaluate("pwagen.push.subscribe().then(() => true)")
    if not trial.until(lambda: page.evaluate(state) == "subscribed", 10):
        raise StepFailed(f"the page says “{page.evaluate(state)}” after the click", where=page.url)


def server_key(trial: Trial) -> str:
    """Return the application server key to subscribe with where the page has none of its own."""
    from pwagen.push.keys import generate_key_pair

    if trial.key_pair:
        return trial.key_pair.public_key
    return trial.once("a key", lambda: generate_key_pair().public_key)


def report_path(trial: SiteOnTrial) -> str | None:
    """Return where the site sends its subscriptions, below the mount; None if that is not to our server."""
    endpoint = (trial.config or {}).get("push", {}).get("endpoint")
    url = trial.resolved(endpoint) if endpoint else ""
    if not trial.server or not url.startswith(trial.server.url):
        return None
    return url.removeprefix(trial.server.url)


def push(trial: Trial, message: dict[str, Any] | str | bytes | None) -> Notification:
    """Send a message and return the notification that the site shows; raises StepFailed if it shows none."""
    made = subscription(trial)
    trial.chromium.background_events.seen.clear()
    known = len(trial.desktop.history)
    send(trial, made, message)
    ended: list[float] = []

    def shown() -> bool:
        if len(trial.desktop.history) > known:
            return True
        if not ended and _event_status(trial):
            ended.append(time.monotonic())
        return bool(ended) and time.monotonic() - ended[0] > AFTER_EVENT_SECONDS

    trial.until(shown, SHOWN_SECONDS)
    if len(trial.desktop.history) == known:
        raise StepFailed(_silence(trial), where=trial.place(trial.script))
    if _is_browsers_own(trial):
        raise StepFailed(
            "the worker showed nothing, so the browser showed a notification of its own",
            where=trial.place(trial.script),
        )
    return trial.desktop.history[-1]


def send(trial: Trial, made: dict[str, Any], message: dict[str, Any] | str | bytes | None) -> None:
    """Send as the site's server would if its key is known, else through the push service's back door."""
    if trial.key_pair is None:
        trial.push_service.deliver(made, message)
        return
    from pwagen.push.vapid import authorization

    text = json.dumps(message) if isinstance(message, dict) else message
    payload = text.encode() if isinstance(text, str) else text
    signed = authorization(made["endpoint"], trial.key_pair, CONTACT, now=time.time())
    _post(trial.push_service.endpoint_for(made["endpoint"]), made["keys"], payload, signed)


def _post(url: str, keys: dict[str, str], payload: bytes | None, signed: str) -> None:
    import urllib.error
    import urllib.request

    from pwagen.push.base64url import decode
    from pwagen.push.encryption import encrypt

    headers = {"TTL": "60", "Authorization": signed}
    body = b""
    if payload is not None:
        headers["Content-Encoding"] = "aes128gcm"
        body = encrypt(payload, decode(keys["p256dh"]), decode(keys["auth"]))
    request = urllib.request.Request(url, body, headers, method="POST")  # noqa: S310 (our own, on loopback)
    try:
        urllib.request.urlopen(request, timeout=10).close()  # noqa: S310
    except urllib.error.HTTPError as error:
        with error:
            reason = error.read().decode("utf-8", "replace").strip()
        raise StepFailed(f"the push service refused the message with {error.code}: {reason}") from None


def _log(trial: Trial) -> list[BackgroundEvent]:
    """Return what Chromium's own log says of this site since the message was sent."""
    return [event for event in trial.chromium.background_events.seen if event.origin == trial.origin]


def _event_status(trial: Trial) -> str:
    """Return how the push event ended, empty while it runs."""
    ended = (event for event in _log(trial) if event.name == "Push event completed")
    return next((event.details.get("Status", "ended") for event in ended), "")


def _is_browsers_own(trial: Trial) -> bool:
    """Tell whether the notification is the one that Chromium shows in place of a silent worker's."""

    def names() -> list[str]:
        return [event.name for event in _log(trial)]

    trial.until(lambda: "Notification displayed" in names(), AFTER_EVENT_SECONDS)
    before, _, _ = "\n".join(names()).partition("Notification displayed")
    if "Push event completed" not in before:
        return False
    # Shown after the event: by the browser, which says so next, or by a worker that nobody waited for.
    return trial.until(lambda: "Generic notification shown" in names(), AFTER_EVENT_SECONDS)


def _silence(trial: Trial) -> str:
    problems = trial.problems.in_short()
    status = _event_status(trial)
    ending = (
        f"the push event ended ({status})" if status else f"the push event still ran after {SHOWN_SECONDS} s"
    )
    return f"no notification: {ending}{'; ' + problems if problems else ''}"
