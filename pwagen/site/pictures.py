"""Pictures of a site that could become the app's icon."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Any

from pwagen.artifacts.icons.icon_sources import MAX_BYTES, Picture, check_picture
from pwagen.errors import PwagenError
from pwagen.site.address import file_of
from pwagen.site.existing_pwa import ExistingManifest
from pwagen.site.inside import read_inside
from pwagen.site.page_facts import PageFacts
from pwagen.site.page_logos import logos_in_css
from pwagen.site.stylesheets import Sheet
from pwagen.site.svg_ratio import LONGEST_RATIO, side_ratio, svg_ratio
from pwagen.site.walk import File, walk

_SMALLEST_PX = 144
_SQUARE_RATIO = 1.1
_MOST_FILES = 20_000
_ICON_RELS = frozenset(["icon", "apple-touch-icon", "apple-touch-icon-precomposed", "fluid-icon"])
# Names of the site's own icon, not of one of many icons in it.
_USUAL_NAME = re.compile(
    r"(?:app|site|pwa)?[-_]?(?:logo|icon|favicon|apple-touch-icon|android-chrome|mstile)(?:[-_.]?\d+(?:x\d+)?)?\.(?:svg|png|webp|avif|jpe?g|gif|ico)",
    re.IGNORECASE,
)
_DEPENDENCY_FOLDERS = frozenset(["node_modules", "venv", "env", "vendor", "site-packages"])


def icon_candidates(
    site: Path, page: PageFacts, manifest: ExistingManifest | None, sheets: Iterable[Sheet] = ()
) -> tuple[str, ...]:
    """Return paths below ``site`` of pictures that are large enough to become icons, the best first.

    Square ones come before others, and then pictures that the page or the manifest call icons before those
    that merely have such a name, those before the logos that the page shows, and those before the ones in its
    style sheets; an SVG before a raster, a larger one before a smaller one.
    """
    ranks: dict[str, int] = {}
    origins = (
        _linked(site, page, manifest),
        sorted(_with_usual_names(site)),
        _files(site, ((address, "/") for address in page.logos)),
        _files(site, ((address, "/") for address in logos_in_css(sheets))),
    )
    for rank, paths in enumerate(origins):
        for path in paths:
            ranks.setdefault(path, rank)
    scored = []
    for position, (path, rank) in enumerate(ranks.items()):
        size, is_square = _size(site, path)
        if size:
            scored.append((not is_square, rank, -size, position, path))
    return tuple(path for *_, path in sorted(scored))


def manifest_pictures(site: Path, manifest: ExistingManifest | None, purpose: str) -> tuple[str, ...]:
    """Return paths below ``site`` of the manifest's square icons with a purpose, the largest first."""
    icons = _manifest_icons(manifest.members, purpose) if manifest else []
    locations = (file_of(site, source, f"/{manifest.path}") for source in icons) if manifest else ()
    sized = {location[0]: _size(site, location[0]) for location in locations if location}
    square = [path for path, (size, is_square) in sized.items() if size and is_square]
    return tuple(sorted(square, key=lambda path: -sized[path][0]))


def _linked(site: Path, page: PageFacts, manifest: ExistingManifest | None) -> list[str]:
    addresses = [(link.href, "/") for link in page.links if link.rel & _ICON_RELS]
    if manifest:
        addresses += [(source, f"/{manifest.path}") for source in _manifest_icons(manifest.members)]
    return _files(site, addresses)


def _files(site: Path, addresses: Iterable[tuple[str, str]]) -> list[str]:
    locations = (file_of(site, url, base) for url, base in addresses)
    return [location[0] for location in locations if location]


def _manifest_icons(members: dict[str, Any], purpose: str = "any") -> list[str]:
    icons = members.get("icons")
    return [
        str(icon.get("src", ""))
        for icon in (icons if isinstance(icons, list) else [])
        # A maskable icon already has its margin; a monochrome one has no colours.
        if isinstance(icon, dict) and purpose in str(icon.get("purpose", "any")).lower().split()
    ]


def _with_usual_names(site: Path) -> list[str]:
    try:
        files = islice(walk(site), _MOST_FILES)
        return [file.path for file in files if isinstance(file, File) and _stands_for_site(file.path)]
    except PwagenError:
        return []


def _stands_for_site(path: str) -> bool:
    *folders, name = path.split("/")
    return bool(_USUAL_NAME.fullmatch(name)) and _DEPENDENCY_FOLDERS.isdisjoint(folders)


def _size(site: Path, path: str) -> tuple[float, bool]:
    """Return the longer side in pixels and whether a picture is square; 0 for one that cannot become icons.

    The longer side of an SVG is infinite.
    """
    picture = Picture(path, read_inside(site, site / path, MAX_BYTES + 1))
    try:
        check_picture(picture)
    except PwagenError:
        return 0, False
    raster = picture.raster
    ratio = side_ratio(raster.width, raster.height) if raster else svg_ratio(picture.content)
    size = max(raster.width, raster.height) if raster else float("inf")
    if not 1 <= ratio <= LONGEST_RATIO or size < _SMALLEST_PX:
        return 0, False
    return size, ratio < _SQUARE_RATIO
