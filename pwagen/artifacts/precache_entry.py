"""A file that the worker stores when it is installed."""

from __future__ import annotations

import hashlib

import msgspec


class PrecacheEntry(msgspec.Struct, frozen=True, order=True, gc=False):
    """A file that the worker stores at installation; ``sha256`` in base64, ``size`` in bytes."""

    path: str
    sha256: str
    size: int
    required: bool

    @classmethod
    def of(cls, path: str, content: bytes, *, required: bool) -> PrecacheEntry:
        """Return the entry of a generated file."""
        import base64

        sha256 = base64.b64encode(hashlib.sha256(content).digest()).decode()
        return cls(path, sha256, len(content), required)

    def row(self) -> list[str | int]:
        """Return the entry as CONFIG has it (templates/config.d.ts)."""
        return [self.path, self.sha256, int(self.required)]
