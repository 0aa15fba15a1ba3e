"""What a published folder holds: its pages, and the files that are stored when the app is installed."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from pwagen.artifacts.precache_entry import PrecacheEntry
from pwagen.config.checks.values import parse_size
from pwagen.config.exclusions import exclusions_from_storage
from pwagen.errors import ConfigError, Problem
from pwagen.globs import matcher
from pwagen.site.hashes import Hashes, hash_files
from pwagen.site.published_keys import may_hold_key
from pwagen.site.walk import File, Skipped, walk

if TYPE_CHECKING:
    from pwagen.config.model import Offline

PAGE_SUFFIXES = (".html", ".htm")

# The default: what pages are made of. Data (JSON, feeds, downloads, media) is left to the routes, because
# only the site's owner knows what of it is public, small and worth keeping.
DEFAULT_OPTIONAL = tuple(
    f"**/*.{suffix}"
    for suffix in (
        *("avif", "gif", "ico", "jpeg", "jpg", "png", "svg", "webp"),
        *("woff2", "woff", "ttf", "otf"),
    )
)
DEFAULT_PRECACHE = (
    *(f"**/*.{suffix}" for suffix in ("html", "htm", "HTML", "HTM", "css", "js", "mjs", "wasm")),
    *DEFAULT_OPTIONAL,
)

# Never stored, whatever the globs say: read by the host or by tools, not by pages.
NEVER = (
    *("**/*.map", "**/*.gz", "**/*.br", "**/*.zst"),
    *("**/*.pem", "**/*.key", "**/*.p8", "**/*.pk8", "**/*.der", "**/*.jwk", "**/*.env"),
    *("_headers", "_redirects", "_routes.json", "_worker.js", "netlify.toml", "vercel.json", "firebase.json"),
    *("staticwebapp.config.json", "web.config", "wrangler.toml", "CNAME", "pwagen.yaml", "pwagen.lock"),
)

UNDER_NEVER = "it is under offline.never"

STYLES_AND_SCRIPTS = (".css", ".js", ".mjs", ".wasm")
FONTS = (".woff2", ".woff", ".ttf", ".otf")


class LeftOut(msgspec.Struct, frozen=True, order=True, gc=False):
    """A file that was asked for and is not stored, and why; ``size`` in bytes, 0 if unknown."""

    path: str
    size: int
    reason: str


@dataclass(frozen=True)
class Site:
    """A published folder. All tuples are sorted by path."""

    folder: Path
    pages: tuple[str, ...]
    precache: tuple[PrecacheEntry, ...]
    left_out: tuple[LeftOut, ...] = ()
    unmatched: tuple[str, ...] = ()
    """Globs of `offline.precache` that match no file."""
    # The rest is filled by a scan for an injection: path -> base64 SHA-256 of every page, the pages that
    # are symbolic links, and the files that register a service worker.
    page_hashes: Mapping[str, str] = field(default_factory=dict)
    linked: frozenset[str] = frozenset()
    registrations: tuple[str, ...] = ()

    @property
    def precache_size(self) -> int:
        """The bytes that an installation fetches."""
        return sum(entry.size for entry in self.precache)

    def biggest(self, count: int = 5) -> list[PrecacheEntry]:
        """Return the largest files that are stored, largest first."""
        return sorted(self.precache, key=lambda entry: (-entry.size, entry.path))[:count]


def scan_site(
    folder: Path,
    offline: Offline,
    *,
    leave_out: Iterable[str] = (),
    cache_file: Path | None = None,
    start_page: str = "index.html",
    for_injection: bool = False,
) -> Site:
    """Return what lies in ``folder`` and what of it is stored.

    ``leave_out`` are paths of our own making. ``cache_file`` holds hashes of earlier runs and may be
    absent. ``for_injection`` looks at every page and script, stored or not.

    Raises:
        PwagenError: there is no such folder.
        ConfigError: a private key lies in it.
    """
    found = list(walk(folder))
    own = frozenset(leave_out)
    files = [entry for entry in found if isinstance(entry, File) and _is_published(entry.path, own)]
    pages = [file.path for file in files if is_page(file.path)]
    scripts = [file.path for file in files if file.path.endswith((".js", ".mjs"))]
    stand_ins = _stand_ins(offline)
    asked_for = (*(offline.precache or DEFAULT_PRECACHE), *offline.precache_add, *(offline.optional or ()))
    wanted = matcher([*asked_for, *stand_ins])
    unwanted, never = matcher([*NEVER, *offline.exclude]), matcher(exclusions_from_storage(offline, pages))
    asked = [file for file in files if wanted(file.path) and not unwanted(file.path)]
    left_alone = [file for file in asked if never(file.path)]
    chosen, left_out = _within_budget([file for file in asked if not never(file.path)], offline, start_page)
    left_out += [LeftOut(file.path, file.size, UNDER_NEVER) for file in left_alone]
    looked_at = {file.path for file in chosen}.union([*pages, *scripts] if for_injection else ())
    hashes = _hash(folder, found, looked_at, cache_file)
    for entry in found:
        if isinstance(entry, Skipped) and wanted(entry.path):
            left_out.append(LeftOut(entry.path, 0, entry.reason))
    left_out += [LeftOut(path, 0, reason) for path, reason in hashes.failures.items() if wanted(path)]
    # Pages, styles and scripts must be of one build; nobody is to stay on an old one for a picture's sake.
    optional = matcher(DEFAULT_OPTIONAL if offline.optional is None else offline.optional)
    sha256 = hashes.sha256
    return Site(
        folder,
        tuple(sorted(pages)),
        tuple(
            PrecacheEntry(
                file.path, sha256[file.path], file.size, file.path in stand_ins or not optional(file.path)
            )
            for file in sorted(chosen)
            if file.path in sha256
        ),
        tuple(sorted(left_out)),
        _unmatched(offline, [*(file.path for file in files), *own]),
        {path: sha256[path] for path in pages if path in sha256} if for_injection else {},
        frozenset(file.path for file in files if file.linked),
        tuple(sorted(hashes.registrations)),
    )


def pages_of(folder: Path) -> Site:
    """Return the pages of ``folder`` alone; whatever else is in it doesn't matter.

    Raises:
        PwagenError: there is no such folder.
    """
    files = [entry for entry in walk(folder) if isinstance(entry, File) and is_page(entry.path)]
    linked = frozenset(file.path for file in files if file.linked)
    return Site(folder, tuple(sorted(file.path for file in files)), (), linked=linked)


def is_page(path: str) -> bool:
    """Tell whether a file is a page by its name."""
    return path.lower().endswith(PAGE_SUFFIXES)


def _hash(
    folder: Path, found: Iterable[File | Skipped], paths: Container[str], cache_file: Path | None
) -> Hashes:
    """Hash the files of these paths, and refuse private keys wherever in the folder they are."""
    files = [
        entry
        for entry in found
        if isinstance(entry, File) and (entry.path in paths or may_hold_key(entry.path, entry.size))
    ]
    hashes = hash_files(folder, files, cache_file)
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


def _is_published(path: str, own: frozenset[str]) -> bool:
    """Tell whether a file is the site's: not our own, and without a dot in front, which many hosts hide."""
    # Folders with a dot in front have not been walked.
    return path not in own and not path.rpartition("/")[2].startswith(".")


def _unmatched(offline: Offline, paths: Collection[str]) -> tuple[str, ...]:
    globs = (*(offline.precache or ()), *offline.precache_add)
    return tuple(glob for glob in globs if not any(map(matcher([glob]), paths)))


def _stand_ins(offline: Offline) -> list[str]:
    fallbacks = offline.fallbacks
    return [path for path in (offline.page, offline.app_shell, fallbacks.image, fallbacks.json) if path]


def _within_budget(
    files: Iterable[File], offline: Offline, start_page: str
) -> tuple[list[File], list[LeftOut]]:
    """Return the files that fit, and those that don't.

    Most needed comes first: offline page, start page, styles and scripts, pages, fonts, everything else;
    within each, fewest folders first. A file that doesn't fit leaves its place to the next.
    """
    file_limit, total_limit = parse_size(offline.max_file_size), parse_size(offline.max_total_size)
    reason = f"it is larger than max_file_size ({offline.max_file_size})"
    left_out = [LeftOut(file.path, file.size, reason) for file in files if file.size > file_limit]
    files = [file for file in files if file.size <= file_limit]
    total = sum(file.size for file in files)
    if total <= total_limit:
        return files, left_out

    needed = (start_page, *_stand_ins(offline))

    def need(file: File) -> tuple[int, int, str]:
        path = file.path
        if path in needed:
            rank = 0
        elif path.endswith(STYLES_AND_SCRIPTS):
            rank = 1
        elif is_page(path):
            rank = 2
        else:
            rank = 3 if path.endswith(FONTS) else 4
        return rank, path.count("/"), path

    reason = f"it goes beyond max_total_size ({offline.max_total_size})"
    chosen: list[File] = []
    total = 0
    for file in sorted(files, key=need):
        if total + file.size > total_limit:
            left_out.append(LeftOut(file.path, file.size, reason))
        else:
            total += file.size
            chosen.append(file)
    return chosen, left_out
