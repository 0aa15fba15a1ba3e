"""What the type of a single member cannot say about a message."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pwagen.push.crypto.encryption import MAX_PLAINTEXT
from pwagen.push.transport.vendors import refusals_anywhere

if TYPE_CHECKING:
    import msgspec

    from pwagen.push.messages.message import Message

_FOUR_WEEKS = 28 * 24 * 3600
# Firefox on Android has answered 413 to more: https://github.com/web-push-libs/web-push-php/issues/62
_WIDELY_ACCEPTED = 3052
_ENVELOPE = {"web_push", "notification", "app_badge", "mutable"}
# What is for the sender, and the names of it in Python.
_DELIVERY = {"ttl": "ttl_seconds", "urgency": "urgency", "topic": "topic"}
_TYPE_NAMES = {
    "str": "a text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "an object",
}
_EXPECTATIONS = (
    (r"Expected `str` of length >= 1.*", "is empty"),
    (r"Expected `str` matching regex .*", "is not 1 to 32 of the characters A-Z a-z 0-9 - _"),
    (r"Invalid enum value '(.*)'", r"is '\1', which is none of its values"),
    (r"Object missing required field `(.*)`", r"has no '\1'"),
    (r"Object contains unknown field `(.*)`", r"has a member '\1' that notifications don't have"),
)


def described(name: str, error: msgspec.ValidationError) -> str:
    """Return one sentence on a member's wrong value, starting with where it is."""
    text, _, path = str(error).partition(" - at `$")
    place = name + path.rstrip("`")
    for pattern, sentence in _EXPECTATIONS:
        if re.fullmatch(pattern, text):
            return f"{place} {re.sub(pattern, sentence, text)}"
    if mistyped := re.fullmatch(r"Expected `([^`]*)`(.*), got `([^`]*)`", text):
        return f"{place} is {_in_words(mistyped[3])}, it must be {_in_words(mistyped[1])}{mistyped[2]}"
    return f"{place} must be {_in_words(text.removeprefix('Expected '))}"


def _in_words(types: str) -> str:
    alternatives = types.replace("`", "").removesuffix(" | null")
    return re.sub(r"\w+", lambda name: _TYPE_NAMES.get(name[0], name[0]), alternatives).replace(" | ", " or ")


def contradictions(message: Message) -> list[str]:
    """Return what a browser's showNotification would refuse, or an attack could use."""
    problems = [
        f"{place} is {url!r} - write an http(s) URL, or one relative to the app"
        for place, url in _urls(message)
        if not _is_web_url(url)
    ]
    if message.renotify and not message.tag:
        problems.append("renotify needs a tag, browsers refuse the notification otherwise")
    if message.silent and message.vibrate:
        problems.append("a silent notification cannot vibrate - leave one of silent and vibrate out")
    names = [action.action for action in message.actions]
    problems += [
        f"actions[{index}].action is {name!r} a second time"
        for index, name in enumerate(names)
        if name in names[:index]
    ]
    try:
        json.dumps(message.data, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        return [*problems, "data is no JSON value"]
    try:
        json.dumps(message.declaration(), ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        problems.append(f"the text has half a character: {error.object[error.start]!r}")
    return problems


def warnings(message: Message) -> list[str]:
    """Return what is allowed but seldom meant, a sentence each."""
    found = []
    if message.ttl_seconds == 0:
        found.append("ttl_seconds is 0: a device that is offline right now never gets the message")
    if message.ttl_seconds > _FOUR_WEEKS:
        found.append("ttl_seconds is more than four weeks, push services keep a message no longer")
    if len(message.actions) > 2:
        found.append(f"there are {len(message.actions)} actions, browsers show two")
    if not message.navigate:
        # Without it the JSON is no declarative message, and WebKit gives it to the worker alone.
        found.append("navigate is missing: Safari shows the message only if its worker still runs")
    elif not urlsplit(message.navigate).scheme:
        found.append("navigate is relative: Safari follows it through the worker only")
    found += [rule.advice for rule in refusals_anywhere(message.headers())]
    size = len(message.payload())
    if size > _WIDELY_ACCEPTED:
        found.append(f"the payload has {size} bytes, some services on Android take {_WIDELY_ACCEPTED}")
    return found


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


def flattened(
    data: dict[str, Any], fields: Iterable[msgspec.structs.FieldInfo]
) -> tuple[dict[str, Any], list[str]]:
    """Return a message's values under the names of Python, and problems with unknown members.

    `data` is a declarative message, one without its `web_push`, or the notification alone; with what is for
    the sender at the top.
    """
    options, envelope = data, {}
    if "notification" in data:
        options = data["notification"]
        envelope = {name: value for name, value in data.items() if name != "notification"}
    if not isinstance(options, dict):
        return {}, ["notification is not an object"]
    problems = []
    if envelope.get("web_push", 8030) != 8030:
        problems.append(f"web_push is {envelope['web_push']!r} - write 8030")
    problems += _unknown(envelope, _ENVELOPE | set(_DELIVERY))
    names = {field.encode_name: field.name for field in fields if field.name not in _DELIVERY.values()}
    is_bare = options is data
    known = {*names, *_DELIVERY} if is_bare else set(names) - {"mutable"}
    problems += _unknown(options, known | ({"web_push"} if is_bare else set()))
    names |= _DELIVERY
    values = {names[wire]: value for wire, value in options.items() if wire in known}
    if isinstance(values.get("app_badge"), str) and values["app_badge"].isdecimal():
        values["app_badge"] = int(values["app_badge"])
    beside = {"app_badge", "mutable", *_DELIVERY}
    return values | {names[wire]: value for wire, value in envelope.items() if wire in beside}, problems


def _unknown(data: dict[str, Any], known: set[str]) -> list[str]:
    found = []
    for name in data:
        if name not in known:
            close = get_close_matches(name, known, 1)
            hint = f" - did you mean {close[0]!r}?" if close else " - put your own members into data"
            hint = " - write it beside notification, not in it" if name in _DELIVERY else hint
            found.append(f"{name} is no member of a message{hint}")
    return found


def _urls(message: Message) -> list[tuple[str, str]]:
    urls = [(name, getattr(message, name)) for name in ("navigate", "icon", "image", "badge")]
    for index, action in enumerate(message.actions):
        urls += [(f"actions[{index}].navigate", action.navigate), (f"actions[{index}].icon", action.icon)]
    return [(place, url) for place, url in urls if url is not None]


def _is_web_url(url: str) -> bool:
    try:
        scheme = urlsplit(url).scheme
    except ValueError:
        return False
    return scheme in ("", "http", "https") and not re.search(r"[\x00-\x20\\]", url)
