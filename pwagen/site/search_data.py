"""What the search of a generated site reads: data, which is not stored unless somebody asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pwagen.site.inside import is_inside


@dataclass(frozen=True)
class SearchData:
    """A search: the file that it is known by, globs of what it reads, and parameters that change nothing."""

    file: str
    globs: tuple[str, ...]
    params: tuple[str, ...] = ()


SEARCHES = (
    SearchData("pagefind/pagefind-entry.json", ("pagefind/**",)),
    SearchData("search/search_index.json", ("search/search_index.json",), ("q",)),
)


def find_searches(site: Path) -> tuple[SearchData, ...]:
    """Return the searches of a published folder."""
    return tuple(search for search in SEARCHES if is_inside(site, site / search.file))
