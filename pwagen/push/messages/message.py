"""A push message: what the notification says, and how urgently and how long it is delivered.

The payload is Declarative Web Push (https://www.w3.org/TR/push-api/#declarative-push-message), which
WebKit shows without a worker and which pwagen's worker reads everywhere else.
"""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from pwagen.errors import PwagenError
from pwagen.push.crypto.encryption import MAX_PLAINTEXT, PayloadTooLarge
from pwagen.push.messages import message_rules

WEB_PUSH = 8030  # says that the JSON is a declarative push message; the number of the push RFC
DEFAULT_TTL = 24 * 3600
MAX_SAFE_INTEGER = 2**53 - 1

Text = Annotated[str, Meta(min_length=1)]
Url = Annotated[
    str,
    Meta(min_length=1, description="An http(s) URL, or one relative to the folder of sw.js."),
]
Badge = Annotated[int, Meta(ge=0, le=MAX_SAFE_INTEGER)]
Ttl = Annotated[int, Meta(ge=0, le=2**31 - 1)]
Urgency = Literal["very-low", "low", "normal", "high"]
Topic = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9_-]{1,32}\Z")]


class MessageError(PwagenError):
    """Every problem of a message at once."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class Action(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A button of the notification."""

    action: Annotated[str, Meta(min_length=1, description="Its name, unique in the notification.")]
    title: Annotated[str, Meta(min_length=1, description="What the button says.")]
    navigate: (
        Annotated[
            Url, Meta(description="Where it leads; without it, where pwagen.yaml says for this action.")
        ]
        | None
    ) = None
    icon: Url | None = None


class NotificationOptions(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """What the notification shows and does, by https://notifications.spec.whatwg.org/."""

    title: Annotated[str, Meta(min_length=1, description="The first line.")]
    navigate: (
        Annotated[Url, Meta(description="Where a click leads. WebKit needs an absolute URL here.")] | None
    ) = None
    body: str | None = None
    actions: Annotated[tuple[Action, ...], Meta(description="Buttons; browsers show two.")] = ()
    tag: Annotated[Text, Meta(description="Replaces a notification with the same tag.")] | None = None
    icon: Url | None = None
    image: Url | None = None
    badge: (
        Annotated[Url, Meta(description="A monochrome picture for the status bar, not the app's badge.")]
        | None
    ) = None
    silent: bool | None = None
    require_interaction: bool | None = msgspec.field(name="requireInteraction", default=None)
    renotify: Annotated[bool, Meta(description="Alerts again for the same tag; needs a tag.")] | None = None
    vibrate: Annotated[tuple[Annotated[int, Meta(ge=0, le=10000)], ...], Meta(max_length=99)] = ()
    timestamp: (
        Annotated[int, Meta(ge=0, le=MAX_SAFE_INTEGER, description="Milliseconds since 1970.")] | None
    ) = None
    lang: Annotated[Text, Meta(description="A BCP 47 language tag.")] | None = None
    dir: Literal["auto", "ltr", "rtl"] | None = None
    data: Annotated[Any, Meta(description="Any JSON, for your own code.")] = None


class Message(NotificationOptions, frozen=True, kw_only=True):
    """A message to send; checked when it is made, raises MessageError with all problems.

    `app_badge` is the number on the app's icon, True a badge without one. `mutable` lets the worker
    change what WebKit shows. `ttl_seconds` is how long a push service keeps the message for a device
    that is offline, `topic` replaces an undelivered message of the same topic (RFC 8030 section 5).
    """

    app_badge: Badge | bool | None = None
    mutable: bool = False
    ttl_seconds: Ttl = DEFAULT_TTL
    urgency: Urgency = "normal"
    topic: Topic | None = None

    def __post_init__(self) -> None:
        """Check each field and all together, and turn actions given as mappings into Action."""
        problems = []
        for field in msgspec.structs.fields(type(self)):
            try:
                value = msgspec.convert(getattr(self, field.name), field.type)
            except msgspec.ValidationError as error:
                problems.append(message_rules.described(field.encode_name, error))
            else:
                msgspec.structs.force_setattr(self, field.name, value)
        problems = problems or message_rules.contradictions(self)
        if problems:
            raise MessageError(problems)

    def payload(self) -> bytes:
        """Return the JSON to encrypt, in UTF-8; raises PayloadTooLarge with what to shorten."""
        data = json.dumps(self.declaration(), ensure_ascii=False, separators=(",", ":")).encode()
        if len(data) > MAX_PLAINTEXT:
            raise PayloadTooLarge(message_rules.what_to_shorten(self.declaration(), len(data)))
        return data

    def declaration(self) -> dict[str, Any]:
        """Return the declarative push message, defaults left out."""
        own = {"app_badge", "mutable", "ttl_seconds", "urgency", "topic"}
        options = {name: value for name, value in msgspec.to_builtins(self).items() if name not in own}
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
        return message_rules.warnings(self)


def parse_message(source: str | bytes | dict[str, Any], **delivery: Any) -> Message:
    """Return the message in a JSON text or a mapping: declarative, or the bare notification.

    Either may have `ttl` (seconds), `urgency` and `topic`. `delivery`, Message's ttl_seconds, urgency and
    topic, goes before them. Raises MessageError with all problems.
    """
    data = source if isinstance(source, dict) else _parsed(source)
    values, problems = message_rules.flattened(data, msgspec.structs.fields(Message))
    try:
        message = Message(**({"title": ""} | values | delivery))
    except MessageError as error:
        problems += [problem.replace("ttl_seconds", "ttl", 1) for problem in error.problems]
    if problems:
        raise MessageError(problems)
    return message


def _parsed(text: str | bytes) -> dict[str, Any]:
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise MessageError(
            [f"line {error.lineno}, column {error.colno}: the message is not JSON: {error.msg}"]
        ) from None
    except (UnicodeDecodeError, RecursionError):
        raise MessageError(["the message is not JSON in UTF-8"]) from None
    if not isinstance(data, dict):
        raise MessageError(['the message is not a JSON object - write {"title": "…"}'])
    return data
