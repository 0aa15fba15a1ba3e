"""Subscriptions from a file: one as JSON, a JSON list, or one on each line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any

from pwagen.errors import PwagenError
from pwagen.push.outcome import Outcome, Status
from pwagen.push.subscription import Subscription, SubscriptionError

_MAX_LINE = 100_000


class RecipientsError(PwagenError):
    """A list of subscriptions that cannot be read at all."""


def read_recipients(
    lines: Iterable[str], name: str, rejected: Callable[[Outcome], None]
) -> Iterator[Subscription]:
    """Yield the subscriptions in `lines`, read as they are needed.

    One that is broken goes to `rejected`, named by its place in the file `name`; the others go on.
    Raises RecipientsError when the file as a whole is not readable.
    """
    for place, data in _items(iter(lines), name):
        try:
            yield Subscription.from_json(data)
        except SubscriptionError as error:
            rejected(Outcome(place, Status.MISCONFIGURED, f"{place}: {error}"))


def _items(lines: Iterator[str], name: str) -> Iterator[tuple[str, Any]]:
    first = next((line for line in lines if line.strip()), None)
    if first is None:
        raise RecipientsError(f"{name} is empty - it needs the JSON of at least one subscription")
    if _is_object(first):
        yield f"{name}:1", first
        for number, line in enumerate(lines, 2):
            if line.strip():
                yield f"{name}:{number}", line[:_MAX_LINE]
        return
    try:
        data = json.loads("".join(chain([first], lines)))
    except (ValueError, RecursionError):
        raise RecipientsError(
            f"{name} is neither JSON nor JSON lines - write a subscription's toJSON() on each line"
        ) from None
    for number, item in enumerate(data if isinstance(data, list) else [data], 1):
        yield f"{name}, number {number}", item if isinstance(item, dict) else json.dumps(item)


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False
