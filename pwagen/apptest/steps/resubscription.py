"""The subscription, what the site's server hears of it, and that it survives."""

from __future__ import annotations

from typing import Any

from pwagen.apptest.sites.chromium_site import ChromiumSite
from pwagen.apptest.sites.site_subscription import report_path, subscription
from pwagen.apptest.sites.site_under_test import SiteUnderTest
from pwagen.apptest.step import StepFailedError, StepSkippedError, step
from pwagen.errors import PwagenError
from pwagen.testing.push_service import SubscriptionRecord
from pwagen.testing.site_server.site_server import RequestMissingError, SeenRequest

SYNC_TAG = "pwagen:subscription"


@step("subscribe", "The user subscribes", "a subscription, and a server that knows it")
def subscribe(trial: SiteUnderTest) -> str:
    made = subscription(trial)
    record = trial.push_service.subscription(made["endpoint"])
    maker = trial.place(trial.script) if trial.config else trial.url
    configured = (trial.config or {}).get("push", {}).get("vapidPublicKey")
    if configured and record.application_server_key != configured:
        raise StepFailedError(
            f"made with the key {record.application_server_key}",
            where=maker,
            expected=f"the key {configured}",
        )
    if trial.key_pair and record.application_server_key != trial.key_pair.public_key:
        raise StepFailedError(
            f"made with the key {record.application_server_key}",
            where=maker,
            expected=f"the key of --vapid-key, {trial.key_pair.public_key}",
        )
    path = report_path(trial)
    if path is None:
        return "subscribed; the site tells no server here"
    _reported(trial, path, "POST", record)
    return f"subscribed, and told to {path}"


@step(
    "resubscribe",
    "The browser ends the subscription, as it does after a while, and no page is open",
    "a new subscription from the worker alone, at pushsubscriptionchange",
)
def resubscribe(trial: SiteUnderTest) -> str:
    trial.needs_event("push")
    try:
        trial.needs_event("pushsubscriptionchange")
    except StepSkippedError:
        raise StepFailedError(
            "the worker doesn't listen to pushsubscriptionchange: this user is lost",
            where=trial.place(trial.script),
        ) from None
    old = _ended(trial)
    fresh = _renewed(trial)
    path = report_path(trial)
    if path is None:
        return "subscribed anew"
    request = _reported(trial, path, "PUT", fresh)
    told = (request.json().get("old") or {}).get("endpoint")
    if told != old["endpoint"]:
        raise StepFailedError(
            f"the server got {request.body.decode()[:300]}",
            where=path,
            expected="the old subscription in it, too",
        )
    return f"subscribed anew, and old and new told to {path}"


@step(
    "sync",
    "The server was down and the worker stopped: background sync makes up for it",
    "the change told to the server by the sync event",
    tolerates="Failed to load resource",
)
def sync(trial: ChromiumSite) -> str:
    trial.needs_event("sync")
    path = report_path(trial) if trial.config else None
    if path is None:
        return _other_sync(trial)
    server = trial.needs_server("what the server hears can't be seen")
    trial.needs_event("pushsubscriptionchange")
    server.answers.status[path] = 503
    try:
        _ended(trial)
        fresh = _renewed(trial)
        _reported(trial, path, "PUT", fresh)
        # The worker would try again by itself, but browsers stop workers.
        trial.chromium.workers.stop(trial.url)
    finally:
        del server.answers.status[path]
    server.clear()
    trial.chromium.workers.dispatch_sync(trial.url, SYNC_TAG)
    _reported(trial, path, "PUT", fresh)
    return f"told to {path} by the sync event"


def _other_sync(trial: ChromiumSite) -> str:
    tags = trial.chromium.workers.evaluate(trial.url, "self.registration.sync.getTags()")
    if not tags:
        raise StepSkippedError("not applicable: nothing waits for a sync event")
    for tag in tags:
        trial.chromium.workers.dispatch_sync(trial.url, tag)
    return f"the worker takes {', '.join(tags)}"


def _ended(trial: SiteUnderTest) -> dict[str, Any]:
    """End the subscription with no page open, let the browser ask for another, and return the old one."""
    made = subscription(trial)
    trial.close_pages()
    trial.forget("a subscription")
    if trial.server:
        trial.server.clear()
    trial.end_subscription(made)
    return made


def _renewed(trial: SiteUnderTest) -> SubscriptionRecord:
    found = trial.until(trial.live_subscription)
    if found is None:
        raise StepFailedError(
            "the worker got pushsubscriptionchange and didn't subscribe: this user is lost",
            where=trial.place(trial.script),
        )
    return found


def _reported(trial: SiteUnderTest, path: str, method: str, record: SubscriptionRecord) -> SeenRequest:
    """Return the request that reported the subscription; raises StepFailedError without one."""

    def is_it(request: SeenRequest) -> bool:
        try:
            body = request.json()
            told = body.get("new") or body["subscription"]
            return trial.push_service.subscription(told["endpoint"]) is record
        except (ValueError, KeyError, TypeError, AttributeError, PwagenError):
            return False

    server = trial.needs_server("what the server hears can't be seen")
    try:
        return server.wait_for_request(path, method, matching=is_it, timeout=8)
    except RequestMissingError as error:
        raise StepFailedError(
            str(error), where=path, expected=f"{method} {path} with the subscription"
        ) from None
