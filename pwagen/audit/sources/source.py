"""What every source of files can do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

_HTML = (b"<!doctype html", b"<html")


@dataclass(frozen=True)
class Resource:
    """A file as a visitor gets it. ``path`` is its name in a report, ``url`` its address without fragment.

    ``headers`` have lower-case names; they are None where no server answered. ``redirects`` are the addresses
    that led here, the first first.
    """

    path: str
    url: str
    content: bytes = field(repr=False)
    status: int = 200
    headers: Mapping[str, str] | None = None
    redirects: tuple[str, ...] = ()

    @property
    def is_page(self) -> bool:
        """Whether the content begins as HTML does, as servers answer for files that aren't there."""
        return self.content[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_HTML)

    @property
    def text(self) -> str:
        """The content as text: UTF-8, what isn't becomes U+FFFD, without a byte order mark."""
        return self.content.decode("utf-8", "replace").removeprefix("\ufeff")


class Source(Protocol):
    """Where files come from. Nothing that a source does changes the site."""

    @property
    def root(self) -> str:
        """The URL of the site's root, with a slash at its end."""

    @property
    def answers_with_headers(self) -> bool:
        """Whether a server answers."""

    def paths(self) -> Sequence[str]:
        """Return the paths that are known, relative to the root, or as URLs."""

    def pages(self) -> Sequence[str]:
        """Return those of `paths` that are pages, the start page first."""

    def size(self, path: str) -> int:
        """Return the size in bytes of a file of `paths`."""

    def get(self, url: str) -> Resource | None:
        """Return what is at an absolute URL; None if nothing is, or if it isn't this site's."""

    def is_unanswered(self, url: str) -> bool:
        """Whether a server gave no answer at an absolute URL, so that nobody knows what is there."""
