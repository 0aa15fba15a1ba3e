"""Pictures of a site that could become the app's icon."""

from __future__ import annotations

import re
from itertools import islice
from pathlib import Path
from typing import Any

from pwagen.artifacts.icons.icon_sources import MAX_BYTES, Picture, check_picture
from pwagen.errors import PwagenError
from pwagen.site.address import file_of
from pwagen.site.existing_pwa import ExistingManifest
from pwagen.site.inside import read_inside
from pwagen.site.page_facts import PageFacts
from pwagen.site.walk import File, walk

_SMALLEST_PX = 144
_MOST_FILES = 20_000
_ICON_RELS = frozenset(["icon", "apple-touch-icon", "apple-touch-icon-precomposed", "fluid-icon"])
# Names of the site's own icon, not of one of many icons in it.
_USUAL_NAME = re.compile(
    r"(?:app|site|pwa)?[-_]?(?:logo|icon|favicon|apple-touch-icon|android-chrome|mstile)(?:[-_.]?\d+(?:x\d+)?)?\.(?:svg|png)",
    re.IGNORECASE,
)
_DEPENDENCY_FOLDERS = frozenset(["node_modules", "venv", "env", "vendor", "site-packages"])
_SVG_SIZE = re.compile(r"""\b(viewBox|width|height)\s*=\s*["']\s*([^"'<>]{1,100})["']""")


def icon_candidates(site: Path, page: PageFacts, manifest: ExistingManifest | None) -> tuple[str, ...]:
    """Return paths below ``site`` of square SVG and PNG files that can be painted, the best first.

    Pictures that the page or the manifest call icons come before those that merely have such a name;
    an SVG before a PNG, a larger PNG before a smaller one.
    """
    named = [path for path in _linked(site, page, manifest) if path.lower().endswith((".svg", ".png"))]
    paths = [*dict.fromkeys(named), *sorted(set(_with_usual_names(site)) - set(named))]
    scored = []
    for position, path in enumerate(paths):
        size = _square_size(site, path)
        if size:
            scored.append((path not in named, -size, position, path))
    return tuple(path for *_, path in sorted(scored))


def manifest_pictures(site: Path, manifest: ExistingManifest | None, purpose: str) -> tuple[str, ...]:
    """Return paths below ``site`` of the manifest's SVG and PNG icons with a purpose, the largest first."""
    icons = _manifest_icons(manifest.members, purpose) if manifest else []
    locations = (file_of(site, source, f"/{manifest.path}") for source in icons) if manifest else ()
    sized = {location[0]: _square_size(site, location[0]) for location in locations if location}
    return tuple(sorted(filter(sized.get, sized), key=lambda path: -sized[path]))


def _linked(site: Path, page: PageFacts, manifest: ExistingManifest | None) -> list[str]:
    addresses = [(link.href, "/") for link in page.links if link.rel & _ICON_RELS]
    if manifest:
        addresses += [(source, f"/{manifest.path}") for source in _manifest_icons(manifest.members)]
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


def _square_size(site: Path, path: str) -> float:
    """Return the side in pixels, infinite for an SVG, 0 for a picture that is not usable as an icon."""
    picture = Picture(path, read_inside(site, site / path, MAX_BYTES + 1))
    try:
        check_picture(picture)
    except PwagenError:
        return 0
    if not picture.is_png:
        return float("inf") if _is_square_svg(picture.content) else 0
    width, height = picture.png_size
    return width if width == height >= _SMALLEST_PX else 0


def _is_square_svg(content: bytes) -> bool:
    root = content[content.find(b"<svg") :].split(b">", 1)[0].decode("utf-8", "replace")
    sizes = dict(_SVG_SIZE.findall(root))
    if "viewBox" in sizes:
        *_, width, height = re.split(r"[\s,]+", f"0 0 {sizes['viewBox'].strip()}")
    else:
        width, height = sizes.get("width", ""), sizes.get("height", "")
    try:
        return 0.9 < float(width.removesuffix("px")) / float(height.removesuffix("px")) < 1.1
    except (ValueError, ZeroDivisionError):
        return False
