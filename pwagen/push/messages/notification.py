"""What a notification may say and do, by https://notifications.spec.whatwg.org/."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from pwagen.binding.bind import MAX_NUMBER

Text = Annotated[str, Meta(min_length=1)]
Url = Annotated[
    str,
    Meta(
        min_length=1,
        description="An http(s) URL, or one relative to the folder of sw.js.",
        extra={"check": "url"},
    ),
]
Badge = Annotated[int, Meta(ge=0, le=MAX_NUMBER)]


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
    timestamp: Annotated[int, Meta(ge=0, le=MAX_NUMBER, description="Milliseconds since 1970.")] | None = None
    lang: Annotated[Text, Meta(description="A BCP 47 language tag.")] | None = None
    dir: Literal["auto", "ltr", "rtl"] | None = None
    data: Annotated[Any, Meta(description="Any JSON, for your own code.")] = None
