"""What the push service knows and has seen: subscriptions, messages and refused requests."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Family = Literal["chromium", "firefox"]
MessageState = Literal["queued", "sent", "acked", "replaced", "expired", "dropped"]


@dataclass(eq=False)
class SubscriptionRecord:
    """One registration: which browser, for which origin, with which application server key."""

    token: str
    family: Family
    device: str
    """Chromium's Android id or Firefox's UAID: one per browser profile."""
    channel: str
    """Chromium's ``X-subtype`` or Firefox's ``channelID``."""
    endpoint: str
    application_server_key: str
    """base64url without padding; empty when the page subscribed without one (Firefox allows that)."""
    gone: int = 0
    """404 or 410 once the service, or the page, ended it."""

    @property
    def origin(self) -> str:
        """The page's origin as Chromium registers it; Firefox doesn't say."""
        return (
            self.channel.removeprefix("wp:").partition("#")[0].rstrip("/")
            if self.family == "chromium"
            else ""
        )


@dataclass(eq=False)
class ReceivedMessage:
    """One accepted push message and its delivery."""

    id: str
    subscription: SubscriptionRecord
    body: bytes
    headers: dict[str, str]
    """As they arrived, names in lower case."""
    ttl: int
    urgency: str
    topic: str
    accepted_at: float
    """Seconds of the monotonic clock."""
    state: MessageState = "queued"
    deliveries: int = 0
    """How often it was put on the wire."""
    ack_code: int | None = None
    """Firefox's verdict: 100 delivered, 101 not decrypted, 102 the worker failed."""
    history: list[MessageState] = field(default_factory=lambda: ["queued"])

    def becomes(self, state: MessageState) -> None:
        """Enter a state and remember it."""
        self.state = state
        self.history.append(state)

    @property
    def is_pending(self) -> bool:
        """Whether the browser may still get it."""
        return self.state in ("queued", "sent")

    def outlived(self, now: float) -> bool:
        """Whether its TTL is over (RFC 8030 section 5.2)."""
        return now > self.accepted_at + self.ttl


@dataclass(frozen=True)
class Refusal:
    """A push request that was answered with an error."""

    token: str
    status: int
    reason: str
