"""A broadcast without the sending: what would be sent, and who could not be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pwagen.errors import PwagenError
from pwagen.push.crypto.encryption import encrypt
from pwagen.push.messages.raw_message import Sendable
from pwagen.push.subscription import Subscription
from pwagen.push.transport.endpoints import EndpointPolicy
from pwagen.push.transport.outcome import Outcome, Status, vendor


def dry_run(
    subscriptions: Iterable[Subscription], message: Sendable, policy: EndpointPolicy
) -> Iterator[tuple[str, Outcome | None]]:
    """Yield the vendor and, where nothing could be sent, the outcome, for each subscription.

    Everything is done but the connection: endpoints are checked and the message is encrypted. Raises
    PayloadTooLarge for a message that is too large for all.
    """
    payload = message.payload()
    for subscription in subscriptions:
        problem = None
        try:
            policy.check(subscription.endpoint)
            encrypt(payload, subscription.p256dh, subscription.auth)
        except PwagenError as error:
            problem = Outcome(subscription.endpoint, Status.MISCONFIGURED, str(error))
        yield vendor(subscription.endpoint), problem
