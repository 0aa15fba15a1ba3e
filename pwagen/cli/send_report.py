"""What ``pwagen send`` prints about outcomes."""

from __future__ import annotations

import json

from pwagen.cli.output import go_on_printing
from pwagen.push.delivery.tally import Tally
from pwagen.push.subscription import Subscription
from pwagen.push.transport.outcome import Outcome, Status


class OutcomeReport:
    """Counts outcomes, and prints failures as they come and the sums at the end.

    `first_key` is the public key that is meant to be used.
    """

    def __init__(self, as_json: bool, first_key: str = "") -> None:
        """Start with all counts at zero."""
        self.tally = Tally()
        self._as_json = as_json
        self._first_key = first_key

    def add(self, outcome: Outcome) -> None:
        """Count an outcome, and print it with --json unless it was delivered."""
        self.tally.add(outcome, self._first_key)
        if self._as_json and outcome.status is not Status.DELIVERED:
            failure = {
                "endpoint": outcome.endpoint,
                "status": outcome.status.value,
                "httpStatus": outcome.http_status,
                "attempts": outcome.attempts,
                "cause": outcome.cause,
            }
            go_on_printing(json.dumps(failure))

    def repeat(self, _: Subscription) -> None:
        """Count a repeated subscription."""
        self.tally.repeated += 1

    def finish(self, **more: object) -> None:
        """Print the sums."""
        if not self._as_json:
            for line in self.tally.lines():
                go_on_printing(line)
            return
        sums = {status.value: self.tally.statuses[status] for status in Status}
        tally = self.tally
        counts = {"skipped": tally.skipped, "repeated": tally.repeated, "previousKey": tally.previous_key}
        go_on_printing(json.dumps(sums | counts | more))
