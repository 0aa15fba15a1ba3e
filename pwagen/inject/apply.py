"""Writing the edits of pages to disk, and the cache of pages that need none."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import msgspec

from pwagen.artifacts.precache_entry import sha256_base64
from pwagen.disk.atomic import store_cache, write_temporary
from pwagen.inject.injection import Edit, changed_meanwhile
from pwagen.site.parallel import split_across_threads
from pwagen.site.read_files import FileStatus, read_file

# Below that, starting a second thread costs more than it saves.
MANY = 500


class Settled(msgspec.Struct, array_like=True):
    """Pages that were up to date with the tags of ``key``: path -> base64 SHA-256."""

    key: str
    pages: dict[str, str]


def apply_edits(folder: Path, edits: Sequence[Edit], ready: Callable[[], None] = lambda: None) -> None:
    """Write the edits, each in one step: a reader sees the old page or the new one.

    Permissions stay. All new pages are written before the first takes its place: nothing has changed if
    the disk is full, and ext4 makes files several times slower while others are being replaced. In between
    ``ready`` is called, and may raise.

    Raises:
        PwagenError: a page has changed since it was read; mostly none is written then.
    """
    root = f"{folder}{os.sep}"
    # Page, temporary file beside it, edit.
    waiting: list[tuple[str, str, Edit]] = []

    def write(share: Iterable[Edit]) -> None:
        for edit in share:
            target = root + edit.path
            if edit.look_again and sha256_base64(read_file(target)[0]) != edit.old_sha256:
                raise changed_meanwhile(target)
            temporary = write_temporary(target, edit.make(), mode=edit.before.mode & 0o7777)
            waiting.append((target, temporary, edit))

    def replace(share: Iterable[tuple[str, str, Edit]]) -> None:
        for target, temporary, edit in share:
            _refuse_changed(target, edit)
            os.replace(temporary, target)  # noqa: PTH105

    try:
        split_across_threads(write, edits, in_two=len(edits) >= MANY)
        ready()
        split_across_threads(replace, waiting, in_two=len(edits) >= MANY)
    except BaseException:
        for _, temporary, _ in waiting:
            Path(temporary).unlink(missing_ok=True)
        raise


def _refuse_changed(target: str, edit: Edit) -> None:
    status = FileStatus.of(os.stat(target))  # noqa: PTH116
    if status == edit.before:
        return
    # Another hard link to the same file may just have been replaced: then only the bytes tell.
    if (
        not edit.before.is_same_but_for_names(status)
        or sha256_base64(read_file(target)[0]) != edit.old_sha256
    ):
        raise changed_meanwhile(target)


def load_settled(file: Path, key: str) -> dict[str, str]:
    """Return path -> hash of the pages that `plan_injection` need not read; none if made with another key."""
    try:
        settled = msgspec.msgpack.decode(file.read_bytes(), type=Settled)
    except (OSError, ValueError, msgspec.DecodeError):
        return {}
    return settled.pages if settled.key == key else {}


def store_settled(file: Path, key: str, pages: Mapping[str, str]) -> None:
    """Remember the pages; a file that cannot be written only costs time at the next build."""
    store_cache(file, msgspec.msgpack.encode(Settled(key, dict(pages))))
