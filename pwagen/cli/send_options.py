"""The options of ``pwagen send``, turned into the arguments for sending."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pwagen.errors import PwagenError

if TYPE_CHECKING:
    import ssl

    from pwagen.binding.crumbs import Path as MemberPath
    from pwagen.keys.key_pair import KeyPair
    from pwagen.push.messages.message import Message
    from pwagen.push.transport.endpoints import EndpointPolicy


class UsageError(PwagenError):
    """Options that don't go together."""


def need_extra() -> None:
    """Raise PwagenError if pwagen is installed without the packages for sending."""
    from pwagen.imports.optional_packages import require

    require("sending", "send", "httptools", "sqlalchemy")


@dataclass(frozen=True)
class MessageOptions:
    """The options of the message."""

    file: str | None
    members: dict[str, Any]
    ttl: str | None
    urgency: str | None
    topic: str | None

    def message(self) -> Message:
        """Return the message; raises MessageError, or UsageError for a file beside members.

        A file may have ttl, urgency and topic, too; the options override them.
        """
        from pwagen.push.messages.message_json import read_message

        members = {name: value for name, value in self.members.items() if value is not None}
        if self.file and members:
            raise UsageError("the message is either in --message FILE or in --title, --body, …")
        if not self.file and not members:
            raise UsageError("there is no message - write --title TEXT, or --message FILE with its JSON")
        if not self.file and "title" not in members:
            raise UsageError("a notification needs a title - write --title TEXT")
        options = {"ttl_seconds": self._ttl_seconds(), "urgency": self.urgency, "topic": self.topic}
        delivery = {name: value for name, value in options.items() if value is not None}
        delivery_labels: dict[MemberPath, str] = {(name,): f"--{name}" for name in ("urgency", "topic")}
        delivery_labels["ttl_seconds",] = "--ttl"
        if not self.file:
            labels: dict[MemberPath, str] = {(name,): f"--{name.replace('_', '-')}" for name in members}
            return read_message(members, "", delivery, labels, delivery_labels)
        source, name = _read(self.file)
        return read_message(source, name, delivery, {}, delivery_labels)

    def _ttl_seconds(self) -> int | None:
        from pwagen.config.checks.units import parse_duration

        if self.ttl is None:
            return None
        try:
            return int(self.ttl) if self.ttl.isdecimal() else parse_duration(self.ttl) // 1000
        except ValueError:
            raise UsageError(f"--ttl {self.ttl}: write a number and s, m, h, d or w, such as 12h") from None


@dataclass(frozen=True)
class RecipientOptions:
    """The options of the recipients."""

    list_file: str | None
    store: str | None
    user: str | None
    audience: str | None
    journal: Path | None
    broadcast: str | None
    take_over: bool
    celery: str | None = None

    @property
    def filters(self) -> str:
        """Which part of a store, in words; "" for all of it."""
        user = [] if self.user is None else [f"the user {self.user!r}"]
        topic = [] if self.audience is None else [f"the topic {self.audience!r}"]
        return " and ".join(user + topic)

    def check(self) -> None:
        """Raise UsageError for options that would have no effect."""
        if self.celery is not None:
            self._check_celery()
            return
        if (self.list_file is None) == (self.store is None):
            raise UsageError("there are no recipients - write a file of subscriptions, - or --store FILE")
        if self.store is not None and self.journal:
            raise UsageError(
                "--journal is for a list: a store keeps that itself, name it with --broadcast NAME"
            )
        if self.list_file is not None:
            self._check_list()
        if self.take_over and not self.broadcast:
            raise UsageError("--take-over continues a broadcast - write its name, --broadcast NAME")

    def _check_celery(self) -> None:
        options = {
            "a list": self.list_file,
            "--store": self.store,
            "--journal": self.journal,
            "--take-over": self.take_over,
        }
        for name, value in options.items():
            if value:
                raise UsageError(
                    f"{name} does not go with --celery: the application's tasks have their own store - "
                    "leave it out"
                )

    def _check_list(self) -> None:
        if self.user is not None or self.audience is not None:
            name = "--audience" if self.user is None else "--user"
            raise UsageError(
                f"{name} chooses from a store, and a list goes to everybody in it - write --store FILE, "
                "or make a list of those alone"
            )
        if self.broadcast or self.take_over:
            name = "--broadcast" if self.broadcast else "--take-over"
            raise UsageError(f"{name} is for a store - a list is continued with --journal FILE")


@dataclass(frozen=True)
class SenderOptions:
    """The options of the sender, its endpoints and its retries."""

    key: str
    previous_keys: list[str]
    subject: str | None
    services: list[str]
    any_public_host: bool
    loopback: bool
    ca_file: Path | None
    concurrency: int
    timeout_seconds: float
    attempts: int
    pad_to: int
    dry_run: bool
    as_json: bool

    def policy(self) -> EndpointPolicy:
        """Return the policy of allowed endpoints."""
        from pwagen.push.transport.endpoints import PUSH_SERVICES, EndpointPolicy

        services = None if self.any_public_host else (*PUSH_SERVICES, *self.services)
        return EndpointPolicy(services, loopback=self.loopback)

    @cached_property
    def key_pairs(self) -> list[KeyPair]:
        """The key pair in use, then the previous ones."""
        from pwagen.keyring.key_location import find_key_pair

        return [find_key_pair(source) for source in (self.key, *self.previous_keys)]

    @property
    def first_key(self) -> str:
        """The public key in use."""
        return self.key_pairs[0].public_key

    def check(self) -> None:
        """Raise PwagenError for an unusable key, contact or certificate file."""
        from pwagen.push.delivery.sender import Sender

        Sender(**self.sender())

    def sender(self) -> dict[str, Any]:
        """Return the arguments of Sender."""
        from pwagen.push.transport.retry import RetryPolicy

        if not self.subject:
            raise UsageError(
                "push services require a contact - write --subject mailto:you@your.domain, "
                "or set PWAGEN_VAPID_SUBJECT"
            )
        return {
            "key_pairs": self.key_pairs,
            "subject": self.subject,
            "policy": self.policy(),
            "retry": RetryPolicy(attempts=self.attempts),
            "concurrency": self.concurrency,
            "timeout_seconds": self.timeout_seconds,
            "ssl_context": self._ssl_context(),
            "encryption_process": True,
            "pad_to": self.pad_to,
        }

    def _ssl_context(self) -> ssl.SSLContext | None:
        import ssl

        if self.ca_file is None:
            return None
        try:
            return ssl.create_default_context(cafile=str(self.ca_file))
        except (OSError, ssl.SSLError) as error:
            raise UsageError(f"cannot read the certificates in {self.ca_file}: {error}") from None


def _read(source: str) -> tuple[bytes | str, str]:
    """Return the content of --message, and the name for it in problems."""
    if source == "-":
        return sys.stdin.buffer.read(), "standard input"
    if source.lstrip().startswith("{"):
        return source, "--message"
    try:
        return Path(source).read_bytes(), source
    except OSError as error:
        raise UsageError(f"cannot read the message {source}: {error.strerror}") from None
