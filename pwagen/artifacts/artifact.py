"""A file that a build generates."""

from __future__ import annotations

from typing import NamedTuple


class Artifact(NamedTuple):
    """One planned file: a path relative to the output folder, with ``/`` between its parts, and its bytes."""

    path: str
    content: bytes
