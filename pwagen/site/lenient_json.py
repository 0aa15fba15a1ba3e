"""JSON as people write it by hand: with comments and trailing commas."""

from __future__ import annotations

import json
import re
from typing import Any

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
        without_comments = _COMMENT.sub(_string_alone, text)
        strict = _TRAILING_COMMA.sub(_string_alone, without_comments)
        value = json.loads(strict)
    changed = (("comments", without_comments != text), ("trailing commas", strict != without_comments))
    return value, tuple(name for name, has_changed in changed if has_changed)


def _string_alone(token: re.Match[str]) -> str:
    return token[1] or ""
