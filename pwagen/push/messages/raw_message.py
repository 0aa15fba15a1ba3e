"""What can be pushed, and the simplest of it: bytes as they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from pwagen.push.messages.message import DEFAULT_TTL, Urgency


class Sendable(Protocol):
    """What can be pushed: Message, or anything else that has a payload and delivery headers."""

    def payload(self) -> bytes:
        """Return what to encrypt; nothing for a push without data."""

    def headers(self) -> dict[str, str]:
        """Return TTL, and Urgency and Topic if any."""


@dataclass(frozen=True)
class RawMessage:
    """Bytes that are pushed as they are; the worker must be able to read them."""

    data: bytes
    ttl_seconds: int = DEFAULT_TTL
    urgency: Urgency = "normal"

    def payload(self) -> bytes:
        """Return the bytes."""
        return self.data

    def headers(self) -> dict[str, str]:
        """Return TTL and Urgency."""
        return {"TTL": str(self.ttl_seconds), "Urgency": self.urgency}
