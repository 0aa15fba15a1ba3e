"""A file that a build generates."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Artifact:
    """One planned file: a path relative to the output folder, with ``/`` between its parts, and its bytes."""

    path: str
    content: bytes
