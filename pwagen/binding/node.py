"""The tree between a file and its model: what was written, and where."""

from __future__ import annotations

from dataclasses import dataclass, field

Place = tuple[int, int]
"""Line and column, both from 1."""


@dataclass(slots=True, eq=False)
class Scalar:
    """A single value as text. ``type`` is what YAML or JSON takes it for, a core tag without its prefix."""

    place: Place
    text: str
    type: str
    commented_out: bool = False
    """Nothing is there but a comment: an unquoted ``#fff`` for example."""


@dataclass(slots=True, eq=False)
class Sequence:
    """A list."""

    place: Place
    items: list[Node] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Mapping:
    """Keys with values, each key once."""

    place: Place
    items: list[tuple[Scalar, Node]] = field(default_factory=list)


Node = Scalar | Sequence | Mapping
