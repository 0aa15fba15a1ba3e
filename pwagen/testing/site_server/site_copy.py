"""A copy of a published folder that may be served and written to, with all that a host would serve of it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from pwagen.site.walk import Skipped


def copy_site(folder: Path, target: Path, leave_out: Iterable[str] = ()) -> list[Skipped]:
    """Copy the folder to ``target``, and return what was not copied and why.

    Links lead in the copy to where they lead in the folder, as `pwagen serve` and a build follow them; those
    out of it are not followed. ``leave_out`` are names right in the folder; every ``.git`` is left out, too.
    """
    root = os.path.realpath(folder)
    skipped: list[Skipped] = []
    pending = [""]
    while pending:
        prefix = pending.pop()
        (target / prefix).mkdir(parents=True, exist_ok=True)
        try:
            entries = sorted(os.scandir(Path(root, prefix)), key=lambda entry: entry.name)
        except OSError as error:
            skipped.append(_skipped(prefix, error))
            continue
        for entry in entries:
            path = prefix + entry.name
            if entry.name == ".git" or path in leave_out:
                continue
            if entry.is_dir(follow_symlinks=False):
                pending.append(f"{path}/")
            elif reason := _copied(root, entry, target / path):
                skipped.append(_skipped(path, reason))
    return skipped


def in_short(folder: str, skipped: Iterable[Skipped], most: int = 3) -> list[str]:
    """Return one line for each reason: what was not copied, and so is not served."""
    paths: dict[str, list[str]] = {}
    for entry in skipped:
        paths.setdefault(entry.reason, []).append(f"{folder.rstrip('/')}/{entry.path}")
    return [
        f"{', '.join(some[:most])}{f' and {len(some) - most} more' if len(some) > most else ''}: "
        f"not served: {reason}"
        for reason, some in paths.items()
    ]


def _copied(root: str, entry: os.DirEntry[str], target: Path) -> str | OSError:
    """Copy an entry that is not a folder; return why that is impossible, if it is."""
    try:
        if entry.is_symlink():
            return _linked(root, entry, target)
        if not entry.is_file():
            return "it is not a regular file"
        # Not its permissions: the copy is ours to write to.
        shutil.copyfile(entry.path, target)
    except OSError as error:
        return error
    return ""


def _linked(root: str, entry: os.DirEntry[str], target: Path) -> str:
    source = os.path.realpath(entry.path)
    if not source.startswith(root + os.sep):
        return "it is a symbolic link that leads out of the site"
    if not Path(source).exists():
        return "it is a symbolic link that leads nowhere"
    target.symlink_to(os.path.relpath(source, os.path.realpath(Path(entry.path).parent)))
    return ""


def _skipped(path: str, reason: str | OSError) -> Skipped:
    text = f"it cannot be read ({reason.strerror})" if isinstance(reason, OSError) else reason
    return Skipped(os.fsencode(path).decode("utf-8", "replace"), text)
