"""The files of a web application that the worker stores: its styles, scripts, fonts and small pictures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from pwagen.artifacts.precache_entry import PrecacheEntry, sha256_base64
from pwagen.config.exclusions import exclusions_from_storage
from pwagen.config.model import Config
from pwagen.errors import ConfigError, Problem
from pwagen.globs import matcher
from pwagen.keys.archive_search import find_in_file
from pwagen.keys.key_search import KeySearch
from pwagen.site.precache import Candidates, is_left_to_visits, requested_globs
from pwagen.site.scan import NEVER
from pwagen.site.walk import File


def static_files(folder: Path, url_path: str) -> dict[str, Path]:
    """Return the files below a folder by the path that each is served at, without a slash in front."""
    prefix = url_path.strip("/")
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        f"{prefix}/{path.relative_to(folder).as_posix()}".lstrip("/"): path
        for path in files
        if not any(part.startswith(".") for part in path.relative_to(folder).parts)
    }


def stored_files(config: Config, files: Mapping[str, Path]) -> tuple[PrecacheEntry, ...]:
    """Return what of the files, by path as they are served, is stored at installation.

    Raises:
        ConfigError: a private key is in one of them.
    """
    if not config.offline:
        return ()
    offline = config.offline
    is_requested = matcher(requested_globs(offline))
    # Pages are the application's own, and none of these files.
    is_excluded = matcher([*NEVER, *offline.exclude, *exclusions_from_storage(offline, pages=())])
    is_later = is_left_to_visits(offline)
    candidates = [
        file
        for path in sorted(files)
        if is_requested(path) and not is_excluded(path) and not is_later(file := _file(path, files[path]))
    ]
    chosen, _ = Candidates(candidates, offline).within_budget({})
    contents = {file.path: files[file.path].read_bytes() for file in chosen}
    _refuse_keys(config, contents, files)
    hashes = {path: sha256_base64(content) for path, content in contents.items()}
    return Candidates(candidates, offline).entries(chosen, hashes, {})


def snapshot(files: Iterable[Path]) -> frozenset[tuple[Path, int, int]]:
    """Return something that differs once one of the files has been written to."""
    return frozenset((path, (status := path.stat()).st_size, status.st_mtime_ns) for path in files)


def _file(path: str, source: Path) -> File:
    status = source.stat()
    return File(path, status.st_size, 0, status.st_mtime_ns)


def _refuse_keys(config: Config, contents: Mapping[str, bytes], files: Mapping[str, Path]) -> None:
    search = KeySearch(config.push.vapid_public_key if config.push else None)
    problems = [
        Problem(
            str(files[path]),
            message=f"holds {key}, and anybody can read it",
            fix="move it out of what is served, and make a new key if it was ever online",
        )
        for path, content in contents.items()
        if (key := find_in_file(content, path, search))
    ]
    if problems:
        raise ConfigError(problems)
