"""Choosing steps by an expression, as pytest's -k does: ``push and not empty``."""

from __future__ import annotations

import re
from collections.abc import Callable

from pwagen.errors import PwagenError

Matches = Callable[[str], bool]

_TOKEN = re.compile(r"\s*(?:([()])|([^\s()]+))")


def selection(expression: str) -> Matches:
    """Return a function that tells whether a text is chosen; words are substrings in any case.

    Raises PwagenError for anything but an expression of words, ``and``, ``or``, ``not`` and parentheses.
    """
    tokens = [first or second for first, second in _TOKEN.findall(expression)]
    if not tokens:
        return lambda text: True
    chosen = _either(tokens, expression)
    if tokens:
        raise _no_expression(expression, tokens[0])
    return chosen


def _either(tokens: list[str], expression: str) -> Matches:
    terms = [_all(tokens, expression)]
    while tokens and tokens[0] == "or":
        tokens.pop(0)
        terms.append(_all(tokens, expression))
    return lambda text: any(matches(text) for matches in terms)


def _all(tokens: list[str], expression: str) -> Matches:
    terms = [_term(tokens, expression)]
    while tokens and tokens[0] == "and":
        tokens.pop(0)
        terms.append(_term(tokens, expression))
    return lambda text: all(matches(text) for matches in terms)


def _term(tokens: list[str], expression: str) -> Matches:
    word = tokens.pop(0) if tokens else ""
    if word == "not":
        refused = _term(tokens, expression)
        return lambda text: not refused(text)
    if word == "(":
        inner = _either(tokens, expression)
        if not tokens or tokens.pop(0) != ")":
            raise _no_expression(expression, "(")
        return inner
    if word in ("", ")", "and", "or"):
        raise _no_expression(expression, word)
    return lambda text: word.lower() in text.lower()


def _no_expression(expression: str, at: str) -> PwagenError:
    place = f"at {at!r}" if at else "at its end"
    return PwagenError(f"-k {expression!r} is wrong {place} - write for example 'push and not empty'")
