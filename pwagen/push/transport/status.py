"""What to do about an outcome."""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """What to do about an outcome; each has one meaning."""

    DELIVERED = "delivered"  # the push service took it
    GONE = "gone"  # the subscription is over: remove it
    RETRY = "retry"  # the service could not take it now
    KEY_REJECTED = "key-rejected"  # the subscription belongs to another VAPID key, or the token is bad
    TOO_LARGE = "too-large"
    MISCONFIGURED = "misconfigured"  # something has to be changed before it is sent again

    @property
    def is_final(self) -> bool:
        """Whether sending the same again to this subscription is pointless, whatever is fixed until then."""
        return self in (Status.DELIVERED, Status.GONE, Status.TOO_LARGE)
