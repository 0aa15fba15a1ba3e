"""The project's folder ``.pwagen``: caches, and the schema for editors."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from pwagen.render import source

NAME = ".pwagen"
# In templates/; pwagen.yaml.jinja names it, too.
SCHEMA = "pwagen.schema.json"


def cache_folder(root: Path, *, may_make: bool) -> Path | None:
    """Return the folder, which has a .gitignore, created if possible and allowed; None if it is absent."""
    folder = root / NAME
    if may_make:
        with suppress(OSError):
            folder.mkdir(exist_ok=True)
            _keep(folder / ".gitignore", "*\n")
            _keep(folder / SCHEMA, source(SCHEMA))
    return folder if folder.is_dir() else None


def _keep(file: Path, text: str) -> None:
    content = text.encode()
    if not file.exists() or file.read_bytes() != content:
        file.write_bytes(content)
