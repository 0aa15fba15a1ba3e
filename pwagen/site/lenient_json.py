"""JSON as people write it by hand: with comments and trailing commas."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

Span = tuple[int, int]
"""Where a part of a text begins and ends."""

_STRING = r'("(?:[^"\\]|\\.)*")'
_COMMENT = re.compile(rf"{_STRING}|//[^\n\r]*|/\*.*?\*/", re.DOTALL)
_TRAILING_COMMA = re.compile(rf"{_STRING}|,(?=\s*[\]}}])", re.DOTALL)


def read_lenient_json(text: str) -> tuple[Any, tuple[str, ...]]:
    """Return the value of a JSON text, and what in it strict JSON does not have.

    Raises:
        ValueError, RecursionError: it is no JSON all the same.
    """
    text = text.removeprefix("\ufeff")
    try:
        return json.loads(text), ()
    except ValueError:
        comments, commas = loose_parts(text)
        value = json.loads(_blanked(text, (*comments, *commas)))
    return value, tuple(
        name for name, spans in (("comments", comments), ("trailing commas", commas)) if spans
    )


def loose_parts(text: str) -> tuple[list[Span], list[Span]]:
    """Return where a JSON text has comments, and where trailing commas."""
    comments = [match.span() for match in _COMMENT.finditer(text) if match[1] is None]
    without_comments = _blanked(text, comments)
    commas = [match.span() for match in _TRAILING_COMMA.finditer(without_comments) if match[1] is None]
    return comments, commas


def _blanked(text: str, spans: Iterable[Span]) -> str:
    """Return a text with blanks in place of some of it, so that all other places stay."""
    pieces, last = [], 0
    for start, end in sorted(spans):
        pieces += [text[last:start], " " * (end - start)]
        last = end
    return "".join([*pieces, text[last:]])
