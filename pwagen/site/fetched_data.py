"""Data that the scripts of a generated site fetch, and that is not stored unless somebody asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pwagen.site.inside import is_inside


@dataclass(frozen=True)
class FetchedData:
    """Data that pages fetch for a ``purpose``: ``globs`` of it, and ``signs``, which all match where it is.

    ``parameters`` in an address change nothing. ``by_generators`` tells that the sign
    means this only where a generator has made the site.
    """

    purpose: str
    signs: tuple[str, ...]
    globs: tuple[str, ...]
    parameters: tuple[str, ...] = ()
    by_generators: bool = False


# What Sphinx's search and its links to search results put into addresses.
SPHINX_PARAMETERS = ("q", "check_keywords", "area", "highlight")
_SEARCH = "the search"
DATA = (
    FetchedData(_SEARCH, ("pagefind/pagefind-entry.json",), ("pagefind/**",)),
    # MkDocs
    FetchedData(_SEARCH, ("search/search_index.json",), ("search/search_index.json",), ("q",)),
    # Sphinx, whose index is a script.
    FetchedData(_SEARCH, ("searchindex.js", "_static/searchtools.js"), (), SPHINX_PARAMETERS),
    # Zola with index_format = "elasticlunr_json" or "fuse_json"
    FetchedData(_SEARCH, ("search_index.*.json",), ("search_index.*.json",)),
    # Next follows a link with the data of its page, which lies beside it; `_rsc` tells caches requests apart.
    FetchedData("links", ("_next/static/*/_buildManifest.js", "index.txt"), ("**/*.txt",), ("_rsc",)),
    # The older router of Next.
    FetchedData("links", ("_next/data/*/*.json",), ("_next/data/**",)),
    # Material for MkDocs looks up in it which links are pages of the site.
    FetchedData("links", ("sitemap.xml",), ("sitemap.xml",), by_generators=True),
)


def find_fetched_data(site: Path, *, is_generated: bool) -> tuple[FetchedData, ...]:
    """Return the data of a published folder, of which the caller knows whether a generator has made it."""
    return tuple(
        data
        for data in DATA
        if (is_generated or not data.by_generators) and all(_is_there(site, sign) for sign in data.signs)
    )


def _is_there(site: Path, glob: str) -> bool:
    return any(is_inside(site, path) for path in site.glob(glob))
