"""Which queue a vendor's ranges go to, and how fast they are sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pwagen.push.transport.vendors import OTHERS, VENDORS

_NAMES = (*(vendor.name for vendor in VENDORS), OTHERS)


@dataclass(frozen=True)
class VendorQueues:
    """Queues by vendor, and messages a second by vendor, of all workers together.

    Raises ValueError for a vendor that there is not, and for a rate in a queue that others share: a worker
    waits for its turn with a range in its hands.
    """

    queues: Mapping[str, str]
    rates: Mapping[str, float]

    def __post_init__(self) -> None:
        """Check both."""
        for name in (*self.queues, *self.rates):
            if name not in _NAMES:
                raise ValueError(f"{name!r} is not a vendor - write one of {', '.join(_NAMES)}")
        for name, rate in self.rates.items():
            if not rate > 0:
                raise ValueError(f"messages_per_second of {name} is {rate} - write a number above 0")
            others = [queue for vendor, queue in self.queues.items() if vendor != name]
            if name not in self.queues or self.queues[name] in others:
                raise ValueError(
                    f"{name} has a limit but no queue of its own: waiting for it would hold up others "
                    f'- add queues={{"{name}": "push-{name.lower()}"}}, and a worker for that queue'
                )
