"""What the commands print: tables and sizes."""

from __future__ import annotations

import os
import sys
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import typer

if TYPE_CHECKING:
    from pwagen.build.write import FileChange

# Up to MANY pages are named, of more only the first FEW.
MANY, FEW = 8, 3

_COLORS = {
    "new": typer.colors.GREEN,
    "changed": typer.colors.YELLOW,
    "removed": typer.colors.RED,
    "edited": typer.colors.MAGENTA,
}


def go_on_printing(text: str, *, err: bool = False) -> None:
    """Print a line; the work goes on when nobody reads its output any more (`| head`)."""
    try:
        typer.echo(text, err=err)
    except BrokenPipeError:
        print_nowhere(sys.stderr if err else sys.stdout)


def can_ask() -> bool:
    """Return whether somebody sits at a terminal to answer questions."""
    return sys.stdin is not None and sys.stdin.isatty()


def print_nowhere(stream: TextIO) -> None:
    """Discard all further output, including what Python flushes at exit."""
    with Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), stream.fileno())


def human_size(size: int) -> str:
    """Return a number of bytes as people read it, in steps of 1,000: ``812 B``, ``4.3 kB``, ``1.2 MB``."""
    if size < 1000:
        return f"{size} B"
    value, unit = (size / 1000, "kB") if size < 1_000_000 else (size / 1_000_000, "MB")
    return f"{value:.1f} {unit}"


def table(rows: Sequence[Sequence[str]], right: Iterable[int] = ()) -> list[str]:
    """Return rows of text as aligned lines; the columns numbered in ``right`` are aligned to the right.

    A plain table rather than rich's: importing that takes as long as a small build.
    """
    if not rows:
        return []
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    aligned = set(right)
    return [
        "  ".join(
            cell.rjust(widths[column]) if column in aligned else cell.ljust(widths[column])
            for column, cell in enumerate(row)
        ).rstrip()
        for row in rows
    ]


def print_changes(changes: Sequence[FileChange], zipped: Mapping[str, int], pages: Container[str]) -> None:
    """Print what a build did: a line for each file, but of many ``pages`` for the first few.

    ``zipped`` has the gzipped sizes in bytes of the files that have one.
    """
    listed = _without_most(changes, pages)
    rows = [
        (change.status, change.path, _size(change.size), _size(zipped.get(change.path, 0)))
        for change in listed
    ]
    header, *lines = table([("", "file", "size", "gzipped"), *rows], right=(2, 3))
    typer.secho(header, dim=True)
    for change, line in zip(listed, lines, strict=True):
        typer.secho(line, fg=_COLORS.get(change.status), dim=change.status == "same")


def _without_most(changes: Sequence[FileChange], pages: Container[str]) -> Sequence[FileChange]:
    """Return the changes, of many pages the first few and one in place of the rest."""
    of_pages = [change for change in changes if change.path in pages]
    if len(of_pages) <= MANY:
        return changes
    others = of_pages[FEW:]
    summary = replace(
        others[0], path=f"and {len(others):,} more pages", size=sum(change.size for change in others)
    )
    return [*of_pages[:FEW], summary, *(change for change in changes if change.path not in pages)]


def _size(size: int) -> str:
    return human_size(size) if size else ""
