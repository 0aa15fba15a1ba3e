"""A broadcast that sends nothing: it reports which subscriptions could not be sent to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pwagen.errors import PwagenError
from pwagen.push.crypto.encryption import encrypt
from pwagen.push.messages.raw_message import Sendable
from pwagen.push.subscription import Subscription
from pwagen.push.transport.endpoints import EndpointPolicy
from pwagen.push.transport.outcome import Outcome, Status, vendor
from pwagen.push.transport.vendors import headers_for


def dry_run(
    subscriptions: Iterable[Subscription], message: Sendable, policy: EndpointPolicy
) -> Iterator[tuple[str, Outcome | None]]:
    """Yield the vendor and, where nothing could be sent, the outcome, for each subscription.

    Everything is done but the connection: endpoints are checked and the message is encrypted. Raises
    PayloadTooLargeError for a message that is too large for all.
    """
    payload, headers = message.payload(), message.headers()
    for subscription in subscriptions:
        endpoint = subscription.endpoint
        try:
            policy.check(endpoint)
            encrypt(payload, subscription.p256dh, subscription.auth)
            _, reason = headers_for(endpoint, headers)
        except PwagenError as error:
            reason = str(error)
        yield vendor(endpoint), Outcome(endpoint, Status.MISCONFIGURED, reason) if reason else None
