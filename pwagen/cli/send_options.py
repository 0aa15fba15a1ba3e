"""The options of ``pwagen send`` as the values that sending needs."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pwagen.errors import PwagenError

if TYPE_CHECKING:
    import ssl

    from pwagen.push.endpoints import EndpointPolicy
    from pwagen.push.keys import KeyPair
    from pwagen.push.message import Message


class UsageError(PwagenError):
    """Options that don't go together."""


@dataclass(frozen=True)
class MessageOptions:
    """What to send."""

    file: str | None
    members: dict[str, Any]
    ttl: str
    urgency: str
    topic: str | None

    def message(self) -> Message:
        """Return the message; raises MessageError, or UsageError for a file beside members."""
        from pwagen.config.units import parse_duration
        from pwagen.push.message import parse_message

        members = {name: value for name, value in self.members.items() if value is not None}
        if self.file and members:
            raise UsageError("the message is either in --message FILE or in --title, --body, …")
        if not self.file and not members:
            raise UsageError("there is no message - write --title TEXT, or --message FILE with its JSON")
        try:
            ttl_seconds = int(self.ttl) if self.ttl.isdecimal() else parse_duration(self.ttl) // 1000
        except ValueError:
            raise UsageError(f"--ttl {self.ttl}: write a number and s, m, h, d or w, such as 12h") from None
        source = _read(self.file) if self.file else members
        return parse_message(source, ttl_seconds=ttl_seconds, urgency=self.urgency, topic=self.topic)


@dataclass(frozen=True)
class SenderOptions:
    """Who sends, where to, and how."""

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
    dry_run: bool
    as_json: bool

    def policy(self) -> EndpointPolicy:
        """Return which endpoints are allowed."""
        from pwagen.push.endpoints import PUSH_SERVICES, EndpointPolicy

        services = None if self.any_public_host else (*PUSH_SERVICES, *self.services)
        return EndpointPolicy(services, loopback=self.loopback)

    @cached_property
    def key_pairs(self) -> list[KeyPair]:
        """The key pair in use, then the previous ones."""
        from pwagen.push.key_files import read_key_pair

        return [read_key_pair(source) for source in (self.key, *self.previous_keys)]

    @property
    def first_key(self) -> str:
        """The public key in use; "" in a rehearsal, which needs none."""
        return "" if self.dry_run else self.key_pairs[0].public_key

    def sender(self) -> dict[str, Any]:
        """Return the arguments of Sender."""
        from pwagen.push.retry import RetryPolicy

        if not self.subject:
            raise UsageError(
                "push services want to know whom to contact - write --subject mailto:you@your.domain, "
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
        }

    def _ssl_context(self) -> ssl.SSLContext | None:
        import ssl

        if self.ca_file is None:
            return None
        try:
            return ssl.create_default_context(cafile=str(self.ca_file))
        except (OSError, ssl.SSLError) as error:
            raise UsageError(f"cannot read the certificates in {self.ca_file}: {error}") from None


def _read(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise UsageError(f"cannot read the message {file}: {error.strerror}") from None
