"""Sending push messages: to one subscription or to very many, awaited or blocking."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, Coroutine, Iterable, Sequence
from contextlib import aclosing
from typing import Any, TypeVar

from pwagen.keys.key_pair import KeyPair
from pwagen.push.delivery.sender import Messages, Sender
from pwagen.push.messages.raw_message import Sendable
from pwagen.push.subscription import Subscription
from pwagen.push.transport.outcome import Outcome

Result = TypeVar("Result")


async def send(
    subscription: Subscription,
    message: Sendable,
    *,
    key_pairs: KeyPair | Sequence[KeyPair],
    subject: str,
    **options: Any,
) -> Outcome:
    """Return the outcome of one message; `options` are Sender's."""
    async with Sender(key_pairs, subject, **{"concurrency": 1} | options) as sender:
        return await sender.send(subscription, message)


async def send_many(
    subscriptions: Iterable[Subscription] | AsyncIterable[Subscription],
    message: Messages,
    *,
    key_pairs: KeyPair | Sequence[KeyPair],
    subject: str,
    **options: Any,
) -> AsyncGenerator[Outcome]:
    """Yield one outcome for each subscription, in the order in which they end; `options` are Sender's."""
    async with (
        Sender(key_pairs, subject, **options) as sender,
        aclosing(sender.send_many(subscriptions, message)) as outcomes,
    ):
        async for outcome in outcomes:
            yield outcome


def send_blocking(subscription: Subscription, message: Sendable, **options: Any) -> Outcome:
    """Return what `send` returns, for code without an event loop such as a Django view."""
    return _run(send(subscription, message, **options))


def send_many_blocking(
    subscriptions: Iterable[Subscription], message: Messages, **options: Any
) -> list[Outcome]:
    """Return all outcomes of `send_many`, for code without an event loop."""

    async def collected() -> list[Outcome]:
        return [outcome async for outcome in send_many(subscriptions, message, **options)]

    return _run(collected())


def _run(work: Coroutine[Any, Any, Result]) -> Result:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    work.close()
    raise RuntimeError("an event loop is running here: await send(…) instead of the blocking form")
