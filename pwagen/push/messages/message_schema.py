"""The JSON Schema of a push message, derived from its types and published for other back ends."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from pwagen.push.messages.message import DEFAULT_TTL, Topic, Ttl, Urgency
from pwagen.push.messages.notification import Badge, NotificationOptions


class Notification(NotificationOptions, frozen=True, kw_only=True):
    """What the notification shows and does, by https://notifications.spec.whatwg.org/."""

    app_badge: (
        Annotated[str, Meta(pattern="^[0-9]+$", description="The same number once more, for WebKit 18.4.")]
        | Badge
        | None
    ) = None


class PushMessage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The payload of a push, Declarative Web Push, and beside it what becomes headers of the request."""

    web_push: Annotated[Literal[8030], Meta(description="Marks the JSON as a declarative push message.")]
    notification: Notification
    app_badge: (
        Annotated[
            Badge | bool,
            Meta(description="The number on the app's icon; 0 or false clears it, true shows none."),
        ]
        | None
    ) = None
    mutable: Annotated[bool, Meta(description="Whether the worker may change what WebKit shows.")] = False
    ttl: Annotated[
        Ttl, Meta(description="Header: the seconds that it is kept for a device that is offline.")
    ] = DEFAULT_TTL
    urgency: Annotated[Urgency, Meta(description="Header: low ones wait for a device that saves power.")] = (
        "normal"
    )
    topic: (
        Annotated[Topic, Meta(description="Header: replaces an undelivered message of the same topic.")]
        | None
    ) = None


def message_schema() -> dict[str, Any]:
    """Return the schema (JSON Schema 2020-12) that `templates/message.schema.json` holds."""
    schema: dict[str, Any] = _without_null(msgspec.json.schema(PushMessage))
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Push message", **schema}


def message_schema_json() -> str:
    """Return the text of `templates/message.schema.json`."""
    return json.dumps(message_schema(), indent=2) + "\n"


def _without_null(node: Any) -> Any:
    """Return a schema in which an optional member may be left out, but not be null."""
    if isinstance(node, list):
        return [_without_null(item) for item in node if item != {"type": "null"}]
    if not isinstance(node, dict):
        return node
    node = {name: _without_null(value) for name, value in node.items()}
    if node.get("default", ...) is None:
        del node["default"]
    if len(node.get("anyOf", [])) == 1:
        node |= node.pop("anyOf")[0]
    return node


if __name__ == "__main__":
    print(message_schema_json(), end="")
