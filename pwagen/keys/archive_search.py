"""Private keys inside of archives: who downloads one has what is packed in it.

Archives are recognised by their content, so that books, office files and programs that are zip files count,
too. They are unpacked piece by piece, within bounds: a small file can unpack to any size.
"""

from __future__ import annotations

import io
import re
import time
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import IO, NamedTuple, Protocol, cast

from pwagen.keys.key_search import OVERLAP, OWN, KeySearch
from pwagen.keys.source_map_search import find_in_source_map

DEPTH = 4  # archives in each other; a .tar.gz counts as two
ENTRIES = 20_000  # of all archives in one
UNPACKED = 256 << 20  # bytes at each depth

_CHUNK = 1 << 20  # bytes
_IN_MEMORY = 4 << 20  # bytes of a zip file's list of its entries, and of a zip file within another archive
_BLOCK = 512  # bytes, of which tar files are made
_BEGINNINGS = {
    b"PK\x03\x04": "zip",
    b"PK\x05\x06": "zip",
    b"PK\x07\x08": "zip",
    b"\x1f\x8b\x08": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zXZ\0": "xz",
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"Rar!\x1a\x07": "rar",
}
_FIRST_BYTES = bytes({beginning[0] for beginning in _BEGINNINGS})
_NOT_UNPACKED = ("xz", "7z", "rar")

DAMAGED, ENCRYPTED = "it is damaged", "it is encrypted"
TOO_DEEP = f"archives lie more than {DEPTH} deep in each other"
TOO_MANY = f"it has more than {ENTRIES:,} entries"
TOO_SLOW = "it takes too long to unpack"
TOO_LARGE = f"it unpacks to more than {UNPACKED >> 20} MiB"


class FoundKey(NamedTuple):
    """A private key: which kind, and the entry of the archive that it is in, empty if in none."""

    kind: str
    entry: str = ""

    def __str__(self) -> str:
        """Return the kind and the place."""
        return f'{self.kind} in its entry "{self.entry}"' if self.entry else self.kind


class ArchiveFindings(NamedTuple):
    """The first private key in an archive, and why not all of it could be searched, if so."""

    key: FoundKey | None = None
    unsearched: str = ""


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


class _TooMuchError(Exception):
    """A bound is reached: the message says which."""


class _DamagedError(Exception):
    """An archive that is not as it should be."""


def archive_format(beginning: bytes, path: str) -> str | None:
    """Return the format of the archive that begins with these bytes, 262 or more, None if it is none."""
    if beginning[:1] and beginning[0] in _FIRST_BYTES:
        for magic, name in _BEGINNINGS.items():
            if beginning.startswith(magic):
                return name
    return "tar" if beginning[257:262] == b"ustar" or path.lower().endswith(".tar") else None


def search_archive(
    file: IO[bytes], path: str, search: KeySearch, deadline: float | None = None
) -> ArchiveFindings:
    """Look for private keys in all that is packed in the archive ``file``, which is published as ``path``.

    Until ``deadline``, a time of time.monotonic(), if there is one.
    """
    unpacking = _Unpacking(file, path, search, deadline)
    key = None
    try:
        key = unpacking.look_into(file, path)
    except _TooMuchError as error:
        unpacking.pass_over(str(error))
    except _failures():
        unpacking.pass_over(DAMAGED)
    return ArchiveFindings(key, ", ".join(unpacking.passed_over))


def find_in_file(content: bytes, path: str, search: KeySearch) -> FoundKey | None:
    """Return the first private key in a whole file that is published as ``path``, packed in it or not."""
    packed = archive_format(content[:_BLOCK], path) and search_archive(io.BytesIO(content), path, search).key
    return packed or find_outside_archives(content, path, search)


def find_outside_archives(content: bytes, path: str, search: KeySearch) -> FoundKey | None:
    """Return the first private key in a whole file as it is, or in a source of the source map that it has."""
    if mapped := find_in_source_map(content, path, search):
        return FoundKey(mapped[0], _shown(mapped[1]))
    kind = search.find(content, path)
    return FoundKey(kind) if kind else None


def _failures() -> tuple[type[Exception], ...]:
    """Return what reading an archive raises that is damaged, or made to do harm."""
    import lzma
    import struct
    import zipfile
    import zlib

    return (
        *(_DamagedError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError),
        *(ValueError, RuntimeError, ArithmeticError, LookupError, MemoryError, AttributeError, TypeError),
    )


class _Counted:
    """A file that is read once, from begin to end, and what is read is counted."""

    def __init__(self, file: _Readable, count: Callable[[int], None]) -> None:
        self._file, self._count, self._ahead = file, count, b""
        self.beginning = self._ahead = read_all(self, _BLOCK)

    def read(self, size: int, /) -> bytes:
        """Return ``size`` bytes or fewer, none at the end."""
        if self._ahead:
            piece, self._ahead = self._ahead[:size], self._ahead[size:]
            return piece
        piece = self._file.read(min(size, _CHUNK))
        self._count(len(piece))
        return piece


class _Part:
    """The next bytes of a file."""

    def __init__(self, file: _Readable, size: int) -> None:
        self._file, self._left = file, size

    def read(self, size: int, /) -> bytes:
        """Return ``size`` bytes or fewer, none at the end."""
        piece = self._file.read(min(size, self._left)) if self._left else b""
        if size and self._left and not piece:
            raise _DamagedError
        self._left -= len(piece)
        return piece


class _SmallReads:
    """A file of which no library takes more than a little into memory."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    def read(self, size: int = -1) -> bytes:
        """Return ``size`` bytes, or all that are left."""
        if size > _IN_MEMORY:
            raise _TooMuchError(TOO_MANY)
        return self._file.read(_IN_MEMORY if size < 0 else size)


class _Unpacking:
    """One published archive: what is left of its bounds, and why something in it was passed over."""

    def __init__(self, file: IO[bytes], path: str, search: KeySearch, deadline: float | None) -> None:
        self.file, self.path, self.search, self.deadline = file, path, search, deadline
        self.entries_left = ENTRIES
        self.bytes_left = [UNPACKED] * (DEPTH + 1)
        self.passed_over: dict[str, None] = {}

    def pass_over(self, reason: str) -> None:
        """Note why something cannot be searched."""
        self.passed_over.setdefault(reason)

    def look_into(self, file: _Readable, path: str, entry: str = "", depth: int = 0) -> FoundKey | None:
        """Return the first key in a file, which is that ``entry`` of the archive, ``depth`` archives deep."""
        counted = _Counted(file, lambda size: self._count(size, depth))
        archive = archive_format(counted.beginning, path)
        if archive is None:
            return self._search(counted, path, entry)
        if depth == DEPTH:
            self.pass_over(TOO_DEEP)
        elif archive in _NOT_UNPACKED:
            self.pass_over(f"{archive} is not unpacked")
        elif archive == "zip":
            return self._in_zip(counted, entry, depth)
        elif archive == "tar":
            return self._in_tar(counted, entry, depth)
        else:
            return self._in_compressed(counted, archive, path, entry, depth)
        return None

    def _count(self, size: int, depth: int) -> None:
        # At depth 0 it is the archive itself, which is as large as it is.
        self.bytes_left[depth] -= size if depth else 0
        if self.bytes_left[depth] < 0:
            raise _TooMuchError(TOO_LARGE)
        if self.deadline is not None and time.monotonic() > self.deadline:
            raise _TooMuchError(TOO_SLOW)

    def _count_entry(self) -> None:
        self.entries_left -= 1
        if self.entries_left < 0:
            raise _TooMuchError(TOO_MANY)

    def _search(self, file: _Readable, path: str, entry: str) -> FoundKey | None:
        before = b""
        while chunk := file.read(_CHUNK):
            if kind := self.search.find(before + chunk if before else chunk, path, packed_in=self.path):
                return FoundKey(kind, entry)
            before = chunk[-OVERLAP:]
        return None

    def _in_compressed(
        self, file: _Readable, archive: str, path: str, entry: str, depth: int
    ) -> FoundKey | None:
        """Look into one file, which has no name of its own: that of the archive is shown, if no other is."""
        import bz2
        import gzip

        opened = cast("IO[bytes]", file)
        inside = gzip.GzipFile(fileobj=opened, mode="rb") if archive == "gzip" else bz2.BZ2File(opened)
        name = PurePosixPath(path).name
        short = re.sub(r"(?i)\.(?:gz|bz2|(t)[gb]z2?)\Z", lambda match: ".tar" if match[1] else "", name)
        with inside:
            key = self.look_into(inside, short, entry, depth + 1)
        return FoundKey(key.kind, _shown(short)) if key and not key.entry else key

    def _in_zip(self, file: _Counted, entry: str, depth: int) -> FoundKey | None:
        from tempfile import SpooledTemporaryFile

        if depth == 0:
            return self._in_seekable_zip(self.file, entry, depth)
        # A zip file is read from its end.
        with SpooledTemporaryFile(max_size=_IN_MEMORY) as copied:
            while chunk := file.read(_CHUNK):
                copied.write(chunk)
            return self._in_seekable_zip(cast("IO[bytes]", copied), entry, depth)

    def _in_seekable_zip(self, file: IO[bytes], entry: str, depth: int) -> FoundKey | None:
        from zipfile import ZipFile

        with ZipFile(cast("IO[bytes]", _SmallReads(file))) as archive:
            for info in archive.infolist():
                self._count_entry()
                if info.flag_bits & 1:
                    self.pass_over(ENCRYPTED)
                elif not info.is_dir():
                    try:
                        with archive.open(info) as inside:
                            key = self._in_entry(inside, info.filename, entry, depth)
                    except _failures():
                        # The others may be whole.
                        self.pass_over(DAMAGED)
                        continue
                    if key:
                        return key
        return None

    def _in_tar(self, file: _Readable, entry: str, depth: int) -> FoundKey | None:
        for name, part in _tar_entries(file):
            self._count_entry()
            if key := self._in_entry(part, name, entry, depth):
                return key
        return None

    def _in_entry(self, file: _Readable, name: str, entry: str, depth: int) -> FoundKey | None:
        shown = f"{entry}/{_shown(name)}" if entry else _shown(name)
        if self.search.names_with_key([name]):
            return FoundKey(OWN, shown)
        return self.look_into(file, name, shown, depth + 1)


def _shown(name: str) -> str:
    """Return a name as it can be printed, whoever chose it."""
    short = name if len(name) <= 200 else f"{name[:100]}…{name[-99:]}"
    return "".join(character if character.isprintable() else "\ufffd" for character in short)


def read_all(file: _Readable, size: int) -> bytes:
    """Return ``size`` bytes of a file, fewer at its end."""
    pieces = []
    while size and (piece := file.read(size)):
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)


def _tar_entries(file: _Readable) -> Iterator[tuple[str, _Part]]:
    """Yield name and content of the files in a tar file, POSIX.1-2017 `pax` and GNU.

    The standard library takes extended headers into memory whole, and ends without a word at damage.
    """
    long_name = ""
    while header := read_all(file, _BLOCK):
        if not any(header):
            continue
        size, kind = _tar_size(header), header[156:157]
        part = _Part(file, 0 if kind in b"123456" else size)
        if kind in b"xL":
            text = read_all(part, _CHUNK).decode(errors="replace")
            match = re.search(r"(?m)^\d+ path=(.*)$", text) if kind == b"x" else re.match("[^\0]*", text)
            long_name = match[match.lastindex or 0] if match else long_name
        else:
            prefix = _text(header[345:500]) if header[257:263] == b"ustar\0" else ""
            name = _text(header[:100])
            yield long_name or (f"{prefix}/{name}" if prefix else name), part
            long_name = ""
        padding = -size % _BLOCK if kind not in b"123456" else 0
        while part.read(_CHUNK):
            pass
        read_all(file, padding)


def _tar_size(header: bytes) -> int:
    """Return the size of an entry in bytes, after a look at the header's checksum."""
    digits = re.match(rb"[ \0]*([0-7]+)", header[148:156])
    if len(header) < _BLOCK or not digits or int(digits[1], 8) != sum(header) - sum(header[148:156]) + 8 * 32:
        raise _DamagedError
    field = header[124:136]
    if field[0] & 0x80:
        return int.from_bytes(field[1:])
    return int(_text(field).strip() or "0", 8)


def _text(field: bytes) -> str:
    return field.partition(b"\0")[0].decode(errors="replace")
