"""The subscriptions of a list that have got their message: survives kill -9 at any moment."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Self

from pwagen.errors import PwagenError
from pwagen.keys import base64url

_HEADER = "pwagen-journal 1 "
_SYNC_SECONDS = 0.5


class JournalError(PwagenError):
    """A file that is the journal of another message or process, or not a journal."""


class Journal:
    """An append-only file: a line for the message, then one for each acknowledged endpoint.

    A line is handed to the system before the next message leaves, so that a killed process loses
    nothing; it is forced to the disk now and then, which bounds what a power failure loses. Endpoints
    are kept as digests, because who knows an endpoint can be a nuisance to its owner.
    """

    def __init__(self, path: Path, payload: bytes) -> None:
        """Open or create the journal of the message `payload`; raises JournalError for another message's."""
        header = _HEADER + hashlib.sha256(payload).hexdigest() + "\n"
        try:
            self._file = open(path, "a+b", buffering=0, opener=_private)  # noqa: SIM115 - closed by __exit__
        except OSError as error:
            raise JournalError(f"cannot open the journal {path}: {error.strerror}") from None
        try:
            self._done = self._read(path, header)
        except JournalError:
            self._file.close()
            raise
        self._synced = monotonic()

    def __len__(self) -> int:
        """Return how many endpoints are acknowledged."""
        return len(self._done)

    def __contains__(self, endpoint: str) -> bool:
        """Return whether `endpoint` is acknowledged."""
        return _digest(endpoint) in self._done

    def acknowledge(self, endpoint: str) -> None:
        """Write `endpoint` down."""
        digest = _digest(endpoint)
        self._done.add(digest)
        self._file.write(base64url.encode(digest).encode() + b"\n")
        if monotonic() - self._synced > _SYNC_SECONDS:
            os.fsync(self._file)
            self._synced = monotonic()

    def __enter__(self) -> Self:
        """Return the journal, to be closed at the end of the block."""
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        """Force all lines to the disk and close the file."""
        os.fsync(self._file)
        self._file.close()

    def _read(self, path: Path, header: str) -> set[bytes]:
        from portalocker import LockFlags, lock
        from portalocker.exceptions import LockException

        try:
            lock(self._file, LockFlags.EXCLUSIVE | LockFlags.NON_BLOCKING)
        except LockException:
            raise JournalError(f"another process is sending with the journal {path}") from None
        # Through the handle that has the lock: on Windows, a second one of the same process can't read.
        self._file.seek(0)
        content = self._file.readall()
        if not content:
            self._file.write(header.encode())
            return set()
        if not content.startswith(header.encode()):
            owner = "another message" if content.startswith(_HEADER.encode()) else "something else"
            raise JournalError(f"{path} is the journal of {owner} - choose another file name")
        if not content.endswith(b"\n"):  # the last line was cut off by a power failure
            self._file.write(b"\n")
        return {_decoded(line) for line in content.splitlines()[1:]}


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _digest(endpoint: str) -> bytes:
    return hashlib.sha256(endpoint.encode("utf-8", "surrogatepass")).digest()[:16]


def _decoded(line: bytes) -> bytes:
    try:
        return base64url.decode(line.decode("ascii"))
    except (UnicodeDecodeError, ValueError):
        return b""
