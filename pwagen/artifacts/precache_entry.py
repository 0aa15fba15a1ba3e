"""A file that the worker stores when it is installed."""

from __future__ import annotations

import hashlib
from binascii import b2a_base64

import msgspec


def sha256_base64(content: bytes) -> str:
    """Return a hash in base64, as Subresource Integrity writes it after ``sha256-``."""
    return b2a_base64(hashlib.sha256(content).digest(), newline=False).decode()


class PrecacheEntry(msgspec.Struct, frozen=True, order=True, gc=False):
    """A file that the worker stores at installation; ``sha256`` in base64, ``size`` in bytes."""

    path: str
    sha256: str
    size: int
    required: bool

    @classmethod
    def of(cls, path: str, content: bytes, *, required: bool) -> PrecacheEntry:
        """Return the entry of a generated file."""
        return cls(path, sha256_base64(content), len(content), required)

    def row(self) -> list[str | int]:
        """Return the entry as CONFIG has it (templates/config.d.ts)."""
        return [self.path, self.sha256, int(self.required)]
