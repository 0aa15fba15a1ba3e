"""The icons of a few drawings as one small picture each, kept in icon_pictures/, to look at and to compare.

``python -m tests.artifacts.golden_icons`` makes them again, after a change that is meant to be seen.
"""

from __future__ import annotations

from pathlib import Path

import pyvips

from pwagen.artifacts.icons import IconSources, Picture, icon_list
from pwagen.artifacts.icons.paint import paint

FOLDER = Path(__file__).parent / "icon_pictures"
CELL_PX = 64
SHOWN = (
    "icons/icon-192.png",
    "icons/icon-maskable-192.png",
    "icons/apple-touch-icon.png",
    "icons/badge-96.png",
)
BACKGROUNDS = ([255, 255, 255], [27, 27, 31])


def drawing(inner: str, name: str = "Harbour News") -> IconSources:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">{inner}</svg>'
    return IconSources(Picture("logo.svg", svg.encode()), theme="#0b3d5c", name=name)


CASES = {
    "plate": drawing(
        '<rect width="64" height="64" rx="14" fill="#0b3d5c"/>'
        '<path d="M14 44h36l-6 8H20zM31 12v28H16z" fill="#fff"/>'
        '<path d="M34 18v22h14z" fill="#f4a340"/>'
    ),
    "white sign": drawing('<path d="M2 34L32 2l30 32h-9v28H37V44H27v18H11V34z" fill="#fff"/>'),
    "glass": drawing(
        '<circle cx="22" cy="24" r="22" fill="#e53935" fill-opacity=".6"/><circle cx="42" cy="24" r="22" '
        'fill="#43a047" fill-opacity=".6"/><circle cx="32" cy="42" r="22" fill="#1e88e5" fill-opacity=".6"/>'
    ),
    "gradients": drawing(
        '<linearGradient id="a" x2="1" y2="1"><stop stop-color="#ff7043"/>'
        '<stop offset="1" stop-color="#7b1fa2"/></linearGradient>'
        '<circle cx="32" cy="32" r="30" fill="url(#a)"/><path d="M20 44V20h24" fill="none" '
        'stroke="#fff" stroke-width="6" stroke-linejoin="round"/>'
    ),
    "three colours": drawing(
        '<linearGradient id="a" x2="1" y2="1"><stop stop-color="#ff7043"/><stop offset=".4" '
        'stop-color="#fff176"/><stop offset="1" stop-color="#7b1fa2"/></linearGradient>'
        '<rect x="2" y="2" width="60" height="60" rx="14" fill="url(#a)"/><path d="M20 44V20h24" '
        'fill="none" stroke="#fff" stroke-width="6"/>'
    ),
    "off centre": drawing(
        '<circle cx="18" cy="46" r="14" fill="#00695c"/><path d="M18 46L60 4" stroke="#004d40"/>'
    ),
}


def sheet(sources: IconSources) -> pyvips.Image:
    """Return the icons of `SHOWN` beside each other, on white and, below, on near black; sRGB."""
    painting = paint(sources, [name for name in icon_list(sources) if name.path in SHOWN])
    icons = {name.path: content for name, content in painting.files.items()}
    rows = []
    for background in BACKGROUNDS:
        for path in SHOWN:
            picture = pyvips.Image.new_from_buffer(icons[path], "").colourspace("srgb")
            picture = picture.thumbnail_image(CELL_PX)
            rows.append(picture.flatten(background=background) if picture.hasalpha() else picture)
    return pyvips.Image.arrayjoin(rows, across=len(SHOWN)).cast("uchar")


def file_of(case: str) -> Path:
    return FOLDER / f"{case.replace(' ', '-')}.png"


def main() -> None:
    for case, sources in CASES.items():
        file_of(case).write_bytes(sheet(sources).pngsave_buffer(compression=9, keep="none"))


if __name__ == "__main__":
    main()
