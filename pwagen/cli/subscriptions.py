"""``pwagen subscriptions``: who is in a store, in and out of it, and away with the dead ones."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from pwagen.cli.send_options import UsageError, need_extra

if TYPE_CHECKING:
    from pwagen.push.storage.store import Store

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    help="The subscriptions of a store: list, count, export, import and prune them.",
)
Location = Annotated[str, typer.Option("--store", metavar="FILE|URL", help="The store.")]
User = Annotated[str | None, typer.Option(help="Only this user's.")]
Audience = Annotated[str | None, typer.Option(help="Only those with this topic.")]
AsCsv = Annotated[bool, typer.Option("--csv", help="CSV instead of JSON lines.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
AGES = ((1, "1 day"), (7, "7 days"), (30, "30 days"), (90, "90 days"), (10**6, "longer"))


@app.command("list")
def list_(
    store: Location,
    user: User = None,
    audience: Audience = None,
    failing: Annotated[bool, typer.Option("--failing", help="Only those that failed last time.")] = False,
) -> None:
    """List the subscriptions, without what is needed to send to them."""
    need_extra()
    from pwagen.cli.output import go_on_printing
    from pwagen.push.transport.vendors import vendor

    with _opened(store) as opened:
        for stored in opened.all(user=user, topic=audience):
            if failing and not stored.failures:
                continue
            failure = f"{stored.failures} failures: {stored.last_failure}" if stored.failures else ""
            fields = (str(stored.id), vendor(stored.subscription.endpoint), stored.user or "-")
            go_on_printing(
                "\t".join((*fields, _day(stored.created), _day(stored.last_seen), failure)).rstrip()
            )


@app.command()
def count(store: Location, as_json: AsJson = False) -> None:
    """Count the subscriptions by vendor, by when their browser was last seen, and by audience."""
    need_extra()
    import json
    import time

    from pwagen.cli.output import table
    from pwagen.push.transport.vendors import vendor

    now, vendors, ages = time.time(), Counter[str](), Counter[str]()
    with _opened(store) as opened:
        for stored in opened.all():
            vendors[vendor(stored.subscription.endpoint)] += 1
            ages[next(name for days, name in AGES if now - stored.last_seen < days * 86400)] += 1
        audiences = opened.count_topics()
    sums = {"vendors": dict(vendors.most_common()), "lastSeen": dict(ages), "audiences": audiences}
    if as_json:
        typer.echo(json.dumps({"total": vendors.total(), **sums}))
        return
    rows = [("in all", str(vendors.total()))]
    rows += [(name, str(number)) for name, number in vendors.most_common()]
    rows += [(f"last seen within {name}", str(ages[name])) for _, name in AGES[:-1]]
    rows += [("last seen before that", str(ages[AGES[-1][1]]))]
    rows += [(f"audience {name}", str(number)) for name, number in audiences.items()]
    for line in table(rows, right=[1]):
        typer.echo(line)


@app.command()
def export(
    store: Location,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="A new file, readable for you alone.")
    ] = None,
    as_csv: AsCsv = False,
    user: User = None,
    audience: Audience = None,
) -> None:
    """Write the subscriptions as JSON lines, which send reads too, or as CSV."""
    need_extra()
    import json

    from pwagen.push.storage.transfer import as_json, write_csv

    with _opened(store) as opened, _target(output) as file:
        chosen = opened.all_with_topics(user=user, topic=audience)
        rows = (as_json(stored, topics) for stored, topics in chosen)
        if as_csv:
            write_csv(rows, file)
        else:
            file.writelines(json.dumps(row) + "\n" for row in rows)


@app.command("import")
def import_(
    source: Annotated[str, typer.Argument(metavar="FILE", help="The file; - for standard input.")],
    store: Location,
    as_csv: AsCsv = False,
) -> None:
    """Save the subscriptions of a file; exit 1 if some lines are none, which are named."""
    need_extra()
    from pwagen.push.storage.store import Store
    from pwagen.push.storage.transfer import import_row, read_rows
    from pwagen.push.subscription import SubscriptionError

    saved, rejected = 0, 0
    with _source(source) as file, closing(Store(store)) as opened:
        for place, row in read_rows(file, source, is_csv=as_csv):
            try:
                import_row(opened, row)
                saved += 1
            except SubscriptionError as error:
                rejected += 1
                typer.echo(f"{place}: {error}", err=True)
    typer.echo(f"{saved} saved" + (f", {rejected} left out" if rejected else ""))
    if rejected:
        raise typer.Exit(1)


@app.command()
def prune(
    store: Location,
    failures: Annotated[
        int | None, typer.Option(min=2, help="Remove those that failed so often in a row.")
    ] = None,
    gone: Annotated[
        bool, typer.Option("--gone", help="Remove those that their service calls over, without waiting.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be removed.")] = False,
) -> None:
    """Remove dead subscriptions; none of a service that took nobody when they failed."""
    need_extra()
    from pwagen.push.storage.pruning import prune

    if failures is None and not gone:
        raise UsageError("say what is dead: --failures N, --gone or both")
    with _opened(store) as opened:
        removed, spared = prune(opened, failures, gone=gone, dry_run=dry_run)
    typer.echo(f"{removed} would be removed" if dry_run else f"{removed} removed")
    for service, number in spared.items():
        typer.echo(f"{number} at {service} kept: it took nobody when they failed, so it is not them")


@contextmanager
def _opened(location: str) -> Iterator[Store]:
    from pwagen.push.storage.store import Store

    with closing(Store(location, create=False)) as store:
        yield store


@contextmanager
def _target(output: Path | None) -> Iterator[TextIO]:
    import os

    if output is None:
        yield sys.stdout
        return
    # Its contents allow sending to every subscriber.
    descriptor = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
        yield file


@contextmanager
def _source(name: str) -> Iterator[TextIO]:
    if name == "-":
        yield sys.stdin
        return
    with Path(name).open(encoding="utf-8", errors="replace", newline="") as file:
        yield file


def _day(seconds: int) -> str:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(seconds, UTC).date().isoformat()
