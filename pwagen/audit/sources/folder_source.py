"""A published folder as the source of an audit, with files that a build would add laid over it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from urllib.parse import unquote, urlsplit

from pwagen.audit.sources.source import Resource
from pwagen.site.inside import is_inside
from pwagen.site.precache import is_page
from pwagen.site.walk import CANNOT_BE_READ, File, walk

ROOT = "https://site.invalid/"
"""Where a folder is taken to be served, RFC 2606 section 2: nobody has such a host."""

_START_PAGES = ("index.html", "index.htm")

_DEEPEST = 6
"""Folders of its host that a site may be published in, one inside of the other, plus one."""

LARGEST = 64 * 1024 * 1024
"""Bytes of a file that are read."""


class FolderSource:
    """The files of a folder, and those of ``overlay`` (content by path) in place of them or beside them."""

    root = ROOT
    answers_with_headers = False

    def __init__(self, folder: Path | None, overlay: Mapping[str, bytes] | None = None) -> None:
        self._folder = folder
        self._overlay = overlay or {}
        self.unread: dict[str, str] = {}
        """Why files and folders could not be read so far, by their paths."""

    @cached_property
    def _sizes(self) -> dict[str, int]:
        sizes: dict[str, int] = {}
        for entry in walk(self._folder) if self._folder else ():
            if isinstance(entry, File):
                sizes[entry.path] = entry.size
            elif entry.reason.startswith(CANNOT_BE_READ):
                self.unread[entry.path] = entry.reason
        return sizes | {path: len(content) for path, content in self._overlay.items()}

    @cached_property
    def _paths(self) -> list[str]:
        return sorted(self._sizes)

    def paths(self) -> Sequence[str]:
        """Return the paths of all files, sorted."""
        return self._paths

    def pages(self) -> Sequence[str]:
        """Return the paths of the pages, index.html and those near it first."""
        pages = filter(is_page, self._paths)
        return sorted(pages, key=lambda path: (path not in _START_PAGES, path.count("/"), path))

    def size(self, path: str) -> int:
        """Return the size in bytes of a file."""
        return self._sizes[path]

    def get(self, url: str) -> Resource | None:
        """Return the file that a web server would answer with; None if it has none.

        A folder's address is its index.html, an address without a suffix may be a page's. A site that is
        published in a folder of its host, at any depth, has that folder's path before its addresses.
        """
        try:
            parts = urlsplit(url)
        except ValueError:
            return None
        if f"{parts.scheme}://{parts.netloc}/" != ROOT:
            return None
        path = unquote(parts.path).lstrip("/")
        names = path.split("/")
        for candidate in ("/".join(names[depth:]) for depth in range(min(len(names), _DEEPEST))):
            for name in (candidate, f"{candidate.rstrip('/')}/index.html".lstrip("/"), f"{candidate}.html"):
                content = self._read(name)
                if content is not None:
                    return Resource(name, ROOT + name, content)
            if not candidate:
                break
        return None

    def is_unanswered(self, _url: str) -> bool:
        """Return False: what isn't in a folder isn't there."""
        return False

    def _read(self, path: str) -> bytes | None:
        if path in self._overlay:
            return self._overlay[path]
        if not path or not self._folder or "\0" in path:
            return None
        file = self._folder / path
        try:
            # What was walked is inside; what was not may be in a hidden folder, as .well-known is.
            if path not in self._sizes and not is_inside(self._folder, file):
                return None
            with file.open("rb") as stream:
                # Not more than there is: of a block as large as the limit the rest is given back, but each
                # remains a mapping of its own, of which Linux allows a process 65,530.
                return stream.read(min(os.fstat(stream.fileno()).st_size, LARGEST))
        except OSError as error:
            if path in self._sizes:
                self.unread[path] = f"{CANNOT_BE_READ} ({error.strerror})"
            return None
