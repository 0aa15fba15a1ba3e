"""When to try again."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime

_LONGEST_SECONDS = 24 * 3600.0


@dataclass(frozen=True)
class RetryPolicy:
    """How often and how long a service that cannot take a message is asked again.

    Waits grow from `base_seconds` by factors of two up to `longest_seconds`, with full jitter, so that
    senders that failed together don't come back together. A Retry-After beyond `longest_seconds` ends
    the attempts. Messages to a service that refuses everybody wait for it up to `longest_hold_seconds`, by
    default as long.
    """

    attempts: int = 5
    base_seconds: float = 1.0
    longest_seconds: float = 120.0
    longest_hold_seconds: float | None = None

    def wait(self, attempt: int, retry_after: float | None) -> float | None:
        """Return the seconds to wait after failed attempt number `attempt`, from 1; None to give up."""
        if attempt >= self.attempts or (retry_after or 0) > self.longest_seconds:
            return None
        ceiling = min(self.longest_seconds, self.base_seconds * 2 ** (attempt - 1))
        jitter = random.uniform(0, ceiling)  # noqa: S311 - nothing to guess here
        return retry_after + jitter if retry_after is not None else jitter


def retry_after_seconds(value: str | None, now: float) -> float | None:
    """Return the seconds that a Retry-After header asks for (RFC 9110 section 10.2.3), None if none.

    Invalid values count as none, and the longest is a day: a response can contain anything.
    """
    if value is None:
        return None
    # float() takes less than strip() for white space: "0\x1f" is no number to it.
    if (seconds := value.strip()).isdecimal():
        return min(float(seconds), _LONGEST_SECONDS)
    try:
        moment = parsedate_to_datetime(value)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return min(max(0.0, moment.timestamp() - now), _LONGEST_SECONDS)
    except (ValueError, TypeError, LookupError, OverflowError):
        return None
