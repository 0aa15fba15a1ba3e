"""What a published folder holds: its pages, and the files that are stored when the app is installed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pwagen.artifacts.precache_entry import PrecacheEntry
from pwagen.config.exclusions import exclusions_from_storage
from pwagen.errors import ConfigError, Problem
from pwagen.globs import matcher
from pwagen.keys.key_search import LIMIT, KeySearch, is_read_for_keys
from pwagen.site.hashes import Hashes, hash_files
from pwagen.site.precache import DEFAULT_PRECACHE, Candidates, LeftOut, is_page
from pwagen.site.walk import File, Skipped, walk

if TYPE_CHECKING:
    from pwagen.config.model import Offline

# Never stored, whatever the globs say: read by the host or by tools, not by pages.
NEVER = (
    *("**/*.map", "**/*.gz", "**/*.br", "**/*.zst"),
    *("**/*.pem", "**/*.key", "**/*.p8", "**/*.pk8", "**/*.der", "**/*.jwk", "**/*.env"),
    *("_headers", "_redirects", "_routes.json", "_worker.js", "netlify.toml", "vercel.json", "firebase.json"),
    *("staticwebapp.config.json", "web.config", "wrangler.toml", "CNAME", "pwagen.yaml", "pwagen.lock"),
)

UNDER_NEVER = "it is under offline.never"


class Served(NamedTuple):
    """What a file is published as: base64 SHA-256 and size in bytes."""

    sha256: str
    size: int


@dataclass(frozen=True)
class Site:
    """A published folder. All tuples are sorted by path."""

    folder: Path
    pages: tuple[str, ...]
    left_out: tuple[LeftOut, ...] = ()
    unmatched: tuple[str, ...] = ()
    """Globs of `offline.precache` that match no file."""
    links: Mapping[str, str] = field(default_factory=dict)
    """Symbolic links -> the file of the site that each leads to."""
    hashes: Mapping[str, str] = field(default_factory=dict)
    """Path -> base64 SHA-256 of every file that was read; all pages are, for an injection."""
    registrations: tuple[str, ...] = ()
    """Files that register a service worker."""
    candidates: Candidates | None = None
    search: KeySearch = field(default_factory=KeySearch, compare=False)
    chosen: tuple[File, ...] = ()
    """Those of the candidates that fit."""
    sizes: Mapping[str, int] = field(default_factory=dict)
    """Path -> size of files that are served with other bytes than they were scanned with."""

    @cached_property
    def precache(self) -> tuple[PrecacheEntry, ...]:
        """What is stored at installation."""
        return self.candidates.entries(self.chosen, self.hashes, self.sizes) if self.candidates else ()

    @property
    def precache_size(self) -> int:
        """The bytes that an installation fetches."""
        return sum(entry.size for entry in self.precache)

    def biggest(self, count: int = 5) -> list[PrecacheEntry]:
        """Return the largest files that are stored, largest first."""
        return sorted(self.precache, key=lambda entry: (-entry.size, entry.path))[:count]

    def as_served(self, changed: Mapping[str, Served]) -> Site:
        """Return the site with other bytes in some of its files: what fits is chosen by the new sizes.

        Raises:
            ConfigError: a private key lies in a file that was not read before.
        """
        if not changed or self.candidates is None:
            return self
        links = {path: changed[file] for path, file in self.links.items() if file in changed}
        changed = {**changed, **links}
        sizes = {path: served.size for path, served in changed.items()}
        chosen, beyond = self.candidates.within_budget(sizes)
        _, beyond_before = self.candidates.within_budget(self.sizes)
        hashes = dict(self.hashes)
        if unread := {file.path for file in chosen if file.path not in hashes}:
            files = [file for file in chosen if file.path in unread]
            hashes |= _refuse_keys(self.folder, hash_files(self.folder, files, None, self.search)).sha256
        hashes |= {path: served.sha256 for path, served in changed.items()}
        left_out = {*self.left_out}.difference(beyond_before).union(beyond)
        return replace(
            self, chosen=tuple(chosen), left_out=tuple(sorted(left_out)), hashes=hashes, sizes=sizes
        )


def scan_site(
    folder: Path,
    offline: Offline,
    *,
    leave_out: Iterable[str] = (),
    cache_file: Path | None = None,
    public_key: str | None = None,
    for_injection: bool = False,
) -> Site:
    """Return what lies in ``folder`` and what of it is stored.

    ``leave_out`` are paths of our own making. ``cache_file`` holds hashes of earlier runs and may be
    absent. ``public_key`` is the one whose private half is looked for. ``for_injection`` looks at every page
    and script, stored or not.

    Raises:
        PwagenError: there is no such folder.
        ConfigError: a private key lies in it.
    """
    found = list(walk(folder))
    own = frozenset(leave_out)
    files = [entry for entry in found if isinstance(entry, File) and _is_published(entry, own)]
    pages = [file.path for file in files if is_page(file.path)]
    scripts = [file.path for file in files if file.path.endswith((".js", ".mjs"))]
    stand_ins = Candidates((), offline).stand_ins
    asked_for = (*(offline.precache or DEFAULT_PRECACHE), *offline.precache_add, *(offline.optional or ()))
    wanted = matcher([*asked_for, *stand_ins])
    unwanted, never = matcher([*NEVER, *offline.exclude]), matcher(exclusions_from_storage(offline, pages))
    asked = [file for file in files if wanted(file.path) and not unwanted(file.path)]
    candidates = Candidates(sorted(file for file in asked if not never(file.path)), offline)
    chosen, left_out = candidates.within_budget({})
    left_out += [LeftOut(file.path, file.size, UNDER_NEVER) for file in asked if never(file.path)]
    looked_at = {file.path for file in chosen}.union([*pages, *scripts] if for_injection else ())
    search = KeySearch(public_key)
    read = [
        entry
        for entry in found
        if isinstance(entry, File)
        and (entry.path in looked_at or (entry.path not in own and is_read_for_keys(entry.path, entry.size)))
    ]
    hashes = hash_files(folder, read, cache_file, search)
    for entry in found:
        if isinstance(entry, Skipped) and (kind := _key_behind(folder / entry.path, search)):
            hashes.private_keys[entry.path] = kind
    _refuse_keys(folder, hashes)
    for entry in found:
        if isinstance(entry, Skipped) and wanted(entry.path):
            left_out.append(LeftOut(entry.path, 0, entry.reason))
    left_out += [LeftOut(path, 0, reason) for path, reason in hashes.failures.items() if wanted(path)]
    return Site(
        folder,
        tuple(sorted(pages)),
        tuple(sorted(left_out)),
        _unmatched(offline, [*(file.path for file in files), *own]),
        {file.path: file.target for file in files if file.target},
        hashes.sha256,
        tuple(sorted(hashes.registrations)),
        candidates,
        search,
        tuple(chosen),
    )


def pages_of(folder: Path) -> Site:
    """Return the pages of ``folder`` alone; whatever else is in it doesn't matter.

    Raises:
        PwagenError: there is no such folder.
    """
    files = [entry for entry in walk(folder) if isinstance(entry, File) and is_page(entry.path)]
    links = {file.path: file.target for file in files if file.target}
    return Site(folder, tuple(sorted(file.path for file in files)), links=links)


def _refuse_keys(folder: Path, hashes: Hashes) -> Hashes:
    """Return the hashes, or raise a ConfigError that names every file with a private key in it."""
    if hashes.private_keys:
        raise ConfigError(
            [
                Problem(
                    str(folder / path),
                    message=f"holds {kind}, and everything in this folder gets published",
                    fix="move it out of the folder, and make a new key if the file was ever online",
                )
                for path, kind in hashes.private_keys.items()
            ]
        )
    return hashes


def _key_behind(link: Path, search: KeySearch) -> str | None:
    """Return which kind of private key a host publishes that follows a link out of the site."""
    try:
        if not link.is_symlink() or not link.is_file() or link.stat().st_size > LIMIT:
            return None
        return search.find(link.read_bytes(), link.name)
    except OSError:
        return None


def _is_published(file: File, own: frozenset[str]) -> bool:
    """Tell whether a file is the site's: not our own, and without a dot in front, which many hosts hide."""
    # Folders with a dot in front have not been walked. A link to a file of ours changes with it.
    path = file.path
    return path not in own and file.target not in own and not path.rpartition("/")[2].startswith(".")


def _unmatched(offline: Offline, paths: Collection[str]) -> tuple[str, ...]:
    globs = (*(offline.precache or ()), *offline.precache_add)
    return tuple(glob for glob in globs if not any(map(matcher([glob]), paths)))
