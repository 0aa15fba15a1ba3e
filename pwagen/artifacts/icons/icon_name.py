"""A planned icon."""

from __future__ import annotations

from typing import NamedTuple

PNG = "image/png"


class IconName(NamedTuple):
    """A planned icon: ``purpose`` puts it into the manifest, ``rel`` into the head, for ``media`` alone."""

    path: str
    sizes: str
    type: str
    purpose: str | None = None
    rel: str | None = None
    media: str | None = None
