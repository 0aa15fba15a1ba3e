"""What a message about a config says to write, done to the letter."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import yaml

# In C where the wheel has it: its marks are the same, in a tenth of the time.
SCANNER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
MESSAGE = re.compile(r"(?P<line>\d+):(?P<column>\d+): (?P<problem>.*) - (?P<fix>.*)", re.DOTALL)
_PLAIN_KEY = re.compile(r"[A-Za-z0-9._:/+-]+")
# What stands for itself, as in `write [news]` or `write 1 without quotes`.
_LITERAL = re.compile(r"write (\[[\w.-]+\]|-?\d+)(?: without quotes| or more| or less)?")
_QUOTED = re.compile(
    r"(?:did you mean|write it like|write|put it in quotes:|put the colour in quotes:"
    r'|put a text that begins with \* in quotes:|write .*, like) ("(?:[^"\\]|\\.)*")'
    r"(?:\?|, in quotes|, if that is what it means| for the folder .*|,? or .*)?"
)
_CHOICE = re.compile(r"write ((?:[\w.-]+, )*[\w.-]+ or [\w.-]+)(?:, without quotes)?")
# These are about a key, the last two with the place of its value.
_ABOUT_KEY = re.compile(r"unknown key|no shortcut leads to|no action is called|no entry is called")
_AT_VALUE = re.compile(r"no shortcut leads to|no action is called|no entry is called")


def remedied(text: str, message: str) -> Iterator[str]:
    """Yield the text with each of the remedies that a message has and that need no thinking."""
    match = MESSAGE.fullmatch(message)
    if match is None:
        return
    place = int(match["line"]) - 1, int(match["column"]) - 1
    for replacement in _replacements(match["problem"], match["fix"]):
        if span := _span(text, place, at_value=_AT_VALUE.search(match["problem"]) is not None):
            yield f"{text[: span[0]]}{replacement}{text[span[1] :]}"


def _replacements(problem: str, fix: str) -> Iterator[str]:
    if literal := _LITERAL.fullmatch(fix):
        yield literal[1]
    elif quoted := _QUOTED.fullmatch(fix):
        name = json.loads(quoted[1])
        is_key = _ABOUT_KEY.search(problem) and _PLAIN_KEY.fullmatch(name)
        yield name if is_key else quoted[1]
    elif ("is not allowed here" in problem or "is expected" in problem) and (
        choice := _CHOICE.fullmatch(fix)
    ):
        yield from re.split(r", | or ", choice[1])


def _span(text: str, place: tuple[int, int], *, at_value: bool) -> tuple[int, int] | None:
    """Return where the scalar or the list at a place begins and ends; the key before it if ``at_value``."""
    key: tuple[int, int] | None = None
    try:
        tokens = list(yaml.scan(text, SCANNER))
    except yaml.YAMLError:
        return None
    for number, token in enumerate(tokens):
        start = token.start_mark
        if isinstance(token, yaml.ScalarToken):
            span = start.index, token.end_mark.index
            if (start.line, start.column) == place:
                return key if at_value else span
            if isinstance(tokens[number - 1], yaml.KeyToken):
                key = span
        elif isinstance(token, yaml.FlowSequenceStartToken) and (start.line, start.column) == place:
            ends = (each for each in tokens[number:] if isinstance(each, yaml.FlowSequenceEndToken))
            return start.index, next(ends).end_mark.index
    return None
