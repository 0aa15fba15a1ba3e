"""A subscription, the way the site itself makes one where it can, and messages over it."""

from __future__ import annotations

import json
import time
from typing import Any

from pwagen.apptest.sites.page import Page
from pwagen.apptest.sites.site_under_test import SiteUnderTest
from pwagen.apptest.step import StepFailedError
from pwagen.testing.desktop import ShownNotification

CONTACT = "mailto:pwagen-test@pwagen.dev"


def subscription(site: SiteUnderTest) -> dict[str, Any]:
    """Return the site's push subscription as JSON; made by its own control, else by its script."""
    site.needs_event("push")
    return site.once("a subscription", lambda: _subscribe(site))


def _subscribe(site: SiteUnderTest) -> dict[str, Any]:
    site.set_permission("granted")
    page = site.visit()
    if site.config and "push" in site.config:
        _subscribe_as_users_do(site, page)
    current = site.subscription_of(page)
    if current is None:
        current = site.subscribe(page, server_key(site))
    site.close_page(page)
    return current


def _subscribe_as_users_do(site: SiteUnderTest, page: Page) -> None:
    state = "document.documentElement.dataset.pwagenPush"
    site.until(lambda: page.evaluate(state) in ("granted", "subscribed"))
    failure = ""
    if page.evaluate(state) != "subscribed" and not site.press(page, "push"):
        # A server that isn't reached is none of the browser's, which has subscribed.
        failure = page.evaluate("pwagen.push.subscribe().then(() => '', (error) => `, and ${error}`)")
    if not site.until(lambda: page.evaluate(state) == "subscribed", 10):
        raise StepFailedError(
            f"the page says “{page.evaluate(state)}” after the click{failure}", where=page.url
        )


def server_key(site: SiteUnderTest) -> str:
    """Return the application server key to subscribe with where the page has none of its own."""
    from pwagen.keys.key_pair import generate_key_pair

    if site.key_pair:
        return site.key_pair.public_key
    return site.once("a key", lambda: generate_key_pair().public_key)


def report_path(site: SiteUnderTest) -> str | None:
    """Return where the site sends its subscriptions, below the mount; None if that is not to our server."""
    endpoint = report_url(site)
    return site.path_here(endpoint) if endpoint else None


def report_url(site: SiteUnderTest) -> str | None:
    """Return where the site sends its subscriptions; None if nowhere."""
    endpoint = (site.config or {}).get("push", {}).get("endpoint")
    return site.resolved(endpoint) if endpoint else None


def push(site: SiteUnderTest, message: dict[str, Any] | str | bytes | None) -> ShownNotification:
    """Send a message; return the notification that the site shows, raise StepFailedError if none."""
    subscription_json = subscription(site)
    return site.notified(lambda: send(site, subscription_json, message))


def send(
    site: SiteUnderTest, subscription_json: dict[str, Any], message: dict[str, Any] | str | bytes | None
) -> None:
    """Send as the site's server would if its key is known, else through the push service's back door."""
    if site.key_pair is None:
        site.push_service.deliver(subscription_json, message)
        return
    from pwagen.push.crypto.vapid import authorization

    text = json.dumps(message) if isinstance(message, dict) else message
    payload = text.encode() if isinstance(text, str) else text
    signed = authorization(subscription_json["endpoint"], site.key_pair, CONTACT, now=time.time())
    _post(
        site.push_service.endpoint_for(subscription_json["endpoint"]),
        subscription_json["keys"],
        payload,
        signed,
    )


def _post(url: str, keys: dict[str, str], payload: bytes | None, signed: str) -> None:
    import urllib.error
    import urllib.request

    from pwagen.keys.base64url import decode
    from pwagen.push.crypto.encryption import encrypt

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
        raise StepFailedError(f"the push service refused the message with {error.code}: {reason}") from None
