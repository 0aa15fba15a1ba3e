"""``pwagen build --watch``: build again when something that a build reads has changed."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from pwagen.errors import PwagenError
from pwagen.names import CONFIG_NAME, OTHER_OUT_NAME, OUT_NAME

# Version control and our own output change without any change of the input.
_PASSED_OVER = {OUT_NAME, OTHER_OUT_NAME, "node_modules", "__pycache__"}


def watch_project(
    path: Path, build: Callable[[], object], *, rounds: int | None = None, poll_seconds: float = 0.5
) -> None:
    """Call ``build`` now and after every change below the project's folder, until interrupted.

    A mistake in the config is printed and waited for, not fatal. Polling rather than the operating
    system's events: it works the same on network drives and in containers. ``rounds`` ends the loop
    after that many looks.
    """
    root = path if path.is_dir() else path.parent
    before: dict[str, tuple[int, int]] | None = None
    while rounds is None or rounds > 0:
        now = snapshot(root)
        if now != before:
            before = now
            try:
                build()
            except PwagenError as error:
                print(error, file=sys.stderr)
            print(f"Watching {root / CONFIG_NAME} and what it names; Ctrl-C ends.", file=sys.stderr)
        rounds = None if rounds is None else rounds - 1
        time.sleep(poll_seconds)


def snapshot(folder: Path) -> dict[str, tuple[int, int]]:
    """Return path -> (modification time in ns, size in bytes) of every visible file below ``folder``."""
    return dict(_files(folder))


def _files(folder: Path) -> Iterator[tuple[str, tuple[int, int]]]:
    pending = [str(folder)]
    while pending:
        try:
            with os.scandir(pending.pop()) as found:
                entries = list(found)
        except (FileNotFoundError, NotADirectoryError):
            continue  # generators make their folder anew: the next look tells
        for entry in entries:
            if entry.name.startswith(".") or entry.name in _PASSED_OVER:
                continue
            try:
                if entry.is_dir(follow_symlinks=False):
                    pending.append(entry.path)
                elif entry.name != "pwagen.lock":
                    status = entry.stat()
                    yield entry.path, (status.st_mtime_ns, status.st_size)
            except FileNotFoundError:
                continue  # gone between listing and looking
