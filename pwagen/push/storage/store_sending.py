"""A broadcast to a store: claims, outcomes and acknowledgements, in step with the sending."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, suppress
from typing import Any

from pwagen.push.delivery.sender import Messages, Sender
from pwagen.push.storage.broadcast import Broadcast
from pwagen.push.storage.store import Store, Stored
from pwagen.push.storage.store_errors import StoreError
from pwagen.push.subscription import Subscription
from pwagen.push.transport.outcome import Outcome

_BATCH = 200


async def send_to_store(
    sender: Sender, store: Store, broadcast: Broadcast, message: Messages
) -> AsyncGenerator[Outcome]:
    """Yield the outcomes of sending to all of a broadcast that is not sent yet.

    An outcome is in the store before its connection takes the next message: a process that is killed
    leaves only those in doubt that were under way. What failed is for the next run under the broadcast's
    name. Raises BroadcastError if that name is another message's.
    """
    await asyncio.to_thread(broadcast.begin, None if callable(message) else message.payload())
    run = _Run(broadcast)
    renewal = asyncio.create_task(run.keep_claims())
    try:
        sending = sender.send_many(run.subscriptions(), message, settled=run.settled)
        async with aclosing(sending) as outcomes:
            async for outcome in outcomes:
                yield outcome
    finally:
        renewal.cancel()
        await asyncio.gather(renewal, *run.under_way(), return_exceptions=True)
        with suppress(StoreError):  # their lease ends by itself
            await asyncio.to_thread(broadcast.leave)


class _Run:
    def __init__(self, broadcast: Broadcast) -> None:
        self._broadcast = broadcast
        self._in_hand: dict[str, Stored] = {}
        self._unsaved: list[tuple[Outcome, asyncio.Future[None]]] = []
        self._claiming: asyncio.Task[list[Stored]] | None = None
        self._saving: asyncio.Task[None] | None = None

    async def subscriptions(self) -> AsyncIterator[Subscription]:
        """Yield the claimed subscriptions; the next batch is claimed while one is on its way."""
        self._claim()
        while self._claiming and (batch := await self._claiming):
            self._claim()
            for stored in batch:
                self._in_hand[stored.subscription.endpoint] = stored
            for stored in batch:
                yield stored.subscription

    async def settled(self, outcome: Outcome) -> None:
        """Return when `outcome` is stored: those that arrive during one transaction share the next."""
        saved = asyncio.get_running_loop().create_future()
        self._unsaved.append((outcome, saved))
        if self._saving is None or self._saving.done():
            self._saving = asyncio.create_task(self._save())
        await saved

    async def keep_claims(self) -> None:
        """Renew the leases until cancelled."""
        while True:
            await asyncio.sleep(self._broadcast.lease_seconds / 3)
            # The next time is early enough; a store that stays broken ends the broadcast when it saves.
            with suppress(StoreError):
                await asyncio.to_thread(self._broadcast.renew)

    def under_way(self) -> list[asyncio.Task[Any]]:
        """Return what threads still do with the store: they can't be stopped."""
        return [task for task in (self._claiming, self._saving) if task]

    def _claim(self) -> None:
        self._claiming = asyncio.create_task(asyncio.to_thread(self._broadcast.claim, _BATCH))

    async def _save(self) -> None:
        # Whoever waits is woken all at once: their next messages are encrypted and written together.
        while self._unsaved:
            batch, self._unsaved = self._unsaved, []
            claims = [(outcome, self._in_hand.pop(outcome.endpoint, None)) for outcome, _ in batch]
            error = None
            try:
                await asyncio.to_thread(self._broadcast.record, claims)
            except Exception as failed:
                error = failed
            for _, saved in batch:
                if saved.cancelled():
                    continue
                if error:
                    saved.set_exception(error)
                else:
                    saved.set_result(None)
