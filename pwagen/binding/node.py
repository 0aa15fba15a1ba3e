"""The tree between a file and its model: what was written, and where."""

from __future__ import annotations

import msgspec

Place = tuple[int, int]
"""Line and column, both from 1."""


class Scalar(msgspec.Struct, eq=False):
    """A single value as text. ``type`` is what YAML or JSON takes it for, a core tag without its prefix."""

    place: Place
    text: str
    type: str
    commented_out: bool = False
    """Nothing is there but a comment: an unquoted ``#fff`` for example."""


class Sequence(msgspec.Struct, eq=False):
    """A list."""

    place: Place
    items: list[Node] = msgspec.field(default_factory=list)


class Mapping(msgspec.Struct, eq=False):
    """Keys with values, each key once."""

    place: Place
    items: list[tuple[Scalar, Node]] = msgspec.field(default_factory=list)


Node = Scalar | Sequence | Mapping
