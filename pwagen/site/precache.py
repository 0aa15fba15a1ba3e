"""Which files of a published folder the worker stores at installation: pure, from names and sizes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from pwagen.artifacts.precache_entry import PrecacheEntry
from pwagen.config.checks.values import parse_size
from pwagen.globs import matcher

if TYPE_CHECKING:
    from pwagen.config.model import Fallbacks, Offline
    from pwagen.site.walk import File

# Servers send these as application/xhtml+xml.
XML_SUFFIXES = (".xhtml", ".xht")
PAGE_SUFFIXES = (".html", ".htm", *XML_SUFFIXES)

# The default: the files of pages. Data (JSON, feeds, downloads, media) is left to the routes, because
# only the site's owner knows which of it is public, small and worth storing.
DEFAULT_OPTIONAL = tuple(
    f"**/*.{suffix}"
    for suffix in (
        *("avif", "gif", "ico", "jpeg", "jpg", "png", "svg", "webp"),
        *("woff2", "woff", "ttf", "otf"),
    )
)
DEFAULT_PRECACHE = (
    *(
        f"**/*.{suffix}"
        for suffix in ("html", "htm", "HTML", "HTM", "xhtml", "xht", "css", "js", "mjs", "wasm")
    ),
    *DEFAULT_OPTIONAL,
)

STYLES_AND_SCRIPTS = (".css", ".js", ".mjs", ".wasm")
FONTS = (".woff2", ".woff", ".ttf", ".otf")
START_PAGE = "index.html"


class LeftOut(msgspec.Struct, frozen=True, order=True, gc=False):
    """A file that matches the globs but is not stored, and why; ``size`` in bytes, 0 if unknown."""

    path: str
    size: int
    reason: str


def stand_ins(offline: Offline) -> tuple[str, ...]:
    """Return the files that the worker shows in place of others.

    Of a config that is read leniently, members that are wrong are None; so in `requested_globs`.
    """
    fallbacks: Fallbacks | None = offline.fallbacks
    others = (fallbacks.image, fallbacks.json) if fallbacks else ()
    return tuple(path for path in (offline.page, offline.app_shell, *others) if path)


def requested_globs(offline: Offline) -> tuple[str, ...]:
    """Return the globs of all files that may be stored."""
    lists = (offline.precache or DEFAULT_PRECACHE, offline.precache_add, offline.optional)
    return (*(glob for globs in lists for glob in globs or () if glob), *stand_ins(offline))


@dataclass(frozen=True)
class Candidates:
    """The files that may be stored, sorted by path, and the rules for choosing among them."""

    files: Sequence[File]
    offline: Offline

    @cached_property
    def stand_ins(self) -> tuple[str, ...]:
        """The files that the worker shows in place of others."""
        return stand_ins(self.offline)

    def within_budget(self, sizes: Mapping[str, int]) -> tuple[list[File], list[LeftOut]]:
        """Return the files that fit, sorted by path, and those that don't.

        ``sizes`` are those of files that are served with other bytes than they were scanned with. Most
        needed comes first: offline page, start page, styles and scripts, pages, fonts, everything else;
        within each, fewest folders first. A file that doesn't fit leaves its place to the next.
        """
        offline = self.offline
        file_limit, total_limit = parse_size(offline.max_file_size), parse_size(offline.max_total_size)
        sized = [(sizes.get(file.path, file.size), file) for file in self.files]
        reason = f"it is larger than max_file_size ({offline.max_file_size})"
        left_out = [LeftOut(file.path, size, reason) for size, file in sized if size > file_limit]
        if left_out:
            sized = [(size, file) for size, file in sized if size <= file_limit]
        if sum(size for size, _ in sized) <= total_limit:
            return [file for _, file in sized], left_out

        reason = f"it goes beyond max_total_size ({offline.max_total_size})"
        chosen: list[File] = []
        total = 0
        for size, file in sorted(sized, key=lambda item: self._need(item[1].path)):
            if total + size > total_limit:
                left_out.append(LeftOut(file.path, size, reason))
            else:
                total += size
                chosen.append(file)
        return sorted(chosen), left_out

    def entries(
        self, chosen: Iterable[File], sha256: Mapping[str, str], sizes: Mapping[str, int]
    ) -> tuple[PrecacheEntry, ...]:
        """Return the worker's list, without files that have no hash because they could not be read."""
        # Pages, styles and scripts must be of one build; a missing picture must not block an update.
        optional = matcher(DEFAULT_OPTIONAL if self.offline.optional is None else self.offline.optional)
        return tuple(
            PrecacheEntry(
                path, sha256[path], sizes.get(path, file.size), path in self.stand_ins or not optional(path)
            )
            for file in chosen
            if (path := file.path) in sha256
        )

    def _need(self, path: str) -> tuple[int, int, str]:
        if path == START_PAGE or path in self.stand_ins:
            rank = 0
        elif path.endswith(STYLES_AND_SCRIPTS):
            rank = 1
        elif is_page(path):
            rank = 2
        else:
            rank = 3 if path.endswith(FONTS) else 4
        return rank, path.count("/"), path


def is_page(path: str) -> bool:
    """Tell whether a file is a page by its name."""
    return path.lower().endswith(PAGE_SUFFIXES)


def is_served_as_xml(path: str) -> bool:
    """Tell whether the name of a page has servers send it as XML."""
    return path.lower().endswith(XML_SUFFIXES)
