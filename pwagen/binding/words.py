"""Pieces of messages: a text short enough to quote, a list of names, the nearest name."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from pwagen.concealment import without_keys

LONGEST = 10_000  # characters that are looked at before a text is cut


def shorten(text: str, length: int = 60) -> str:
    """Return `text` on one line, cut where it is too long for a message."""
    text = without_keys(text[:LONGEST])
    line = "".join(character if character.isprintable() else " " for character in text[: length + 1])
    return line if len(line) <= length else line[: length - 1] + "…"


def quote(text: str) -> str:
    """Return `text` shortened and in double quotes."""
    return f'"{shorten(text)}"'


def one_of(names: Iterable[object]) -> str:
    """Return names for a sentence: ``a``, ``a or b``, ``a, b or c``."""
    texts = [str(name) for name in names]
    return " or ".join([", ".join(texts[:-1]), texts[-1]]) if len(texts) > 1 else "".join(texts)


def nearest(word: str, names: Iterable[str], cutoff: float = 0.6) -> str:
    """Return the name that `word` was probably meant to be, "" if none is near."""
    import difflib

    plain = snake_case(word)
    by_plain = {snake_case(name): name for name in names}
    if plain in by_plain:
        return by_plain[plain]
    matches = difflib.get_close_matches(plain[:60], by_plain, 1, cutoff)
    return by_plain[matches[0]] if matches else ""


@lru_cache(1000)
def snake_case(name: str) -> str:
    """Return `name` as keys are written here: ``startUrl`` and ``start-url`` as ``start_url``."""
    import re

    return re.sub(r"[\s_-]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name.strip())).lower()
