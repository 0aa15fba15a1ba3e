"""The texts that the last build rendered: to import Jinja takes an eighth of a small build."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from pwagen import render as rendering
from pwagen.disk.atomic import store_cache
from pwagen.render import render, source

NAME = "texts"
Render = Callable[..., str]
"""`pwagen.render.render`, or the method of that name of `RenderedTexts`."""


class RenderedTexts:
    """Renders templates; takes what an earlier build has rendered of the same template and values."""

    def __init__(self, cache: Path | None) -> None:
        """Take the folder of the cache, or None for none."""
        self._file = cache / NAME if cache else None
        self._earlier = _load(self._file) if self._file else {}
        self._used: dict[str, str] = {}
        # A clone may be updated without a new version.
        self._maker = Path(rendering.__file__).read_bytes() if cache else b""

    def render(self, template: str, /, **values: Any) -> str:
        """Return what `render` does. The values consist of what can be written as JSON, and of structs."""
        if self._file is None:
            return render(template, **values)
        key = self._key(template, values)
        text = self._earlier.get(key)
        self._used[key] = render(template, **values) if text is None else text
        return self._used[key]

    def _key(self, template: str, values: dict[str, Any]) -> str:
        """Return a hash of all that a text is made of."""
        content = msgspec.json.encode((source(template), values), order="deterministic")
        return hashlib.sha256(self._maker + content).hexdigest()

    def store(self) -> None:
        """Keep the texts of this build for the next one."""
        if self._file and self._used != self._earlier:
            store_cache(self._file, msgspec.msgpack.encode(self._used))


def _load(file: Path) -> dict[str, str]:
    try:
        return msgspec.msgpack.decode(file.read_bytes(), type=dict[str, str])
    except (OSError, ValueError):
        return {}
