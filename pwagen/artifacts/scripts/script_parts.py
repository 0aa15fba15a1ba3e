"""The texts of the parts that a script is made of."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import cache
from typing import NamedTuple

from pwagen.artifacts.scripts.features import Script, part_names
from pwagen.artifacts.scripts.jsdoc import first_sentence, without_types
from pwagen.render import source

_COMMENT = re.compile(r"/\*.*?\*/|(?:(?<=\s)|^)//.*?$", re.S | re.M)
_CONSTANT = re.compile(r"^(?:(?:async )?function\*?|const) (\w+)", re.M)
_WORD = re.compile(r"\w+")


class Part(NamedTuple):
    """A file under templates/, as it is shipped."""

    name: str
    text: str
    summary: str
    """Its purpose, in a sentence."""


def script_parts(script: Script, sections: Collection[str]) -> list[Part]:
    """Return the parts of a script with these sections of CONFIG, in output order."""
    return [script_part(name) for name in part_names(script, sections)]


@cache
def script_part(name: str) -> Part:
    """Return a part by its path under templates/."""
    text = source(name).strip()
    return Part(name, without_types(text), first_sentence(text))


def shared_names(page: Iterable[Part], more: Iterable[Part]) -> list[str]:
    """Return the names of register.js that register.more.js uses, in the order of declaration.

    Both files are in scopes of their own and have their names shortened, so the values are handed over in
    an array. A variable that changes can't be, and tests/js/parts.test.js keeps parts from needing one.
    """
    used = {word for part in more for word in _WORD.findall(_COMMENT.sub("", part.text))}
    return ["CONFIG", *(name for part in page for name in _CONSTANT.findall(part.text) if name in used)]
