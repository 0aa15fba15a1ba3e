"""The faults to inject into the service, and how often."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from pwagen.testing.push_service.push_request import RequestRefusedError


@dataclass
class Faults:
    """Planned misbehaviour; the defaults are a service in good health."""

    answers: deque[RequestRefusedError] = field(default_factory=deque)
    """Errors for the next push requests, one each."""
    registration_errors: deque[str] = field(default_factory=deque)
    """``Error=`` answers for Chromium's next web push registrations."""
    delay_seconds: float = 0
    """How long an accepted message waits before it is delivered."""
    drops: int = 0
    """How many of the next messages are accepted with 201 and lost."""
    cuts: int = 0
    """How many of the next deliveries end with the connection, in the middle of the message."""

    def take_answer(self) -> None:
        """Raise the next planned error, if there is one."""
        if self.answers:
            raise self.answers.popleft()

    def take_drop(self) -> bool:
        """Whether this message is one of those that are lost."""
        self.drops -= (lost := self.drops > 0)
        return lost

    def take_cut(self) -> bool:
        """Whether this delivery is one of those that are cut."""
        self.cuts -= (cut := self.cuts > 0)
        return cut
