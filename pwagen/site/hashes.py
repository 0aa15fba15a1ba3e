"""SHA-256 of files, remembered between builds."""

from __future__ import annotations

import hashlib
import os
import time
from binascii import b2a_base64
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from pwagen.disk.atomic import store_cache
from pwagen.keys.archive_search import FoundKey, archive_format, find_outside_archives, search_archive
from pwagen.keys.key_search import LIMIT, OVERLAP, KeySearch
from pwagen.keys.source_map_search import may_have_source_map
from pwagen.site.parallel import split_across_threads
from pwagen.site.read_files import READ
from pwagen.site.registration_code import registers_worker
from pwagen.site.walk import may_change_unseen

if TYPE_CHECKING:
    from pwagen.site.walk import File

CHUNK = 1 << 20  # bytes
# Bytes on average above which two threads hash sooner than one; below, they mostly wait for each other.
LARGE = 16 << 10
FORMAT = 4


class Remembered(msgspec.Struct, array_like=True):
    """The cache file, in columns: a hundred thousand rows load in tens of milliseconds."""

    format: int
    public_key: str | None  # the files were searched for its private key
    paths: list[str]
    stamps: list[int]
    digests: bytes  # 32 a path

    def rows(self) -> dict[str, tuple[int, bytes]]:
        """Return path -> (stamp, digest)."""
        digests = self.digests
        return {
            path: (stamp, digests[at : at + 32])
            for path, stamp, at in zip(self.paths, self.stamps, range(0, len(digests), 32), strict=True)
        }


class Hashes(msgspec.Struct, frozen=True):
    """The results for the files.

    ``sha256`` is in base64, ``failures`` says why a file could not be read, ``private_keys`` which key a
    file holds, ``unsearched`` why not all of an archive could be searched for keys, ``registrations`` are the
    files that register a service worker.
    """

    sha256: dict[str, str] = msgspec.field(default_factory=dict)
    failures: dict[str, str] = msgspec.field(default_factory=dict)
    private_keys: dict[str, FoundKey] = msgspec.field(default_factory=dict)
    unsearched: dict[str, str] = msgspec.field(default_factory=dict)
    registrations: set[str] = msgspec.field(default_factory=set)


def hash_files(
    folder: Path, files: Sequence[File], cache_file: Path | None, search: KeySearch | None = None
) -> Hashes:
    """Hash the files, and look for private keys and for code that registers a worker.

    Files whose stamp equals the one in ``cache_file`` are not read again. An unreadable or foreign cache
    counts as empty; a cache that cannot be written is ignored.
    """
    started = time.time_ns()
    search = search or KeySearch()
    rows = _load(cache_file, search.public_key)
    digests: dict[str, bytes] = {}
    unread: list[File] = []
    for file in files:
        row = rows.get(file.path)
        if row and row[0] == file.stamp:
            digests[file.path] = row[1]
        else:
            unread.append(file)
    hashes = Hashes()
    _read(folder, unread, digests, hashes, search)
    # Files that are reported are not cached, so that the next build reports them too; nor are examples, which
    # it may no longer allow.
    reported = {*hashes.private_keys, *hashes.unsearched, *hashes.registrations, *search.examples}
    cacheable = [file for file in files if file.path not in reported]
    uncached_count = len(files) - len(cacheable)
    if cache_file and (len(unread) > uncached_count or len(rows) != len(digests) - uncached_count):
        _store(cache_file, cacheable, digests, started, search.public_key)
    for path, digest in digests.items():
        hashes.sha256[path] = b2a_base64(digest, newline=False).decode()
    return hashes


def _read(
    folder: Path, files: Sequence[File], digests: dict[str, bytes], hashes: Hashes, search: KeySearch
) -> None:
    """Hash ``files`` into ``digests``, and add other results to ``hashes``."""
    root = f"{folder}{os.sep}"

    def read(share: Iterable[File]) -> None:
        for file in share:
            path = file.path
            try:
                digest, beginning, kind = _sha256(root + path, file.size, partial(search.find, path=path))
            except OSError as error:
                hashes.failures[path] = f"it cannot be read ({error.strerror})"
                continue
            digests[path] = digest
            if archive_format(beginning, path):
                look_into_archive(root + path, path, hashes, search)
            if may_have_source_map(path, beginning, len(beginning) < CHUNK) and file.size <= LIMIT:
                _look_into_source_map(root + path, path, hashes, search)
            if kind:
                hashes.private_keys.setdefault(path, FoundKey(kind))
            if registers_worker(path, beginning):
                hashes.registrations.add(path)

    split_across_threads(
        read, files, in_two=sum(file.size for file in files) >= max(LARGE * len(files), CHUNK)
    )


def look_into_archive(file: str | Path, path: str, hashes: Hashes, search: KeySearch) -> None:
    """Add to ``hashes`` the key in an archive that is published as ``path``, and what cannot be searched."""
    try:
        with open(file, "rb") as archive:  # noqa: PTH123 (hashing has no Path of its own)
            key, unsearched = search_archive(archive, path, search)
    except OSError as error:
        key, unsearched = None, f"it cannot be read ({error.strerror})"
    if key:
        hashes.private_keys[path] = key
    elif unsearched:
        hashes.unsearched[path] = unsearched


def _look_into_source_map(file: str, path: str, hashes: Hashes, search: KeySearch) -> None:
    """Add to ``hashes`` the key in one of the sources that a file maps."""
    try:
        key = find_outside_archives(Path(file).read_bytes(), path, search)
    except OSError as error:
        hashes.failures[path] = f"it cannot be read ({error.strerror})"
        return
    if key:
        hashes.private_keys[path] = key


def _sha256(path: str, size: int, key_in: Callable[[bytes], str | None]) -> tuple[bytes, bytes, str | None]:
    """Return the digest of a file, its first megabyte, and the kind of private key in it.

    ``size`` is that of its directory entry; ``key_in`` returns the kind of key in a piece of it.
    """
    # os.open and os.read cost half of what open() does, which for small files is most of the time.
    descriptor = os.open(path, READ)
    try:
        # Less than one byte more than there should be is the end, so that small files take one read.
        beginning = os.read(descriptor, min(size + 1, CHUNK))
        sha256 = hashlib.sha256(beginning)
        kind = key_in(beginning)
        if len(beginning) > min(size, CHUNK - 1):
            before = beginning[-OVERLAP:]
            while chunk := os.read(descriptor, CHUNK):
                sha256.update(chunk)
                kind = kind or key_in(before + chunk)
                before = chunk[-OVERLAP:]
    finally:
        os.close(descriptor)
    return sha256.digest(), beginning, kind


def _load(cache_file: Path | None, public_key: str | None) -> dict[str, tuple[int, bytes]]:
    if not cache_file:
        return {}
    try:
        remembered = msgspec.msgpack.decode(cache_file.read_bytes(), type=Remembered)
        is_valid = remembered.format == FORMAT and remembered.public_key == public_key
        return remembered.rows() if is_valid else {}
    except (OSError, ValueError, msgspec.DecodeError):
        return {}


def _store(
    cache_file: Path,
    files: Sequence[File],
    digests: dict[str, bytes],
    started: int,
    public_key: str | None,
) -> None:
    settled = [
        file for file in files if file.path in digests and not may_change_unseen(file.changed, started)
    ]
    remembered = Remembered(
        FORMAT,
        public_key,
        [file.path for file in settled],
        [file.stamp for file in settled],
        b"".join(digests[file.path] for file in settled),
    )
    store_cache(cache_file, msgspec.msgpack.encode(remembered))
