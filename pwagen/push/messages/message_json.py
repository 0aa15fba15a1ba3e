"""Messages that are read: JSON of a file or an option, or a mapping that a program has."""

from __future__ import annotations

import json
from collections.abc import Mapping as Dictionary
from dataclasses import replace
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from pwagen.binding.crumbs import Path
from pwagen.binding.json_tree import mapping_of, parse_json
from pwagen.binding.node import Mapping, Node
from pwagen.binding.problem_report import ProblemReport
from pwagen.binding.utf8 import START, decode
from pwagen.push.messages.message import Message, MessageError, Topic, Ttl, Urgency
from pwagen.push.messages.message_rules import bind_message
from pwagen.push.messages.notification import Badge, NotificationOptions

_WebPush = Literal[8030]
# WebKit 18.4 reads the digits of the badge's number in the notification.
_AnyBadge = Annotated[str, Meta(extra={"check": "digits"})] | Badge | bool


class _Bare(NotificationOptions, frozen=True, kw_only=True):
    """The members of the notification, and beside them all that is about the message."""

    web_push: _WebPush | None = None
    app_badge: _AnyBadge | None = None
    mutable: bool = False
    ttl: Ttl | None = None
    urgency: Urgency | None = None
    topic: Topic | None = None


class _Notification(NotificationOptions, frozen=True, kw_only=True):
    app_badge: _AnyBadge | None = None


class _Declarative(msgspec.Struct, frozen=True, kw_only=True):
    """A declarative push message, with or without its mark, and with what is for the sender."""

    notification: _Notification
    web_push: _WebPush | None = None
    app_badge: Badge | bool | None = None
    mutable: bool = False
    ttl: Ttl | None = None
    urgency: Urgency | None = None
    topic: Topic | None = None


class _Delivery(msgspec.Struct, frozen=True, kw_only=True):
    ttl_seconds: Ttl | None = None
    urgency: Urgency | None = None
    topic: Topic | None = None


def parse_message(source: str | bytes | dict[str, Any], **delivery: Any) -> Message:
    """Return the message in a JSON text or a mapping: declarative, or the bare notification.

    Either may have `ttl` (seconds), `urgency` and `topic`. `delivery`, Message's ttl_seconds, urgency and
    topic, goes before them. Raises MessageError with all problems, those of a text with line and column.
    """
    return read_message(source, "message" if not isinstance(source, dict) else "", delivery)


def read_message(
    source: str | bytes | Dictionary[str, Any],
    name: str,
    delivery: Dictionary[str, Any],
    labels: Dictionary[Path, str] | None = None,
    delivery_labels: Dictionary[Path, str] | None = None,
) -> Message:
    """Return what `parse_message` does; problems name `name`, and members by their label if they have one."""
    report = ProblemReport(name)
    root = _tree(source, report)
    if root is None:
        raise MessageError(report.sorted_errors())
    inside: Path = ("notification",) if any(key.text == "notification" for key, _ in root.items) else ()
    bound = bind_message(root, _Declarative if inside else _Bare, report, notification=inside, labels=labels)
    options = ProblemReport("")
    how = bind_message(mapping_of(delivery), _Delivery, options, labels=delivery_labels).value
    if problems := report.sorted_errors() + options.sorted_errors():
        raise MessageError(problems)
    try:
        return _message(bound.value, how, _data(source))
    except MessageError as error:
        raise MessageError([replace(problem, path=name) for problem in error.problems]) from None


def _tree(source: str | bytes | Dictionary[str, Any], report: ProblemReport) -> Mapping | None:
    root: Node | None
    if isinstance(source, Dictionary):
        root = mapping_of(source)
    else:
        text = decode(source, report) if isinstance(source, bytes) else source
        root = parse_json(text, report) if text is not None else None
    if root is None or isinstance(root, Mapping):
        return root
    report.error(START, "the message is not a JSON object", 'write {"title": "…"}')
    return None


def _message(value: Any, how: _Delivery, data: object) -> Message:
    """Return the message of a bound form; `data` is for the page's own code, and any JSON."""
    options = getattr(value, "notification", value)
    names = [field.name for field in msgspec.structs.fields(NotificationOptions) if field.name != "data"]
    badge = options.app_badge if value.app_badge is None else value.app_badge
    values = {
        "app_badge": int(badge) if isinstance(badge, str) else badge,
        "mutable": value.mutable,
        "ttl_seconds": value.ttl if how.ttl_seconds is None else how.ttl_seconds,
        "urgency": how.urgency or value.urgency,
        "topic": how.topic or value.topic,
    }
    stated = {name: member for name, member in values.items() if member is not None}
    return Message(data=data, **{name: getattr(options, name) for name in names}, **stated)


def _data(source: str | bytes | Dictionary[str, Any]) -> object:
    values = source if isinstance(source, Dictionary) else json.loads(source)
    return values.get("notification", values).get("data")
