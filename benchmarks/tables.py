"""Tables for a terminal and for Markdown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

PAGE = Path(__file__).resolve().parents[1] / "docs" / "benchmarks.md"


def text_table(rows: Sequence[Sequence[str]]) -> str:
    """Return aligned columns, all but the first to the right; the first row is the header."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if at else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def markdown_table(rows: Sequence[Sequence[str]]) -> str:
    """Return the same as a table in Markdown, a column to the right where it has figures."""
    lines = [f"| {' | '.join(row)} |" for row in rows]
    figures = [any(re.match(r"[+-]?\d", row[column]) for row in rows[1:]) for column in range(len(rows[0]))]
    lines.insert(
        1,
        "".join(f"| {'---:' if right and column else '---'} " for column, right in enumerate(figures)) + "|",
    )
    return "\n".join(lines)


def write_table(name: str, rows: Sequence[Sequence[str]], page: Path | None = None) -> None:
    """Write a table in the place of that below ``<!-- table: NAME -->`` in a page, docs/benchmarks.md.

    Raises LookupError if the page has no such place.
    """
    page = page or PAGE
    text = page.read_text(encoding="utf-8")
    place = re.search(rf"(?<=<!-- table: {re.escape(name)} -->\n\n)(?:\|.*\n)+", text)
    if place is None:
        raise LookupError(f"{page} has no table {name}")
    table = markdown_table(rows) + "\n"
    page.write_text(text[: place.start()] + table + text[place.end() :], encoding="utf-8")
