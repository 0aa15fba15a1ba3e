"""Subscriptions from a file: one as JSON, a JSON list, or one on each line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from pwagen.errors import PwagenError
from pwagen.push.subscription import Subscription, SubscriptionError
from pwagen.push.transport.outcome import Outcome, Status

if TYPE_CHECKING:
    from pwagen.push.delivery.journal import Journal

_MAX_LINE = 100_000


class RecipientsError(PwagenError):
    """A list of subscriptions that cannot be read at all."""


class NoRecipientsError(RecipientsError):
    """A list with nothing in it."""


def read_recipients(
    lines: Iterable[str], name: str, rejected: Callable[[Outcome], None]
) -> Iterator[Subscription]:
    """Yield the subscriptions in `lines`, read as they are needed.

    One that is broken goes to `rejected`, named by its place in the file `name`; the others go on.
    Raises RecipientsError when the file as a whole is not readable.
    """
    for place, data in items(lines, name):
        try:
            yield Subscription.from_json(data)
        except SubscriptionError as error:
            rejected(Outcome(place, Status.MISCONFIGURED, f"{place}: {error}"))


def distinct(
    subscriptions: Iterable[Subscription], repeated: Callable[[Subscription], None]
) -> Iterator[Subscription]:
    """Yield each endpoint once; further ones go to `repeated`. Takes some 60 bytes for each."""
    hashes: set[int] = set()
    for subscription in subscriptions:
        count = len(hashes)
        hashes.add(hash(subscription.endpoint))
        if len(hashes) == count:
            repeated(subscription)
        else:
            yield subscription


class Unsent:
    """Iterates those that `journal` does not have, and counts those `skipped`, read and ended."""

    def __init__(self, subscriptions: Iterator[Subscription], journal: Journal | None) -> None:
        """Read nothing yet."""
        self._subscriptions = subscriptions
        self._journal = journal
        self._open = 0
        self.skipped = 0

    def __iter__(self) -> Iterator[Subscription]:
        """Yield each that has to be sent to."""
        for subscription in self._subscriptions:
            if self._journal is not None and subscription.endpoint in self._journal:
                self.skipped += 1
            else:
                self._open += 1
                yield subscription

    def end(self, outcome: Outcome) -> None:
        """Count one as ended if its outcome is final."""
        self._open -= outcome.status.is_final

    def count_left(self, *, read_on: bool) -> int:
        """Return how many have no final outcome, with those that follow in the list if `read_on`."""
        for _ in self if read_on else ():
            pass
        return self._open


def items(lines: Iterable[str], name: str) -> Iterator[tuple[str, Any]]:
    """Yield the items of JSON, of a JSON list or of JSON lines, each with its place in the file `name`.

    A line is yielded as its text. Raises RecipientsError for what is none of them.
    """
    numbered = numbered_lines(lines)
    head = list(islice(numbered, 1))
    if not head:
        raise NoRecipientsError(f"{name} is empty - it needs the JSON of at least one subscription")
    is_lines = _is_object(head[0][1])
    if not is_lines:
        head += islice(numbered, 2)
        is_lines = _begins_broken([line for _, line in head[1:]])
    if is_lines:
        for number, line in chain(head, numbered):
            yield f"{name}:{number}", line[:_MAX_LINE]
        return
    try:
        data = json.loads("".join(line for _, line in chain(head, numbered)))
    except (ValueError, RecursionError):
        raise RecipientsError(
            f"{name} is neither JSON nor JSON lines - write a subscription's toJSON() on each line"
        ) from None
    for number, item in enumerate(data if isinstance(data, list) else [data], 1):
        yield f"{name}, number {number}", item if isinstance(item, dict) else json.dumps(item)


def numbered_lines(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Yield the non-empty lines with their numbers."""
    return ((number, line) for number, line in enumerate(without_mark(lines), 1) if line.strip())


def without_mark(lines: Iterable[str]) -> Iterator[str]:
    """Yield the lines without the mark that some editors put at the front of a file."""
    rest = iter(lines)
    for first in islice(rest, 1):
        yield first.removeprefix("\ufeff")
    yield from rest


def _begins_broken(following: list[str]) -> bool:
    """Tell JSON lines, the first of which is broken, from JSON with line breaks in it."""
    goes_on = len(following) == 2 and following[1].lstrip().startswith(("]", "}", ","))
    return bool(following) and _is_object(following[0]) and not goes_on


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False
