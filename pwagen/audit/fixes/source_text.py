"""The text of a file with lines and columns, and edits of it that leave every other byte as it is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from pwagen.audit.finding import Location

_MARK = b"\xef\xbb\xbf"

Replacement = tuple[int, int, str]
"""Where in the text it begins and ends, and what is written there instead."""


@dataclass(frozen=True)
class SourceText:
    """A file in UTF-8; ``text`` is without the byte order mark, as the places in reports count."""

    content: bytes

    @cached_property
    def text(self) -> str:
        """The text, line ends as they are.

        Raises:
            UnicodeDecodeError: it is not UTF-8.
        """
        return self.content.removeprefix(_MARK).decode()

    @cached_property
    def _lines(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer("\n", self.text))]

    def offset(self, where: Location) -> int:
        """Return where in the text a line and a column of it are."""
        return self._lines[where.line - 1] + where.column - 1

    def replaced(self, replacements: Iterable[Replacement]) -> bytes:
        """Return the file with these texts in place of others, which don't overlap."""
        pieces, end = [], 0
        for start, next_end, new in sorted(replacements):
            pieces += [self.text[end:start], new]
            end = next_end
        mark = _MARK if self.content.startswith(_MARK) else b""
        return mark + "".join([*pieces, self.text[end:]]).encode()


def whole_lines(text: str, spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return spans of a text, widened to their lines where nothing else is on those."""
    widened = []
    for start, end in spans:
        line = text.rfind("\n", 0, start) + 1
        rest = re.compile(r"[ \t]*(?:\r?\n|\Z)").match(text, end)
        if rest and not text[line:start].strip(" \t"):
            widened.append((line, rest.end()))
        elif rest:
            # What is behind the code of a line goes with the blanks before it.
            widened.append((len(text[:start].rstrip(" \t")), end))
        else:
            widened.append((start, end))
    return widened
