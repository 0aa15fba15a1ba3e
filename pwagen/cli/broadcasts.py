"""``pwagen broadcasts``: what the broadcasts of a store have reached, and who is left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from pwagen.cli.send_options import need_extra

if TYPE_CHECKING:
    from pwagen.push.storage.broadcast_progress import BroadcastProgress


def broadcasts(
    store: Annotated[str, typer.Option(metavar="FILE|URL", help="The store.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON line for each broadcast.")] = False,
) -> None:
    """List the broadcasts of a store, the latest first; exit 1 if any has somebody left."""
    need_extra()
    import json
    from contextlib import closing

    from pwagen.cli.output import table
    from pwagen.push.storage.broadcast_progress import broadcast_progress
    from pwagen.push.storage.store import Store

    with closing(Store(store, create=False)) as opened:
        listed = broadcast_progress(opened)
    if as_json:
        for progress in listed:
            typer.echo(json.dumps(_as_json(progress)))
    elif listed:
        header = ("broadcast", "started", "delivered", "gone", "too large", "left", "why")
        for line in table([header, *map(_row, listed)], right=(2, 3, 4, 5)):
            typer.echo(line)
        for progress in listed:
            for service, count in progress.kept.items():
                typer.echo(
                    f"{progress.name}: {count} that {service} reports as gone were kept, for they are most "
                    "of those there. If that is right, run pwagen subscriptions prune --gone"
                )
    else:
        typer.echo("there is no broadcast in this store")
    if any(progress.left for progress in listed):
        raise typer.Exit(1)


def _row(progress: BroadcastProgress) -> tuple[str, ...]:
    from pwagen.push.storage.store_schema import SUMS

    reasons = [f"{count} {status}" for status, count in progress.failed.items()]
    reasons += [f"{progress.waiting} not sent yet"] if progress.waiting else []
    counts = [str(progress.sums[status]) for status in SUMS]
    return progress.name, _moment(progress.started), *counts, str(progress.left), ", ".join(reasons)


def _as_json(progress: BroadcastProgress) -> dict[str, Any]:
    return {
        "broadcast": progress.name,
        "started": _moment(progress.started),
        "user": progress.user,
        "audience": progress.topic,
        **{status.value: count for status, count in progress.sums.items()},
        "failed": progress.failed,
        "waiting": progress.waiting,
        "kept": progress.kept,
        "left": progress.left,
    }


def _moment(seconds: int) -> str:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
