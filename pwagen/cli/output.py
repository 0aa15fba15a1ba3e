"""What the commands print: tables and sizes."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import typer

if TYPE_CHECKING:
    from pwagen.write import Change

_COLORS = {
    "new": typer.colors.GREEN,
    "changed": typer.colors.YELLOW,
    "removed": typer.colors.RED,
    "edited": typer.colors.MAGENTA,
}


def go_on_printing(text: str, *, err: bool = False) -> None:
    """Print a line of work that must not stop when nobody reads it any more (`| head`)."""
    try:
        typer.echo(text, err=err)
    except BrokenPipeError:
        print_nowhere(sys.stderr if err else sys.stdout)


def print_nowhere(stream: TextIO) -> None:
    """Let what is printed from now on, and what Python still wants to write at its end, go nowhere."""
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


def print_changes(changes: Iterable[Change], zipped: dict[str, int]) -> None:
    """Print what a build did; ``zipped`` has the gzipped sizes in bytes of the files that have one."""
    changes = list(changes)
    rows = [("", "file", "size", "gzipped")]
    for change in changes:
        size = human_size(change.size) if change.size else ""
        small = zipped.get(change.path)
        rows.append((change.status, change.path, size, human_size(small) if small else ""))
    header, *lines = table(rows, right=(2, 3))
    typer.secho(header, dim=True)
    styled = (
        typer.style(line, fg=_COLORS.get(change.status), dim=change.status == "same")
        for change, line in zip(changes, lines, strict=True)
    )
    # In one go: a site may have tens of thousands of pages.
    typer.echo("\n".join(styled), nl=bool(lines))
