"""Reading files with few system calls: for small files they take most of the time."""

from __future__ import annotations

import os
from typing import NamedTuple

READ = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


class FileStatus(NamedTuple):
    """The file status that identifies a version of a file; times in ns since 1970."""

    mode: int
    inode: int
    size: int
    modified: int
    changed: int
    names: int = 1
    """How many hard links lead to the file."""

    @classmethod
    def of(cls, status: os.stat_result) -> FileStatus:
        """Return the status from the result of ``os.stat``."""
        return cls(
            status.st_mode,
            status.st_ino,
            status.st_size,
            status.st_mtime_ns,
            status.st_ctime_ns,
            status.st_nlink,
        )

    def is_same_but_for_names(self, other: FileStatus) -> bool:
        """Tell whether only the file's hard links may have changed since, which changes its ctime."""
        return self.names > 1 and self[:4] == other[:4]


class FileTooLargeError(Exception):
    """A file that is not read into memory."""


def read_file(path: str, limit: int | None = None) -> tuple[bytes, FileStatus]:
    """Return the bytes of a file, and its status from before they were read.

    Raises:
        FileTooLargeError: it has more than ``limit`` bytes.
        OSError: it cannot be read.
    """
    # open() and Path cost several times what reading a small file does.
    descriptor = os.open(path, READ)
    try:
        status = os.fstat(descriptor)
        if limit is not None and status.st_size > limit:
            raise FileTooLargeError(path)
        # One byte more than the size: a shorter read means the end of the file.
        content = os.read(descriptor, status.st_size + 1)
        if len(content) != status.st_size:
            while more := os.read(descriptor, 1 << 20):
                content += more
    finally:
        os.close(descriptor)
    return content, FileStatus.of(status)
