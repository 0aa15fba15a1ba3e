"""Every file of a published folder, with the facts from its directory entry."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from stat import S_ISREG

import msgspec

from pwagen.errors import PwagenError

CANNOT_BE_READ = "it cannot be read"
"""How the reason begins for which a folder was skipped that this process may not read."""


class File(msgspec.Struct, frozen=True, order=True, gc=False):
    """A regular file. ``path`` is relative, with ``/``; ``size`` in bytes; ``changed`` in nanoseconds.

    ``stamp`` is a number that differs, for all practical purposes, once the file has been written to;
    ``target`` is the file of the site that the path leads to if it is a symbolic link, else empty.
    """

    path: str
    size: int
    stamp: int
    changed: int
    target: str = ""


class Skipped(msgspec.Struct, frozen=True, gc=False):
    """An entry that does not count as part of the site, and why."""

    path: str
    reason: str


def walk(folder: Path) -> Iterator[File | Skipped]:
    """Yield the files below ``folder``, unsorted; hidden folders are left out.

    A symbolic link counts as the file it leads to, if that lies in the folder as well; linked folders are
    skipped: they lead out of it, or in circles, or to files that are walked anyway.

    Raises:
        PwagenError: ``folder`` is not a folder that can be read.
    """
    root = os.path.realpath(folder)
    pending = [""]
    while pending:
        prefix = pending.pop()
        try:
            with os.scandir(os.path.join(root, prefix)) as entries:  # noqa: PTH118 (Path costs more than the stat)
                for entry in entries:
                    path = prefix + entry.name
                    if not entry.name.isascii() and not _is_unicode(path):
                        yield Skipped(os.fsencode(path).decode("utf-8", "replace"), "its name is not UTF-8")
                    elif entry.is_symlink():
                        yield _linked(root, path, entry)
                    elif not entry.is_dir(follow_symlinks=False):
                        yield _file(path, entry.stat(follow_symlinks=False))
                    elif not entry.name.startswith("."):
                        pending.append(f"{path}/")
        except OSError as error:
            if not prefix:
                raise PwagenError(
                    f"{folder}: {error.strerror} - build your site first, or correct `site`"
                ) from None
            yield Skipped(prefix, f"{CANNOT_BE_READ} ({error.strerror})")


def stamp_of(status: os.stat_result) -> int:
    """Return the `File.stamp` for the status of a file."""
    # The inode and the ctime reveal a file that replaced another with the same mtime and size.
    # Hashes of tuples of numbers are the same in every run.
    return hash((status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino))


def may_change_unseen(changed: int, now: int) -> bool:
    """Tell whether a write after ``now`` could leave a file's time ``changed`` as it is.

    Both in nanoseconds since 1970. The clock of a file system moves in steps: about 10 ms on Linux, up to
    2 s where only whole seconds are kept.
    """
    step = 2_000_000_000 if changed % 1_000_000_000 == 0 else 50_000_000
    return changed > now - step


def _file(path: str, status: os.stat_result, target: str = "") -> File | Skipped:
    if not S_ISREG(status.st_mode):
        return Skipped(path, "it is not a regular file")
    return File(path, status.st_size, stamp_of(status), max(status.st_mtime_ns, status.st_ctime_ns), target)


def _linked(root: str, path: str, entry: os.DirEntry[str]) -> File | Skipped:
    target = os.path.realpath(entry.path)
    if not target.startswith(root + os.sep):
        return Skipped(path, "it is a symbolic link that leads out of the site")
    try:
        if entry.is_dir():
            return Skipped(path, "it is a symbolic link to a folder")
        return _file(path, entry.stat(), target[len(root) + 1 :].replace(os.sep, "/"))
    except OSError:
        return Skipped(path, "it is a symbolic link that leads nowhere")


def _is_unicode(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True
