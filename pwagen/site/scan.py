"""The contents of a published folder: its pages, and the files that are stored at installation."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pwagen.artifacts.precache_entry import PrecacheEntry
from pwagen.config.exclusions import exclusions_from_storage
from pwagen.errors import ConfigError, Problem
from pwagen.globs import matcher
from pwagen.keys.archive_search import FoundKey, archive_format
from pwagen.keys.key_search import LIMIT, OWN, OWN_NAME, KeySearch, is_read_for_keys
from pwagen.site.hashes import Hashes, hash_files, look_into_archive
from pwagen.site.precache import SHOWN_FIRST, Candidates, LeftOut, is_left_to_visits, is_page, requested_globs
from pwagen.site.walk import File, Skipped, walk

if TYPE_CHECKING:
    from pwagen.config.model import Offline

# Never stored, even if a glob matches: read by the host or by tools, not by pages.
NEVER = (
    *("**/*.map", "**/*.gz", "**/*.br", "**/*.zst"),
    *("**/*.pem", "**/*.key", "**/*.p8", "**/*.pk8", "**/*.der", "**/*.jwk", "**/*.env"),
    *("_headers", "_redirects", "_routes.json", "_worker.js", "netlify.toml", "vercel.json", "firebase.json"),
    *("staticwebapp.config.json", "web.config", "wrangler.toml", "CNAME", "pwagen.yaml", "pwagen.lock"),
)

UNDER_NEVER = "it is under offline.never"


class Served(NamedTuple):
    """A file as it is published: base64 SHA-256 and size in bytes."""

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
    """The candidates that fit into the size limits."""
    sizes: Mapping[str, int] = field(default_factory=dict)
    """Path -> size of files that are served with other bytes than they were scanned with."""
    unsearched: Mapping[str, str] = field(default_factory=dict)
    """Archive -> why not all of it could be searched for private keys."""

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
        chosen, over_budget = self.candidates.within_budget(sizes)
        _, over_budget_before = self.candidates.within_budget(self.sizes)
        hashes = dict(self.hashes)
        if unread := {file.path for file in chosen if file.path not in hashes}:
            files = [file for file in chosen if file.path in unread]
            hashes |= _refuse_keys(self.folder, hash_files(self.folder, files, None, self.search)).sha256
        hashes |= {path: served.sha256 for path, served in changed.items()}
        left_out = {*self.left_out}.difference(over_budget_before).union(over_budget)
        return replace(
            self, chosen=tuple(chosen), left_out=tuple(sorted(left_out)), hashes=hashes, sizes=sizes
        )


def scan_site(
    folder: Path,
    offline: Offline | None,
    *,
    leave_out: Iterable[str] = (),
    cache_file: Path | None = None,
    public_key: str | None = None,
    example_keys: Collection[str] = (),
    for_injection: bool = False,
) -> Site:
    """Return the contents of ``folder`` and which files are stored: none if ``offline`` is None.

    ``leave_out`` are paths of generated files. ``cache_file`` holds hashes of earlier runs and may be
    absent. The files are searched for private keys, that of ``public_key`` in every form; ``example_keys``
    are files that may show others. ``for_injection`` reads every page and script, stored or not.

    Raises:
        PwagenError: there is no such folder.
        ConfigError: a private key lies in it.
    """
    from pwagen.config.model import Offline

    entries = list(walk(folder))
    generated = frozenset(leave_out)
    files = [entry for entry in entries if isinstance(entry, File) and _is_published(entry, generated)]
    pages = [file.path for file in files if is_page(file.path)]
    scripts = [file.path for file in files if file.path.endswith((".js", ".mjs"))]
    is_requested = matcher(requested_globs(offline) if offline else ())
    offline = offline or Offline()
    is_excluded = matcher([*NEVER, *offline.exclude])
    is_never_stored = matcher(exclusions_from_storage(offline, pages))
    requested = [file for file in files if is_requested(file.path) and not is_excluded(file.path)]
    allowed = [file for file in requested if not is_never_stored(file.path)]
    is_later = is_left_to_visits(offline)
    candidates = Candidates(sorted(file for file in allowed if not is_later(file)), offline)
    chosen, left_out = candidates.within_budget({})
    left_out += [LeftOut(file.path, file.size, SHOWN_FIRST) for file in allowed if is_later(file)]
    left_out += [
        LeftOut(file.path, file.size, UNDER_NEVER) for file in requested if is_never_stored(file.path)
    ]
    needed = {file.path for file in chosen}.union([*pages, *scripts] if for_injection else ())
    search = KeySearch(public_key, example_keys)
    files_to_read = [
        entry
        for entry in entries
        if isinstance(entry, File)
        and (
            entry.path in needed or (entry.path not in generated and is_read_for_keys(entry.path, entry.size))
        )
    ]
    hashes = hash_files(folder, files_to_read, cache_file, search)
    _look_behind_links(
        folder, (entry.path for entry in entries if isinstance(entry, Skipped)), hashes, search
    )
    read = {file.path for file in files_to_read}
    _note_large_archives(folder, (file for file in files if file.path not in read), hashes)
    for path in search.names_with_key([entry.path for entry in entries if entry.path not in generated]):
        hashes.private_keys[path] = FoundKey(OWN_NAME)
    _refuse_keys(folder, hashes)
    for entry in entries:
        if isinstance(entry, Skipped) and is_requested(entry.path):
            left_out.append(LeftOut(entry.path, 0, entry.reason))
    left_out += [LeftOut(path, 0, reason) for path, reason in hashes.failures.items() if is_requested(path)]
    return Site(
        folder,
        tuple(sorted(pages)),
        tuple(sorted(left_out)),
        _unmatched(offline, [*(file.path for file in files), *generated]),
        {file.path: file.target for file in files if file.target},
        hashes.sha256,
        tuple(sorted(hashes.registrations)),
        candidates,
        search,
        tuple(chosen),
        unsearched=hashes.unsearched,
    )


def pages_of(folder: Path) -> Site:
    """Return only the pages of ``folder``; its other files are ignored.

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
                    message=f"holds {key}, and everything in this folder gets published",
                    fix=f"{_remedy(key)}, and make a new key if the file was ever online"
                    + ("" if key.kind in (OWN, OWN_NAME) else _unless_example(path)),
                )
                for path, key in hashes.private_keys.items()
            ]
        )
    return hashes


def _remedy(key: FoundKey) -> str:
    if key.kind == OWN_NAME:
        return "call it something else"
    return "make it again without that" if key.entry else "move it out of the folder"


def _unless_example(path: str) -> str:
    # A name in JSON's notation is one in YAML's, too.
    return (
        "; or, if it only shows one that nobody uses, write "
        f"example_keys: [{json.dumps(path, ensure_ascii=False)}] into pwagen.yaml"
    )


def _look_behind_links(folder: Path, links: Iterable[str], hashes: Hashes, search: KeySearch) -> None:
    """Add what a host would publish by following a link out of the site."""
    for path in links:
        link = folder / path
        try:
            if not link.is_symlink() or not link.is_file() or link.stat().st_size > LIMIT:
                continue
            content = link.read_bytes()
        except OSError:
            continue
        if archive_format(content[:300], path):
            look_into_archive(link, path, hashes, search)
        if kind := search.find(content, link.name):
            hashes.private_keys.setdefault(path, FoundKey(kind))


def _note_large_archives(folder: Path, unread: Iterable[File], hashes: Hashes) -> None:
    """Add the archives that are too large to be read only to look for keys."""
    for file in unread:
        if file.size > LIMIT:
            try:
                with (folder / file.path).open("rb") as opened:
                    beginning = opened.read(300)
            except OSError:
                continue
            if archive_format(beginning, file.path):
                hashes.unsearched[file.path] = f"it has more than {LIMIT >> 20} MiB"


def _is_published(file: File, generated: frozenset[str]) -> bool:
    """Tell whether a file belongs to the site: not generated, and no dotfile, which many hosts hide."""
    # Hidden folders have not been walked. A link to a generated file changes with it.
    path = file.path
    return (
        path not in generated and file.target not in generated and not path.rpartition("/")[2].startswith(".")
    )


def _unmatched(offline: Offline, paths: Collection[str]) -> tuple[str, ...]:
    globs = (*(offline.precache or ()), *offline.precache_add)
    return tuple(glob for glob in globs if not any(map(matcher([glob]), paths)))
