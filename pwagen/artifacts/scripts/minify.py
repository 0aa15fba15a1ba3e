"""Minification of scripts, and the cache of the last build's results."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pwagen.disk.atomic import store_cache

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
        if self._scripts.get(name, ("", ""))[0] != key:
            self._scripts[name] = (key, minified(text))
            if self._file:
                store_cache(self._file, json.dumps(self._scripts).encode())
        return self._scripts[name][1]

    @cached_property
    def _scripts(self) -> dict[str, tuple[str, str]]:
        """Name of a script -> key and minified text."""
        if not self._file:
            return {}
        try:
            data = json.loads(self._file.read_bytes())
            return {str(name): (str(key), str(text)) for name, (key, text) in data.items()}
        except (OSError, ValueError, TypeError, AttributeError):
            return {}

    @property
    def _file(self) -> Path | None:
        return self.cache_folder and self.cache_folder / "minified.json"
