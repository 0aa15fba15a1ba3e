"""Reading style sheets for what they say about a site: rules, in order, without a browser's cascade."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pwagen.site.address import file_of
from pwagen.site.inside import decoded, read_inside

_MOST_SHEETS = 10
_SHEET_BYTES = 512 * 1024
_COMMENT = re.compile(r"/\*[^*]*\*+(?:[^/*][^*]*\*+)*/")
_TOKEN = re.compile(r"[{};]")


class StyleRule(NamedTuple):
    """A rule: the conditions around it, such as ``@media …``, its selector, and its declarations."""

    conditions: str
    selector: str
    declarations: dict[str, str]


class Sheet(NamedTuple):
    """A style sheet: the path that its addresses are relative to, and its rules."""

    base: str
    rules: tuple[StyleRule, ...]


def read_sheets(site: Path, linked: list[str], inline: list[str]) -> tuple[Sheet, ...]:
    """Return the style sheets of a page: those that it links to below ``site``, then those inside of it."""
    locations = (file_of(site, address) for address in linked[:_MOST_SHEETS])
    sheets = [
        (f"/{location[0]}", decoded(read_inside(site, site / location[0], _SHEET_BYTES)))
        for location in locations
        if location
    ]
    return tuple(
        Sheet(base, tuple(rules_of(text))) for base, text in (*sheets, *(("/", text) for text in inline))
    )


def rules_of(css: str) -> Iterator[StyleRule]:
    """Yield the rules of a style sheet, nested ones with both selectors; broken text gives fewer."""
    css = _COMMENT.sub(" ", css)
    preludes: list[str] = []
    declarations: list[dict[str, str]] = [{}]
    start = 0
    for token in _TOKEN.finditer(css):
        text = css[start : token.start()].strip()
        start = token.end()
        if token[0] == "{":
            preludes.append(" ".join(text.split()))
            declarations.append({})
            continue
        name, colon, value = text.partition(":")
        if colon and not text.startswith("@"):
            declarations[-1][name.strip().lower()] = value.strip().removesuffix("!important").strip()
        if token[0] == "}" and preludes:
            inner = declarations.pop()
            conditions = " ".join(prelude for prelude in preludes if prelude.startswith("@"))
            selector = " ".join(prelude for prelude in preludes if not prelude.startswith("@"))
            if inner:
                yield StyleRule(conditions, selector, inner)
            preludes.pop()
