"""Minification of scripts, and the cache of the last build's results."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

# Other versions may give other bytes, and builds are compared byte for byte. The same as in pyproject.toml.
MINIFIER = "tdewolff-minify 2.24.12"


def minified(text: str) -> str:
    """Return a script minified; shortened names are safe because no other script uses them."""
    from minify import string

    small: str = string("application/javascript", text)
    return small


@dataclass(frozen=True)
class Minifier:
    """Minifies scripts, with a file in ``cache_folder`` so that unchanged ones cost nothing.

    Loading the minifier takes longer than the rest of an unchanged build's work on the scripts.
    """

    cache_folder: Path | None = None

    def __call__(self, name: str, text: str) -> str:
        """Return the script ``name`` minified."""
        key = hashlib.sha256(f"{MINIFIER}\n{text}".encode()).hexdigest()
        stored = self._stored()
        if stored.get(name, ("", ""))[0] != key:
            stored[name] = (key, minified(text))
            self._store(stored)
        return stored[name][1]

    def _stored(self) -> dict[str, tuple[str, str]]:
        if not self.cache_folder:
            return {}
        try:
            data = json.loads(self._file(self.cache_folder).read_bytes())
            return {str(name): (str(key), str(text)) for name, (key, text) in data.items()}
        except (OSError, ValueError, TypeError, AttributeError):
            return {}

    def _store(self, scripts: dict[str, tuple[str, str]]) -> None:
        """Store the scripts; a folder that cannot be written is ignored."""
        if not self.cache_folder:
            return
        file = self._file(self.cache_folder)
        # A name that the next build knows for a dead one's (pwagen/build/interrupted.py).
        temporary = file.with_name(f".pwagen-{secrets.token_hex(8)}.tmp")
        try:
            self.cache_folder.mkdir(parents=True, exist_ok=True)
            temporary.write_bytes(json.dumps(scripts).encode())
            os.replace(temporary, file)  # noqa: PTH105 - the atomic primitive by its own name
        except OSError:
            with suppress(OSError):
                temporary.unlink()

    @staticmethod
    def _file(folder: Path) -> Path:
        return folder / "minified.json"
