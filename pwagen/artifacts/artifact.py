"""A file that a build generates."""

from __future__ import annotations

import msgspec


class Artifact(msgspec.Struct, frozen=True):
    """One planned file: a path relative to the output folder, with ``/`` between its parts, and its bytes."""

    path: str
    content: bytes
