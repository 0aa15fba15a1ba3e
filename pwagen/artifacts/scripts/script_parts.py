"""The texts of the parts that a script is made of."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from typing import NamedTuple

from pwagen.artifacts.scripts.features import Script, part_names
from pwagen.artifacts.scripts.jsdoc import first_sentence, without_types
from pwagen.render import source


class Part(NamedTuple):
    """A file under templates/, as it is shipped."""

    name: str
    text: str
    summary: str
    """What it is for, in a sentence."""


def script_parts(script: Script, sections: Collection[str]) -> list[Part]:
    """Return the parts of a script with these sections of CONFIG, in output order."""
    return [script_part(name) for name in part_names(script, sections)]


@cache
def script_part(name: str) -> Part:
    """Return a part by its path under templates/."""
    text = source(name).strip()
    return Part(name, without_types(text), first_sentence(text))
