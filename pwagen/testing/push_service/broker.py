"""Subscriptions, the queue, and which browser is connected: changed in the service's loop alone."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from typing import Protocol

from pwagen.testing.push_service.push_request import PushRequest, RequestRefusedError
from pwagen.testing.push_service.records import Family, ReceivedMessage, Refusal, SubscriptionRecord
from pwagen.testing.waiting import TimedCondition


class BrowserConnection(Protocol):
    """The wire to one browser."""

    async def deliver(self, message: ReceivedMessage) -> None:
        """Put the message on the wire; raises ConnectionError when the browser is away."""

    async def close(self) -> None:
        """End the connection."""


class Broker:
    """The state of the service. ``clock`` returns seconds and is replaced in tests."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.subscriptions: list[SubscriptionRecord] = []
        self.messages: list[ReceivedMessage] = []
        self.refusals: list[Refusal] = []
        self.connections: dict[str, BrowserConnection] = {}
        self.watch = TimedCondition()

    # --- subscriptions ---

    def subscribe(
        self, family: Family, device: str, channel: str, key: str, endpoint: Callable[[str], str]
    ) -> SubscriptionRecord:
        """Return the subscription of a browser's channel, the same one again for the same key."""
        key = key.rstrip("=")  # Firefox pads it
        for subscription in self.subscriptions:
            if (subscription.device, subscription.channel, subscription.application_server_key) == (
                device,
                channel,
                key,
            ) and not subscription.gone:
                return subscription
        # The shape of a real token: senders must not rely on it being short or alphanumeric.
        token = f"{secrets.token_urlsafe(8)}:APA91b{secrets.token_urlsafe(100)}"
        subscription = SubscriptionRecord(token, family, device, channel, endpoint(token), key)
        self.subscriptions.append(subscription)
        self.watch.notify()
        return subscription

    def end(self, subscription: SubscriptionRecord, status: int = 410) -> None:
        """Mark the subscription as gone and forget what is queued for it."""
        subscription.gone = status
        for message in self.pending(lambda message: message.subscription is subscription):
            message.becomes("dropped")
        self.watch.notify()

    def end_channel(self, device: str, channel: str) -> None:
        """End what a browser unregisters."""
        for subscription in self.subscriptions:
            if (subscription.device, subscription.channel) == (device, channel) and not subscription.gone:
                self.end(subscription)

    def find(self, token: str) -> SubscriptionRecord:
        """Return the live subscription of a token; raises Refused with 404 or 410."""
        for subscription in self.subscriptions:
            if subscription.token == token:
                if subscription.gone:
                    raise RequestRefusedError(subscription.gone, "the subscription is gone: delete it")
                return subscription
        raise RequestRefusedError(404, "no subscription has this token: delete it")

    # --- messages ---

    def accept(self, subscription: SubscriptionRecord, request: PushRequest) -> ReceivedMessage:
        """Queue a message; one with the same topic that still waits is replaced (RFC 8030 section 5.4)."""
        if request.topic:
            for old in self.pending(lambda message: message.subscription is subscription):
                if old.topic == request.topic:
                    old.becomes("replaced")
        message = ReceivedMessage(
            id=f"0:{secrets.token_hex(12)}",
            subscription=subscription,
            body=request.body,
            headers=request.headers,
            ttl=request.ttl,
            urgency=request.urgency,
            topic=request.topic,
            accepted_at=self.clock(),
        )
        self.messages.append(message)
        self.watch.notify()
        return message

    def refuse(self, token: str, refused: RequestRefusedError) -> None:
        """Remember a request that was answered with an error."""
        self.refusals.append(Refusal(token, refused.status, refused.reason))
        self.watch.notify()

    def pending(self, matches: Callable[[ReceivedMessage], bool]) -> list[ReceivedMessage]:
        """Return the messages that the browser may still get, the oldest first."""
        return [message for message in self.messages if message.is_pending and matches(message)]

    def acknowledge(self, message: ReceivedMessage, code: int | None = None) -> None:
        """Note that the browser has the message."""
        if message.is_pending:
            message.becomes("acked")
            message.ack_code = code
            self.watch.notify()

    # --- delivery ---

    async def connect(self, device: str, connection: BrowserConnection) -> None:
        """Take the browser's new connection, and deliver what waited for it."""
        before = self.connections.get(device)
        self.connections[device] = connection
        if before is not None:
            await before.close()
        self.watch.notify()
        for message in self.pending(lambda message: message.subscription.device == device):
            await self.deliver(message)

    def disconnect(self, device: str, connection: BrowserConnection) -> None:
        """Forget a closed connection; what it sent without an answer waits for the next one."""
        if self.connections.get(device) is not connection:
            return
        del self.connections[device]
        for message in self.pending(lambda message: message.subscription.device == device):
            if message.state == "sent":
                message.becomes("expired" if message.ttl == 0 else "queued")
        self.watch.notify()

    async def deliver(self, message: ReceivedMessage) -> None:
        """Put a pending message on its browser's wire, or leave it queued while the browser is away."""
        if message.state != "queued":
            return
        connection = self.connections.get(message.subscription.device)
        # With TTL 0 a message is for a browser that is there now (RFC 8030 section 5.2).
        if message.outlived(self.clock()) and (connection is None or message.ttl > 0):
            message.becomes("expired")
        elif connection is not None:
            message.becomes("sent")
            message.deliveries += 1
            try:
                await connection.deliver(message)
            except ConnectionError:
                self.disconnect(message.subscription.device, connection)
        elif message.ttl == 0:
            message.becomes("expired")
        self.watch.notify()
