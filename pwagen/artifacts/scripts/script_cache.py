"""The cache of the scripts of the last build, which take a tenth of a small build to make."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import msgspec

from pwagen.disk.atomic import store_cache

NAME = "scripts"
T = TypeVar("T")


def load_scripts(folder: Path, key: str, kind: type[T]) -> T | None:
    """Return what `store_scripts` stored under the key; None if it is missing, damaged or another's."""
    try:
        stored_key, body = msgspec.msgpack.decode((folder / NAME).read_bytes(), type=tuple[str, msgspec.Raw])
        return msgspec.msgpack.decode(body, type=kind) if stored_key == key else None
    except (OSError, ValueError):
        return None


def store_scripts(folder: Path, key: str, scripts: object) -> None:
    """Store the scripts of a build, a dataclass, in place of those before."""
    store_cache(folder / NAME, msgspec.msgpack.encode((key, scripts)))
