"""The outcomes of a broadcast, as counts and causes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from pwagen.push.transport.outcome import Outcome, Status

_MOST_CAUSES = 1000  # causes quote answers, which may differ for each subscription


@dataclass
class Tally:
    """Counts of outcomes, in memory that doesn't grow with the number of subscriptions.

    `skipped` were acknowledged in an earlier run, `repeated` are in the list once more, `previous_key` were
    delivered with a key that is on its way out. `left` have no final outcome at the end of a broadcast.
    """

    statuses: Counter[Status] = field(default_factory=Counter)
    causes: Counter[str] = field(default_factory=Counter)
    skipped: int = 0
    repeated: int = 0
    previous_key: int = 0
    left: int = 0

    def add(self, outcome: Outcome, first_key: str) -> None:
        """Count an outcome; `first_key` is the public key that is meant to be used."""
        self.statuses[outcome.status] += 1
        if outcome.status is Status.DELIVERED:
            self.previous_key += outcome.vapid_public_key != first_key
        elif outcome.cause in self.causes or len(self.causes) < _MOST_CAUSES:
            self.causes[outcome.cause] += 1

    @property
    def total(self) -> int:
        """How many outcomes were counted."""
        return self.statuses.total()

    @property
    def failed(self) -> bool:
        """Whether anything needs attention: more than subscriptions that are over, or no delivery."""
        troubled = set(self.statuses) - {Status.DELIVERED, Status.GONE}
        nobody = bool(self.total) and not self.statuses[Status.DELIVERED]
        return bool(troubled) or nobody

    def lines(self) -> list[str]:
        """Return the numbers, and the most frequent causes, as sentences."""
        lines = [f"{count} {status.value}" for status, count in self.statuses.most_common()]
        if self.skipped:
            lines.append(f"{self.skipped} had it already")
        if self.repeated:
            lines.append(f"{self.repeated} more than once in the list, and left out")
        if self.previous_key:
            lines.append(f"{self.previous_key} of the delivered with the previous key")
        lines += [f"  {count} x {cause}" for cause, count in self.causes.most_common(5)]
        return lines or ["there is nobody to send to"]
