"""The runs of ``pwagen send``: to a list, to a store, or a dry run of either."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import ExitStack, aclosing
from pathlib import Path
from typing import TextIO

import typer

from pwagen.cli.interruption import interruptible
from pwagen.cli.output import go_on_printing
from pwagen.cli.progress import progress
from pwagen.cli.send_options import RecipientOptions, SenderOptions, UsageError
from pwagen.cli.send_report import OutcomeReport
from pwagen.push.delivery.sender import Sender
from pwagen.push.delivery.tally import Tally
from pwagen.push.messages.message import Message
from pwagen.push.subscription import Subscription
from pwagen.push.transport.outcome import Outcome

Sending = Callable[[Sender], AsyncGenerator[Outcome]]


def to_list(message: Message, options: SenderOptions, recipients: RecipientOptions) -> Tally:
    """Send to the subscriptions of a list; return the tally."""
    from pwagen.push.delivery.list_sending import send_to_list
    from pwagen.push.delivery.recipients import Unsent, distinct, read_recipients

    name = recipients.list_file or "-"
    with ExitStack() as resources:
        lines = sys.stdin if name == "-" else resources.enter_context(_opened(name))
        options.check()
        report = OutcomeReport(options.as_json, options.first_key)
        listed = read_recipients(lines, "standard input" if name == "-" else name, report.add)
        subscriptions = distinct(listed, report.repeat)
        if options.dry_run:
            return _dry_run(message, options, subscriptions, report)
        journal = None
        if recipients.journal:
            from pwagen.push.delivery.journal import Journal

            journal = resources.enter_context(Journal(recipients.journal, message.payload()))
        unsent = Unsent(subscriptions, journal)
        total = None if name == "-" else _count_lines(Path(name))
        if total is not None and journal is not None:
            total -= len(journal)

        def add(outcome: Outcome) -> None:
            unsent.end(outcome)
            report.add(outcome)

        interrupted = _send(
            options, total, add, lambda sender: send_to_list(sender, unsent, message, journal)
        )
        report.tally.skipped = unsent.skipped
        if interrupted:
            report.tally.left = unsent.count_left(read_on=name != "-")
    if report.tally.left:
        how = "send again with the same --journal" if journal else "a run with --journal FILE can be resumed"
        go_on_printing(f"{report.tally.left} left: {how}", err=True)
    report.finish(left=report.tally.left)
    return report.tally


def to_store(message: Message, options: SenderOptions, recipients: RecipientOptions) -> Tally:
    """Send to the subscriptions of a store; return the tally."""
    from pwagen.push.storage.broadcast import Broadcast
    from pwagen.push.storage.store import Store
    from pwagen.push.storage.store_sending import send_to_store

    user, topic = recipients.user, recipients.audience
    with ExitStack() as resources:
        store = Store(recipients.store or "", create=False, read_only=options.dry_run)
        resources.callback(store.close)
        options.check()
        report = OutcomeReport(options.as_json, options.first_key)
        count = store.count(user=user, topic=topic)
        if not count and recipients.filters:
            if options.as_json:
                report.finish()
            typer.echo(f"nobody in the store has {recipients.filters}", err=True)
            raise typer.Exit(1)
        if options.dry_run:
            subscriptions = (stored.subscription for stored in store.all(user=user, topic=topic))
            return _dry_run(message, options, subscriptions, report)
        broadcast = Broadcast(store, recipients.broadcast or new_broadcast_name(), user=user, topic=topic)
        broadcast.begin(message.payload())
        go_on_printing(f"broadcast {broadcast.name}", err=True)
        if recipients.take_over:
            broadcast.release()
        total = broadcast.pending()
        report.tally.skipped = max(0, count - total)
        _send(options, total, report.add, lambda sender: send_to_store(sender, store, broadcast, message))
        report.tally.left = remaining = broadcast.left()
    for warning in broadcast.removals.warnings():
        go_on_printing(f"warning: {warning}", err=True)
    if remaining:
        go_on_printing(
            f"{remaining} left: they failed or were not sent to, or another process is at them. "
            f"Go on with --broadcast {broadcast.name}, and --take-over if a process died",
            err=True,
        )
    report.finish(broadcast=broadcast.name, left=remaining)
    return report.tally


def _send(
    options: SenderOptions, total: int | None, add: Callable[[Outcome], None], sending: Sending
) -> bool:
    """Send to all; return whether the run was interrupted."""
    interrupted = False

    async def run() -> None:
        async with Sender(**options.sender()) as sender:

            def stop() -> None:
                nonlocal interrupted
                interrupted = True
                go_on_printing("stopping: what is under way gets a few seconds", err=True)
                sender.stop()

            with interruptible(stop):
                async with aclosing(sending(sender)) as outcomes:
                    async for outcome in outcomes:
                        add(outcome)
                        step()

    with progress(total, "Sending") as step:
        asyncio.run(run())
    return interrupted


def _dry_run(
    message: Message, options: SenderOptions, subscriptions: Iterable[Subscription], report: OutcomeReport
) -> Tally:
    """Print what would be sent, and its recipients; only problems are counted."""
    from pwagen.push.delivery.dry_run import dry_run

    vendors: Counter[str] = Counter()
    for vendor, problem in dry_run(subscriptions, message, options.policy()):
        if problem:
            report.add(problem)
        else:
            vendors[vendor] += 1
    size = len(message.payload())
    if options.as_json:
        report.finish(payloadBytes=size, wouldSend=dict(vendors))
        return report.tally
    typer.echo(f"Nothing was sent. The payload has {size} bytes.")
    for vendor, count in vendors.most_common():
        typer.echo(f"{count} to {vendor}")
    if report.tally.total or report.tally.repeated:
        report.finish()
    return report.tally


def _opened(name: str) -> TextIO:
    try:
        return Path(name).open(encoding="utf-8", errors="replace")
    except OSError as error:
        raise UsageError(f"cannot read {name}: {error.strerror}") from None


def _count_lines(path: Path) -> int | None:
    if not sys.stderr.isatty():
        return None
    with path.open("rb") as lines:
        return sum(1 for line in lines if line.strip())


def new_broadcast_name() -> str:
    """Return a name from the time of day, UTC."""
    from datetime import UTC, datetime

    return datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%f")
