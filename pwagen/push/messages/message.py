"""A push message: what the notification says, and how urgently and how long it is delivered.

The payload is Declarative Web Push (https://www.w3.org/TR/push-api/#declarative-push-message), which
WebKit shows without a worker and which pwagen's worker reads everywhere else.
"""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from pwagen.binding.crumbs import Path
from pwagen.binding.json_tree import mapping_of
from pwagen.binding.problem_report import ProblemReport
from pwagen.binding.shape import members
from pwagen.errors import Problem, PwagenError
from pwagen.push.crypto.encryption import MAX_PLAINTEXT, PayloadTooLargeError
from pwagen.push.messages import message_rules
from pwagen.push.messages.notification import Badge, NotificationOptions
from pwagen.push.transport.vendors import refusals_anywhere

WEB_PUSH = 8030  # says that the JSON is a declarative push message; the number of the push RFC
DEFAULT_TTL = 24 * 3600

Ttl = Annotated[int, Meta(ge=0, le=2**31 - 1)]
Urgency = Literal["very-low", "low", "normal", "high"]
Topic = Annotated[str, Meta(pattern="^[A-Za-z0-9_-]{1,32}$", extra={"check": "topic"})]


class MessageError(PwagenError):
    """Every problem of a message at once, with its place where it was read from a text."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class MessageFields(NotificationOptions, frozen=True, kw_only=True):
    """The members of a message under their names in Python, not checked."""

    app_badge: Badge | bool | None = None
    mutable: bool = False
    ttl_seconds: Ttl = DEFAULT_TTL
    urgency: Urgency = "normal"
    topic: Topic | None = None


class Message(MessageFields, frozen=True, kw_only=True):
    """A message to send; checked when it is made, raises MessageError with all problems.

    `app_badge` is the number on the app's icon, True a badge without one. `mutable` lets the worker
    change what WebKit shows. `ttl_seconds` is how long a push service keeps the message for a device
    that is offline, `topic` replaces an undelivered message of the same topic (RFC 8030 section 5).
    """

    def __post_init__(self) -> None:
        """Check each member and all together, and turn actions that are mappings into Action."""
        report = ProblemReport("")
        values: dict[str, object] = {}
        labels: dict[Path, str] = {}
        for name, member in members(MessageFields).items():
            value = getattr(self, member.attribute)
            if (member.required or value is not member.default) and not member.shape.anything:
                values[name] = value
                labels[(name,)] = member.attribute
        tree = mapping_of(values)
        bound = message_rules.bind_message(tree, MessageFields, report, labels=labels)
        problems = report.sorted_errors()
        if not problems:
            for name in ("actions", "vibrate"):
                msgspec.structs.force_setattr(self, name, getattr(bound.value, name))
            problems = message_rules.not_json(self.data, self.declaration)
        if problems:
            raise MessageError(problems)

    def payload(self) -> bytes:
        """Return the JSON to encrypt, in UTF-8; raises PayloadTooLargeError with what to shorten."""
        data = json.dumps(self.declaration(), ensure_ascii=False, separators=(",", ":")).encode()
        if len(data) > MAX_PLAINTEXT:
            raise PayloadTooLargeError(message_rules.what_to_shorten(self.declaration(), len(data)))
        return data

    def declaration(self) -> dict[str, Any]:
        """Return the declarative push message, defaults left out."""
        envelope = {"app_badge", "mutable", "ttl_seconds", "urgency", "topic"}
        values = msgspec.to_builtins(self).items()
        options = {name: value for name, value in values if name not in envelope}
        declaration: dict[str, Any] = {"web_push": WEB_PUSH, "notification": options}
        if self.app_badge is not None:
            declaration["app_badge"] = self.app_badge
            if not isinstance(self.app_badge, bool):
                # WebKit 18.4 reads digits in here; later versions the number above
                # (https://github.com/WebKit/WebKit/pull/45798).
                options["app_badge"] = str(self.app_badge)
        if self.mutable:
            declaration["mutable"] = True
        return declaration

    def headers(self) -> dict[str, str]:
        """Return the request's delivery headers (RFC 8030 sections 5.2 to 5.4)."""
        headers = {"TTL": str(self.ttl_seconds), "Urgency": self.urgency}
        return headers | {"Topic": self.topic} if self.topic else headers

    def warnings(self) -> list[str]:
        """Return what is allowed but seldom meant, a sentence each."""
        size = len(self.payload())
        sentences = message_rules.warnings(self.navigate, self.ttl_seconds, len(self.actions), size)
        return sentences + [rule.advice for rule in refusals_anywhere(self.headers())]
