"""Where the private key goes: never to where anything is published from."""

from __future__ import annotations

import os
import re
import unicodedata
from hashlib import sha256
from pathlib import Path

from pwagen.config import written
from pwagen.errors import PwagenError
from pwagen.keyring.key_files import (
    KeyFileError,
    KeySource,
    read_key_pair,
    read_key_source,
    why_published,
)
from pwagen.keys.key_pair import KeyPair, generate_key_pair
from pwagen.names import CONFIG_NAME, KEY_NAME


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


def find_key_source(source: str) -> KeySource:
    """Return what read_key_source does; a file of the default name is also looked for where init put it.

    That is beside the pwagen.yaml here or in a folder above, or in the user's own folder. Raises
    KeyFileError.
    """
    config = _config_above(Path.cwd()) if source == KEY_NAME and not os.path.lexists(source) else None
    if config is None:
        return read_key_source(source)
    try:
        place = key_file_for(config.parent, written(config, "site"), written(config, "app", "name") or "")
    except PwagenError:  # what is wrong with the config is for `build` to say
        return read_key_source(source)
    if os.path.lexists(place):
        return read_key_source(str(place))
    raise KeyFileError(
        f"there is no private key in {shown_path(place, Path.cwd())}, where pwagen init puts it - name its "
        "file; a new pair would reach nobody who subscribed with the old one"
    )


def find_key_pair(source: str) -> KeyPair:
    """Return the key pair at `source` (see find_key_source), errors starting with its name."""
    return find_key_source(source).key_pair()


def _config_above(folder: Path) -> Path | None:
    files = (above / CONFIG_NAME for above in (folder, *folder.parents))
    return next((file for file in files if file.is_file()), None)


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
    folder = os.environ.get("XDG_CONFIG_HOME", "")
    return Path(folder) if Path(folder).is_absolute() else Path.home() / ".config"
