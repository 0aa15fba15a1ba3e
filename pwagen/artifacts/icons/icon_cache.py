"""The cache of icons, so that unchanged ones cost nothing."""

from __future__ import annotations

import hashlib
import struct
from pathlib import Path

from pwagen.artifacts.icons.icon_sources import IconSources
from pwagen.disk.atomic import store_cache

# Increment it when the same sources give other pixels.
_RECIPE = 6
_LENGTH = struct.Struct(">I")


def cache_key(sources: IconSources) -> str:
    """Return a key for everything that affects the pixels of the icons."""
    digest = hashlib.sha256(b"pwagen icons %d" % _RECIPE)
    for picture in (sources.source, sources.maskable, sources.badge):
        digest.update(hashlib.sha256(picture.content).digest() if picture else b"-")
    digest.update(repr((sources.background, sources.fallback, sources.theme, sources.name)).encode())
    digest.update(repr((sources.splash, sources.open_graph, sources.placeholder)).encode())
    return digest.hexdigest()


def load(folder: Path, key: str, count: int) -> list[bytes] | None:
    """Return the ``count`` files stored under a key, None if they are missing or damaged."""
    try:
        stored = _path(folder, key).read_bytes()
    except OSError:
        return None
    digest, body = stored[:32], stored[32:]
    if hashlib.sha256(body).digest() != digest:
        return None
    contents = _unpack(body)
    return contents if len(contents) == count else None


def store(folder: Path, key: str, contents: list[bytes]) -> None:
    """Store files under a key; a folder that cannot be written is ignored."""
    body = b"".join(_LENGTH.pack(len(content)) + content for content in contents)
    store_cache(_path(folder, key), hashlib.sha256(body).digest() + body)


def _path(folder: Path, key: str) -> Path:
    return folder / f"icons-{key}.bin"


def _unpack(body: bytes) -> list[bytes]:
    contents = []
    position = 0
    while position < len(body):
        (length,) = _LENGTH.unpack_from(body, position)
        position += _LENGTH.size
        contents.append(body[position : position + length])
        position += length
    return contents
