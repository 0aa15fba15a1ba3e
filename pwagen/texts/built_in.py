"""The texts that pwagen brings, in the languages that it speaks.

templates/texts/ has a file for each: part -> name -> text. English is the source, and complete.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache

from pwagen.render import source, templates_folder
from pwagen.texts.language_tags import closest

ENGLISH = "en"


@cache
def built_in_texts(tag: str) -> dict[str, dict[str, str]]:
    """Return part -> name -> text of a language that pwagen speaks."""
    texts: dict[str, dict[str, str]] = json.loads(source(f"texts/{tag}.json"))
    return texts


@cache
def known_texts() -> dict[str, str]:
    """Return name -> English text of everything that can be translated."""
    return {name: text for texts in built_in_texts(ENGLISH).values() for name, text in texts.items()}


@cache
def built_in_languages() -> tuple[str, ...]:
    """Return the tags of the languages that pwagen speaks."""
    return tuple(sorted(path.stem for path in (templates_folder() / "texts").glob("*.json")))


def placeholders(text: str) -> frozenset[str]:
    """Return the names between braces."""
    return frozenset(re.findall(r"\{(\w+)\}", text))


def missing_texts(tag: str, own: Mapping[str, str]) -> list[str]:
    """Return the names of the texts that neither pwagen nor the config says in a language."""
    if closest(tag, built_in_languages()):
        return []
    return [name for name in known_texts() if name not in own]
