"""How the files that are bound are written: what is different in messages about YAML and about JSON."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class Notation(NamedTuple):
    """The words for a kind of file.

    Keys that begin with ``note_prefix`` are notes, and not read; "" allows none. ``other_keys`` says what to
    do with a key of one's own. ``retired`` gives advice on keys that other tools have, in snake_case.
    """

    is_json: bool
    note_prefix: str
    other_keys: str
    retired: Mapping[str, str] = MappingProxyType({})

    @property
    def mapping(self) -> str:
        """What keys with values are called."""
        return "an object" if self.is_json else "a mapping"

    def quoted(self, name: str | int) -> str:
        """Return a value as it is written in such a file."""
        if not isinstance(name, str):
            return str(name).lower()
        return f'"{name}"' if self.is_json else name

    def inside(self, section: str) -> str:
        """Return where a key of `section` is written, "" for the outermost."""
        if self.is_json:
            return f"in {section}" if section else "at the top level"
        return f"under {section}:" if section else "at the left edge, as a section"
