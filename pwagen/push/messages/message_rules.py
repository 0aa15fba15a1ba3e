"""What is wrong with a message: its members by their types, and what a single type cannot say."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from collections.abc import Mapping as Dictionary
from typing import Any
from urllib.parse import urlsplit

import msgspec

from pwagen.binding.bind import Bound, bind
from pwagen.binding.context import Context
from pwagen.binding.crumbs import Path
from pwagen.binding.invalid_value import InvalidValue
from pwagen.binding.node import Mapping
from pwagen.binding.notation import Notation
from pwagen.binding.problem_report import ProblemReport
from pwagen.errors import Problem
from pwagen.push.crypto.encryption import MAX_PLAINTEXT

_NOTATION = Notation(is_json=True, note_prefix="", other_keys="put your own members into data")
_FOUR_WEEKS = 28 * 24 * 3600
# Firefox on Android has answered 413 to more: https://github.com/web-push-libs/web-push-php/issues/62
_WIDELY_ACCEPTED = 3052


def bind_message(
    root: Mapping,
    struct: type[msgspec.Struct],
    report: ProblemReport,
    *,
    notification: Path = (),
    labels: Dictionary[Path, str] | None = None,
) -> Bound:
    """Return the values of a message; what is wrong with them goes to `report`.

    `notification` is where in `struct` the members of the notification are.
    """
    bound = bind(root, struct, report, _check, _NOTATION, labels=labels)
    _check_notification(Context(bound, report), notification)
    return bound


def _check(name: str, text: str) -> InvalidValue | None:
    return _CHECKS[name](text)


def _check_url(text: str) -> InvalidValue | None:
    try:
        scheme = urlsplit(text).scheme
    except ValueError:
        scheme = "invalid"
    if scheme in ("", "http", "https") and not re.search(r"[\x00-\x20\\]", text):
        return None
    return InvalidValue("is not a URL for a message", "write an http(s) URL, or one relative to the app")


def _check_topic(text: str) -> InvalidValue | None:
    # RFC 8030, section 5.4
    if re.fullmatch(r"[A-Za-z0-9_-]{1,32}", text):
        return None
    return InvalidValue("is not a topic", "write 1 to 32 of the characters A-Z a-z 0-9 - _")


def _check_digits(text: str) -> InvalidValue | None:
    if re.fullmatch(r"[0-9]{1,16}", text):
        return None
    return InvalidValue("is not the number of a badge", "write its digits")


_CHECKS: dict[str, Callable[[str], InvalidValue | None]] = {
    "url": _check_url,
    "topic": _check_topic,
    "digits": _check_digits,
}


def _check_notification(context: Context, notification: Path) -> None:
    """Note what a browser's showNotification would refuse."""
    if context.get(*notification, "renotify") and not context.get(*notification, "tag"):
        context.error((*notification, "renotify"), "needs a tag, browsers refuse the notification otherwise")
    if context.get(*notification, "silent") and context.get(*notification, "vibrate"):
        fix = "leave one of silent and vibrate out"
        context.error((*notification, "silent"), "a silent notification cannot vibrate", fix)
    actions: set[str] = set()
    for path, action in context.each(*notification, "actions"):
        if action.action in actions and context.is_good(*path, "action"):
            message = f'the action "{action.action}" is here a second time'
            context.error((*path, "action"), message, "give it another name")
        actions.add(action.action)


def not_json(data: object, declaration: Callable[[], dict[str, Any]]) -> list[Problem]:
    """Return why a message whose members are sound cannot become JSON in UTF-8."""
    try:
        json.dumps(data, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        return [Problem("", message="data: this is not a JSON value")]
    try:
        json.dumps(declaration(), ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        character = ascii(error.object[error.start])
        return [Problem("", message=f"the text has half a character: {character}")]
    return []


def warnings(navigate: str | None, ttl_seconds: int, actions: int, size: int) -> list[str]:
    """Return what is allowed but seldom meant, a sentence each; `size` is the payload's in bytes."""
    sentences = []
    if ttl_seconds == 0:
        sentences.append("ttl_seconds is 0: a device that is offline right now never gets the message")
    if ttl_seconds > _FOUR_WEEKS:
        sentences.append("ttl_seconds is more than four weeks, push services keep a message no longer")
    if actions > 2:
        sentences.append(f"there are {actions} actions, browsers show two")
    if not navigate:
        # Without it the JSON is not a declarative message, and WebKit gives it to the worker alone.
        sentences.append("navigate is missing: Safari shows the message only if its worker still runs")
    elif not urlsplit(navigate).scheme:
        sentences.append("navigate is relative: Safari follows it through the worker only")
    if size > _WIDELY_ACCEPTED:
        sentences.append(f"the payload has {size} bytes, some services on Android take {_WIDELY_ACCEPTED}")
    return sentences


def what_to_shorten(declaration: dict[str, Any], size: int) -> str:
    """Return by how much the payload is too large, and its longest members."""
    sizes = {
        name: len(json.dumps(value, ensure_ascii=False).encode())
        for name, value in declaration["notification"].items()
    }
    longest = sorted(sizes, key=lambda name: -sizes[name])[:3]
    listed = ", ".join(f"{name} ({sizes[name]} bytes)" for name in longest)
    return (
        f"the message has {size} bytes, {size - MAX_PLAINTEXT} more than the {MAX_PLAINTEXT} of a push - "
        f"shorten {longest[0]}, or let the page fetch it; the longest are {listed}"
    )
