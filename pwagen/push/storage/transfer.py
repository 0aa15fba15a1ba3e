"""Subscriptions out of a store and into one: JSON lines and CSV."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any, TextIO

from pwagen.push.delivery.recipients import NoRecipientsError, items, without_mark
from pwagen.push.storage.store import Store, Stored
from pwagen.push.subscription import Subscription, SubscriptionError

_NO_COLUMNS = "the first line does not name the columns endpoint, p256dh and auth, with commas between them"
COLUMNS = ("endpoint", "p256dh", "auth", "vapidPublicKey", "user", "topics", "created", "lastSeen")


def as_json(stored: Stored, topics: Iterable[str]) -> dict[str, Any]:
    """Return a subscription as `pwagen send` reads it, with the store's other columns."""
    return stored.subscription.to_json() | {
        "user": stored.user,
        "topics": sorted(topics),
        "created": stored.created,
        "lastSeen": stored.last_seen,
    }


def write_csv(rows: Iterable[dict[str, Any]], file: TextIO) -> None:
    """Write what `as_json` returns as CSV with a header; topics are a JSON list."""
    writer = csv.DictWriter(file, COLUMNS, extrasaction="ignore")
    writer.writeheader()
    for row in rows:
        writer.writerow(row | row["keys"] | {"topics": json.dumps(row["topics"])})


def read_rows(file: Iterable[str], name: str, *, is_csv: bool) -> Iterator[tuple[str, object]]:
    """Yield the place of a row in the file `name` and what is in it, for `import_row`.

    That is an object as `as_json` makes them, None for no JSON, a SubscriptionError for no CSV. Raises
    RecipientsError for what is not JSON at all.
    """
    if is_csv:
        for number, row in _csv_rows(file):
            yield f"{name}:{number}", row
        return
    with suppress(NoRecipientsError):
        for place, item in items(file, name):
            yield place, _parsed(item) if isinstance(item, str) else item


def import_row(store: Store, row: object) -> None:
    """Save one subscription; raises SubscriptionError for an invalid one."""
    if isinstance(row, SubscriptionError):
        raise row
    if not isinstance(row, dict):
        raise SubscriptionError("it is not a JSON object")
    topics, user = row.get("topics"), row.get("user")
    if not (user is None or isinstance(user, str)):
        raise SubscriptionError("the user is not a text")
    if not (topics is None or (isinstance(topics, list) and all(isinstance(topic, str) for topic in topics))):
        raise SubscriptionError('the topics are not a JSON list of texts, such as ["news", "tides"]')
    store.save(Subscription.from_json(row), user=user, topics=topics)


def _csv_rows(file: Iterable[str]) -> Iterator[tuple[int, object]]:
    """Yield rows with the number of their first line."""
    reader = csv.reader(without_mark(file))
    header: list[str] | None = None
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield number, SubscriptionError(f"it is not CSV: {error} - look for a quote that is left open")
            if header is None:
                return
            continue
        if header is None:
            header = cells
            if not {"endpoint", "p256dh", "auth"} <= set(header):
                yield number, SubscriptionError(_NO_COLUMNS)
                return
        elif cells:
            yield number, _from_csv(dict(zip(header, cells, strict=False)))


def _from_csv(row: dict[str, str]) -> dict[str, Any]:
    keys = {"p256dh": row.get("p256dh"), "auth": row.get("auth")}
    values: dict[str, Any] = {name: row.get(name) or None for name in ("endpoint", "vapidPublicKey", "user")}
    cell = row.get("topics") or None  # None keeps the topics that are stored
    topics = cell and _parsed(cell)
    return values | {"keys": keys, "topics": cell if topics is None else topics}


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
