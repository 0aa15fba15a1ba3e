"""Builds that were killed: the next one finds what they left by its name or in a journal, and removes it.

The plan of a build follows from what is on disk, so the next one finishes what a killed one began and
`--undo` takes it back; this module removes the temporary files and the unneeded folders.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pwagen.build.cache_folder import NAME
from pwagen.disk.atomic import is_temporary
from pwagen.errors import PwagenError

JOURNAL = "journal"
LOCK = "build.lock"
REPLACED = "replaced"
"""The folder with copies of the site's files that generated ones replaced."""


@contextmanager
def alone(root: Path) -> Iterator[None]:
    """Keep other builds of the project out, and remove what killed ones have left.

    Raises:
        PwagenError: another build is running.
    """
    is_first = not (root / NAME).exists()
    try:
        (root / NAME).mkdir(exist_ok=True)
        lock = (root / NAME / LOCK).open("a")
    except OSError:  # nothing can be written there: the build reports it
        yield
        return
    with lock:
        if not _try_lock(lock.fileno()):
            raise PwagenError(f"{root}: another build is at work here - wait until it has ended")
        _clean(root)
        try:
            yield
        finally:
            if is_first:
                _remove_if_alone(root / NAME)


def was_interrupted(root: Path) -> bool:
    """Tell whether a killed build has left something, or a build is running."""
    return (root / NAME / JOURNAL).exists() or any(_temporary_in(root)) or any(_temporary_in(root / NAME))


@contextmanager
def journaled(root: Path, files: Iterable[Path]) -> Iterator[None]:
    """Record the folders in which a build is about to create files, until it has ended.

    Where the project's folder cannot be written, the build goes on without, as it does without caches.
    """
    folders = sorted({file.parent for file in files})
    new_folders = {
        missing for folder in folders for missing in (folder, *folder.parents) if not missing.is_dir()
    }
    journal = root / NAME / JOURNAL
    names = {
        "folders": [os.path.relpath(folder, root) for folder in folders],
        "made": [os.path.relpath(folder, root) for folder in sorted(new_folders, reverse=True)],
    }
    with suppress(OSError):
        journal.parent.mkdir(exist_ok=True)
        journal.write_text(json.dumps(names), encoding="utf-8")
    try:
        yield
    finally:
        with suppress(OSError):
            journal.unlink()


def _remove_if_alone(folder: Path) -> None:
    """Remove the project's folder if it has nothing but the lock."""
    if os.listdir(folder) == [LOCK]:  # noqa: PTH208
        with suppress(OSError):
            (folder / LOCK).unlink()
            folder.rmdir()


def _clean(root: Path) -> None:
    journal = root / NAME / JOURNAL
    try:
        names = json.loads(journal.read_bytes())
        folders = [root / name for name in names["folders"]]
        new_folders = [root / name for name in names["made"]]
    except (OSError, ValueError, KeyError, TypeError):
        folders, new_folders = [], []
    copies = [path for path in (root / NAME / REPLACED).rglob("*") if path.is_dir()]
    for folder in (root, root / NAME, root / NAME / REPLACED, *copies, *folders):
        for file in _temporary_in(folder):
            file.unlink(missing_ok=True)
    for folder in new_folders:
        with suppress(OSError):
            folder.rmdir()
    journal.unlink(missing_ok=True)


def _temporary_in(folder: Path) -> list[Path]:
    try:
        with os.scandir(folder) as entries:
            return [folder / entry.name for entry in entries if is_temporary(entry.name)]
    except OSError:
        return []


def _try_lock(descriptor: int) -> bool:
    """Lock a file until it is closed, also by the death of the process; return whether that succeeded.

    Not with portalocker, as the journal of `pwagen send` is: importing it takes a tenth of a small build.
    """
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
