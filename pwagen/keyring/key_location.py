"""Where the private key goes: never to where anything is published from."""

from __future__ import annotations

import os
import re
import unicodedata
from hashlib import sha256
from pathlib import Path

from pwagen.errors import PwagenError
from pwagen.keyring.key_files import read_key_pair, why_published
from pwagen.keys.key_pair import KeyPair, generate_key_pair
from pwagen.names import KEY_NAME


def key_file_for(project: Path, site: str | None, name: str) -> Path:
    """Return the file beside pwagen.yaml or, if that would be published, one in the user's own folder.

    Raises `PwagenError` if even that is published.
    """
    beside = project / KEY_NAME
    published = (project / site).resolve() if site else None
    if not _is_in(beside, published) and not why_published(beside):
        return beside
    letters = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:40] or "app"
    identity = sha256(os.fsencode(project.resolve())).hexdigest()[:8]
    apart = _config_home() / "pwagen" / f"{slug}-{identity}" / KEY_NAME
    if _is_in(apart, published):
        message = f"{apart} would be published, too: it is inside {published}"
        raise PwagenError(f"{message} - set XDG_CONFIG_HOME to a folder outside of it")
    return apart


def key_pair_for(key_file: Path) -> KeyPair:
    """Return the pair whose private half lies there already, else a new one."""
    return read_key_pair(str(key_file)) if os.path.lexists(key_file) else generate_key_pair()


def shown_path(path: Path, project: Path) -> str:
    """Return a path as people know it: relative to the project, or to their home."""
    for root, start in ((project, ""), (Path.home(), "~/")):
        if path.is_relative_to(root):
            return start + path.relative_to(root).as_posix()
    return str(path)


def _is_in(path: Path, folder: Path | None) -> bool:
    return folder is not None and path.resolve().is_relative_to(folder)


def _config_home() -> Path:
    """Return the user's configuration folder (https://specifications.freedesktop.org/basedir-spec/)."""
    given = os.environ.get("XDG_CONFIG_HOME", "")
    return Path(given) if Path(given).is_absolute() else Path.home() / ".config"
