"""A broadcast to a list of subscriptions that can be resumed."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing

from pwagen.push.delivery.journal import Journal
from pwagen.push.delivery.sender import Messages, Sender
from pwagen.push.subscription import Subscription
from pwagen.push.transport.outcome import Outcome


async def send_to_list(
    sender: Sender, subscriptions: Iterable[Subscription], message: Messages, journal: Journal | None
) -> AsyncGenerator[Outcome]:
    """Yield the outcomes of sending to all that `journal` doesn't have yet.

    Final outcomes are in the journal before their connection takes the next message; all others are tried
    again in the next run.
    """

    async def acknowledge(outcome: Outcome) -> None:
        if journal is not None and outcome.status.is_final:
            journal.acknowledge(outcome.endpoint)

    async with aclosing(sender.send_many(subscriptions, message, settled=acknowledge)) as outcomes:
        async for outcome in outcomes:
            yield outcome
