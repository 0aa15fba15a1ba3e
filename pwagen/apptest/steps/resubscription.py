"""The subscription, the reports to the site's server, and that it survives."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from pwagen.apptest.sites.chromium_site import ChromiumSite
from pwagen.apptest.sites.site_subscription import report_path, report_url, subscription
from pwagen.apptest.sites.site_under_test import SiteUnderTest
from pwagen.apptest.step import StepFailedError, StepSkippedError, step
from pwagen.errors import PwagenError
from pwagen.testing.push_service import SubscriptionRecord
from pwagen.testing.site_server.site_server import RequestMissingError, SeenRequest

SYNC_TAG = "pwagen:subscription"
RENEWAL_SECONDS = 5
"""How long a worker may take to subscribe anew."""


@step("subscribe", "The user subscribes", "a subscription, and a server that knows it")
def subscribe(site: SiteUnderTest) -> str:
    current = subscription(site)
    record = site.push_service.subscription(current["endpoint"])
    maker = site.place(site.script) if site.config else site.url
    configured = (site.config or {}).get("push", {}).get("vapidPublicKey")
    if configured and record.application_server_key != configured:
        raise StepFailedError(
            f"made with the key {record.application_server_key}",
            where=maker,
            expected=f"the key {configured}",
        )
    if site.key_pair and record.application_server_key != site.key_pair.public_key:
        raise StepFailedError(
            f"made with the key {record.application_server_key}",
            where=maker,
            expected=f"the key of --vapid-key, {site.key_pair.public_key}",
        )
    path = report_path(site)
    if path is None:
        endpoint = report_url(site)
        if endpoint and not endpoint.startswith(site.origin + "/"):
            return f"subscribed; not reported to {urlsplit(endpoint).netloc}, which is not reached from here"
        return "subscribed; the site reports it to no server here"
    _reported(site, path, "POST", record)
    return f"subscribed, and reported to {path}"


@step(
    "resubscribe",
    "The browser ends the subscription, as it does after a while, and no page is open",
    "a new subscription from the worker alone, at pushsubscriptionchange",
)
def resubscribe(site: SiteUnderTest) -> str:
    site.needs_event("push")
    try:
        site.needs_event("pushsubscriptionchange")
    except StepSkippedError:
        raise StepFailedError(
            "the worker doesn't listen to pushsubscriptionchange: this user is lost",
            where=site.place(site.script),
        ) from None
    old = subscription(site)
    _end(site, old)
    fresh = _renewed(site)
    path = report_path(site)
    if path is None:
        return "subscribed anew"
    request = _reported(site, path, "PUT", fresh)
    reported = (request.json().get("old") or {}).get("endpoint")
    if reported != old["endpoint"]:
        raise StepFailedError(
            f"the server got {request.body.decode()[:300]}",
            where=path,
            expected="the old subscription in it, too",
        )
    return f"subscribed anew, and old and new reported to {path}"


@step(
    "sync",
    "The server was down and the worker stopped: background sync makes up for it",
    "the change reported to the server by the sync event",
    tolerates="Failed to load resource",
)
def sync(site: ChromiumSite) -> str:
    site.needs_event("sync")
    path = report_path(site) if site.config else None
    if path is None:
        return _other_sync(site)
    server = site.needs_server("what the server hears can't be seen")
    site.needs_event("pushsubscriptionchange")
    server.answers.status[path] = 503
    try:
        made = site.live_subscription()  # by the worker, in the step before: a page could say no more
        _end(site, {"endpoint": made.endpoint} if made else subscription(site))
        fresh = _renewed(site)
        _reported(site, path, "PUT", fresh)
        # The worker would try again by itself, but browsers stop workers.
        site.chromium.workers.stop(site.url)
    finally:
        del server.answers.status[path]
    server.clear()
    site.chromium.workers.dispatch_sync(site.url, SYNC_TAG)
    _reported(site, path, "PUT", fresh)
    return f"reported to {path} by the sync event"


def _other_sync(site: ChromiumSite) -> str:
    tags = site.chromium.workers.evaluate(site.url, "self.registration.sync.getTags()")
    if not tags:
        raise StepSkippedError("not applicable: nothing waits for a sync event")
    for tag in tags:
        site.chromium.workers.dispatch_sync(site.url, tag)
    return f"the worker takes {', '.join(tags)}"


def _end(site: SiteUnderTest, current: dict[str, Any]) -> None:
    """End the subscription with no page open, and let the browser ask for another."""
    site.close_pages()
    site.forget("a subscription")
    if site.server:
        site.server.clear()
    site.end_subscription(current)


def _renewed(site: SiteUnderTest) -> SubscriptionRecord:
    record = site.until(site.live_subscription, RENEWAL_SECONDS)
    if record is None:
        raise StepFailedError(
            "the worker got pushsubscriptionchange and didn't subscribe: this user is lost",
            where=site.place(site.script),
        )
    return record


def _reported(site: SiteUnderTest, path: str, method: str, record: SubscriptionRecord) -> SeenRequest:
    """Return the request that reported the subscription; raises StepFailedError without one."""

    def is_it(request: SeenRequest) -> bool:
        try:
            body = request.json()
            reported = body.get("new") or body["subscription"]
            return site.push_service.subscription(reported["endpoint"]) is record
        except (ValueError, KeyError, TypeError, AttributeError, PwagenError):
            return False

    server = site.needs_server("what the server hears can't be seen")
    try:
        return server.wait_for_request(path, method, matching=is_it, timeout=8)
    except RequestMissingError as error:
        raise StepFailedError(
            str(error), where=path, expected=f"{method} {path} with the subscription"
        ) from None
