"""The texts of the parts that a script is made of."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from pwagen.artifacts.scripts.features import Script, part_names
from pwagen.render import source


class Part(NamedTuple):
    """A file under templates/ and its text."""

    name: str
    text: str


def script_parts(script: Script, sections: Collection[str]) -> list[Part]:
    """Return the parts of a script with these sections of CONFIG, in output order."""
    return [Part(name, source(name).strip()) for name in part_names(script, sections)]
