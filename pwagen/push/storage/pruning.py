"""Removal of the dead subscriptions of a store."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from pwagen.push.storage.dead_subscriptions import prunable, remove

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from pwagen.push.storage.store import Store


def prune(
    store: Store, failures: int | None, *, gone: bool = False, dry_run: bool = False
) -> tuple[int, Counter[str]]:
    """Remove subscriptions with so many failures in a row, and those marked as gone if `gone`.

    Returns how many, in a dry run how many it would be; and how many failed as often but were kept, by
    service: one that took nobody when they failed. Raises StoreError.
    """

    def remove_dead(connection: Connection) -> tuple[int, Counter[str]]:
        ids, spared = prunable(connection, failures, gone=gone)
        if not dry_run:
            remove(connection, ids)
        return len(ids), spared

    return store.transact(remove_dead)
