"""Outcomes as a sender hands them to a broadcast."""

from __future__ import annotations

from collections.abc import Iterable

from pwagen.push.storage.store import Stored
from pwagen.push.transport.outcome import Outcome, Status


def delivered(batch: Iterable[Stored]) -> list[tuple[Outcome, Stored | None]]:
    """Return that each of a batch has the message."""
    return [(Outcome(stored.subscription.endpoint, Status.DELIVERED), stored) for stored in batch]
