"""The difference between two contents of a file, for people at a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import unified_diff

from pwagen.audit.reports.text_report import printable

_LONGEST, _BEFORE = 200, 60
"""Characters of a line that are shown, and those of them before what differs: bundles are one long line."""


def difference(path: str, before: bytes, after: bytes) -> Iterator[str]:
    """Yield the lines of a unified diff, without line ends and without characters that terminals obey."""
    old, new = _lines(before), _lines(after)
    header = 2
    lines = list(unified_diff(old, new, path, path, lineterm=""))
    removed = [line[1:] for line in lines[header:] if line.startswith("-")]
    added = [line[1:] for line in lines[header:] if line.startswith("+")]
    common = [_first_difference(*pair) for pair in zip(removed, added, strict=False)]
    seen = {"-": iter(common), "+": iter(common)}
    for number, line in enumerate(lines):
        differs_at = next(seen[line[0]], 0) if number >= header and line[0] in seen else 0
        yield line[:1] + printable(_cut(line[1:], differs_at))


def _lines(content: bytes) -> list[str]:
    lines = content.decode("utf-8", "replace").split("\n")
    return [line.removesuffix("\r").replace("\t", "    ") for line in lines]


def _first_difference(old: str, new: str) -> int:
    pairs = enumerate(zip(old, new, strict=False))
    return next((at for at, (before, after) in pairs if before != after), min(len(old), len(new)))


def _cut(line: str, differs_at: int) -> str:
    if len(line) <= _LONGEST:
        return line
    start = max(differs_at - _BEFORE, 0)
    shown = line[start : start + _LONGEST]
    return ("…" if start else "") + shown + ("…" if start + _LONGEST < len(line) else "")
