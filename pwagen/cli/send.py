"""``pwagen send``: a real push to one subscription, to a list, or to the store."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pwagen.cli.send_options import (
    MessageOptions,
    RecipientOptions,
    SenderOptions,
    UsageError,
    need_extra,
)
from pwagen.names import KEY_NAME

# The options come in groups: message, recipients, sender, and delivery.
Subscriptions = Annotated[
    str | None,
    typer.Argument(
        metavar="[SUBSCRIPTIONS]",
        help="A file with one subscription's JSON, or one on each line; - for standard input.",
    ),
]
MessageFile = Annotated[
    str | None,
    typer.Option(
        "--message",
        "-m",
        metavar="FILE|JSON",
        help="The message as JSON: a file, the text itself, or - for standard input.",
    ),
]
Navigate = Annotated[str | None, typer.Option(metavar="URL", help="Where a click leads.")]
Tag = Annotated[str | None, typer.Option(help="Replaces a notification with this tag.")]
AppBadge = Annotated[int | None, typer.Option(min=0, help="The number on the app's icon.")]
Ttl = Annotated[
    str | None, typer.Option(help="How long it is kept for a device that is offline.  [default: 1d]")
]
Urgency = Annotated[str | None, typer.Option(help="very-low, low, normal or high.  [default: normal]")]
Topic = Annotated[str | None, typer.Option(help="Replaces an undelivered message of this topic.")]

StoreLocation = Annotated[
    str | None, typer.Option("--store", metavar="FILE|URL", help="Send to the subscriptions of this store.")
]
User = Annotated[str | None, typer.Option(help="Only this user's, from the store.")]
Audience = Annotated[str | None, typer.Option(help="Only those with this topic, from the store.")]
Key = Annotated[
    str, typer.Option(envvar="PWAGEN_VAPID_PRIVATE_KEY", help="The private key: a file or env:NAME.")
]
PreviousKeys = Annotated[
    list[str] | None,
    typer.Option("--previous-key", help="A key before a rotation, for subscriptions still made with it."),
]
Subject = Annotated[
    str | None, typer.Option(envvar="PWAGEN_VAPID_SUBJECT", help="Your contact, mailto:… or https://….")
]

Services = Annotated[
    list[str] | None, typer.Option("--allow", metavar="HOST", help="One more push service to send to.")
]
AnyPublicHost = Annotated[
    bool, typer.Option("--any-public-host", help="Send to any host of the public internet.")
]
Loopback = Annotated[bool, typer.Option("--loopback", help="Send to this machine, too: for tests.")]
CaFile = Annotated[Path | None, typer.Option(help="Trust the certificates in this file, no others.")]
Concurrency = Annotated[int, typer.Option(min=1, max=1000, help="Requests at the same time.")]
Timeout = Annotated[float, typer.Option(min=0.1, help="Seconds for each request.")]
Attempts = Annotated[int, typer.Option(min=1, help="How often a busy service is asked.")]
Pad = Annotated[
    int,
    typer.Option(min=0, max=3993, metavar="BYTES", help="Fill up to a multiple of this: hides the length."),
]
JournalFile = Annotated[
    Path | None,
    typer.Option("--journal", help="Notes who has it; with it, a second run goes on where one broke off."),
]
BroadcastName = Annotated[
    str | None,
    typer.Option("--broadcast", metavar="NAME", help="With --store: go on with it, or share the work."),
]
TakeOver = Annotated[
    bool, typer.Option("--take-over", help="With --broadcast: no other process works on it any more.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Do everything but connect.")]
AsJson = Annotated[
    bool, typer.Option("--json", help="Print a JSON line for each failure, and one with the sums.")
]


def send(
    to: Subscriptions = None,
    message: MessageFile = None,
    title: str | None = None,
    body: str | None = None,
    navigate: Navigate = None,
    tag: Tag = None,
    app_badge: AppBadge = None,
    ttl: Ttl = None,
    urgency: Urgency = None,
    topic: Topic = None,
    store: StoreLocation = None,
    user: User = None,
    audience: Audience = None,
    key: Key = KEY_NAME,
    previous_keys: PreviousKeys = None,
    subject: Subject = None,
    services: Services = None,
    any_public_host: AnyPublicHost = False,
    loopback: Loopback = False,
    ca_file: CaFile = None,
    concurrency: Concurrency = 100,
    timeout: Timeout = 30,
    attempts: Attempts = 5,
    pad: Pad = 0,
    journal: JournalFile = None,
    broadcast: BroadcastName = None,
    take_over: TakeOver = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Send a push message; exit 1 if it could not be delivered to all who are still there."""
    need_extra()
    from pwagen.cli.send_run import to_list, to_store

    recipients = RecipientOptions(to, store, user, audience, journal, broadcast, take_over)
    recipients.check()
    if to == "-" and message == "-":
        raise UsageError("standard input has either the message or the subscriptions")
    members = {"title": title, "body": body, "navigate": navigate, "tag": tag, "app_badge": app_badge}
    content = MessageOptions(message, members, ttl, urgency, topic).message()
    for warning in content.warnings():
        typer.echo(f"warning: {warning}", err=True)
    sender_options = SenderOptions(
        key=key,
        previous_keys=previous_keys or [],
        subject=subject,
        services=services or [],
        any_public_host=any_public_host,
        loopback=loopback,
        ca_file=ca_file,
        concurrency=concurrency,
        timeout_seconds=timeout,
        attempts=attempts,
        pad_to=pad,
        dry_run=dry_run,
        as_json=as_json,
    )
    tally = (
        to_list(content, sender_options, recipients)
        if store is None
        else to_store(content, sender_options, recipients)
    )
    if tally.failed or tally.left:
        raise typer.Exit(1)
