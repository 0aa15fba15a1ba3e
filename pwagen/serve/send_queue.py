"""Messages that the console sends, now or a little later, and their outcomes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from pwagen.errors import PwagenError
from pwagen.push.delivery.sender import Sender
from pwagen.push.messages.message import Message
from pwagen.push.storage.store import Store, Stored
from pwagen.push.subscription import Subscription
from pwagen.push.transport.outcome import Outcome, Status, vendor
from pwagen.push.transport.retry import RetryPolicy
from pwagen.serve.server_events import Events
from pwagen.serve.signing import Signer, Signing

# Somebody watches the console: a failure should show within seconds instead of being retried.
_RETRY = RetryPolicy(attempts=3, base_seconds=0.5, longest_seconds=5)


@dataclass(frozen=True)
class QueuedMessage:
    """A message, the ids of the subscriptions that it is for, and the seconds until it goes out."""

    message: Message
    ids: frozenset[int]
    delay_seconds: float = 0


class SendQueue:
    """Sends orders in tasks of their own, and publishes each outcome; for one event loop."""

    def __init__(self, store: Store, signing: Signing, events: Events) -> None:
        self._store = store
        self._signing = signing
        self._events = events
        self._tasks: set[asyncio.Task[None]] = set()
        self._count = 0

    def accept(self, order: QueuedMessage, signer: Signer) -> int:
        """Return the number under which the outcomes are published."""
        self._count += 1
        number = self._count
        now = time.time()
        news = {"number": number, "title": order.message.title, "at": now, "due": now + order.delay_seconds}
        self._events.publish("accepted", news, keep=True)
        task = asyncio.create_task(self._send_reporting(number, order, signer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return number

    def close(self) -> None:
        """Cancel all messages that have not been sent."""
        for task in self._tasks:
            task.cancel()

    async def _send_reporting(self, number: int, order: QueuedMessage, signer: Signer) -> None:
        try:
            await self._send(number, order, signer)
        except PwagenError as error:
            news = {"number": number, "cause": str(error), "at": time.time()}
            self._events.publish("failed", news, keep=True)

    async def _send(self, number: int, order: QueuedMessage, signer: Signer) -> None:
        await asyncio.sleep(order.delay_seconds)
        recipients = await asyncio.to_thread(self._recipients, order.ids)
        by_address = {self._address(stored.subscription): stored for stored in recipients}
        subscriptions = [
            replace(stored.subscription, endpoint=address) for address, stored in by_address.items()
        ]
        started = time.monotonic()
        sender = Sender(signer.key_pair, signer.subject, policy=self._signing.policy, retry=_RETRY)
        async with sender, aclosing(sender.send_many(subscriptions, order.message)) as outcomes:
            async for outcome in outcomes:
                stored = by_address[outcome.endpoint]
                outcome = replace(outcome, endpoint=stored.subscription.endpoint)
                await asyncio.to_thread(self._record, outcome)
                news = _result(number, stored, outcome, time.monotonic() - started)
                self._events.publish("result", news, keep=True)

    def _record(self, outcome: Outcome) -> None:
        # The console shows which subscriptions are gone: no need to wait for a second response.
        if outcome.status is Status.GONE:
            self._store.remove(outcome.endpoint)
        else:
            self._store.record([outcome])

    def _recipients(self, ids: Collection[int]) -> list[Stored]:
        return [stored for stored in self._store.all() if stored.id in ids]

    def _address(self, subscription: Subscription) -> str:
        if self._signing.push_origin is None:
            return subscription.endpoint
        target, parts = urlsplit(self._signing.push_origin), urlsplit(subscription.endpoint)
        return urlunsplit((target.scheme, target.netloc, parts.path, parts.query, ""))


def _result(number: int, stored: Stored, outcome: Outcome, seconds: float) -> dict[str, Any]:
    return {
        "number": number,
        "subscription": stored.id,
        "service": vendor(stored.subscription.endpoint),
        "status": outcome.status.value,
        "httpStatus": outcome.http_status,
        "cause": outcome.cause,
        "attempts": outcome.attempts,
        "milliseconds": round(seconds * 1000),
        "at": time.time(),
    }
