"""The drawings of drawings.txt, a kind of SVG each, and how Chromium paints them."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from pathlib import Path

import pyvips

from pwagen.artifacts.icons import Picture
from pwagen.testing.chromium.chromium import Chromium

SIDE_PX = 128
# Pixels that may differ by more than a tenth: those of an edge, which each smooths in its own way.
MOST_DIFFERENT = 0.02
TABLE = [
    tuple(line.split(" | ", 2))
    for line in Path(__file__).with_name("drawings.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]
"""Rows of what becomes of a drawing, its name, and what is inside of its <svg>."""


def embedded(kind: str) -> str:
    """Return a red picture of a format as a ``data:`` URL."""
    red = pyvips.Image.black(8, 8, bands=3).linear(1, [255, 0, 0]).cast("uchar").copy(interpretation="srgb")
    suffix = {"jpeg": ".jpg"}.get(kind, f".{kind}")
    return f"data:image/{kind};base64,{base64.b64encode(red.write_to_buffer(suffix)).decode()}"


def drawing(inner: str, attributes: str = 'viewBox="0 0 64 64"') -> Picture:
    """Return an SVG file, with the pictures that it names as {png} and the like."""
    for kind in ("png", "jpeg", "webp", "gif", "avif"):
        if f"{{{kind}}}" in inner:
            inner = inner.replace(f"{{{kind}}}", embedded(kind))
    names = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    return Picture("logo.svg", f"<svg {names} {attributes}>\n {inner}</svg>".encode())


def in_chromium(
    chromium: Chromium, pictures: Sequence[Picture], side_px: int = SIDE_PX, *, dark: bool = False
) -> list[pyvips.Image]:
    """Return Chromium's rendering of SVG files, RGBA, ``side_px`` on each side; ``dark`` is the scheme."""
    page = chromium.new_page()
    try:
        page.set_viewport_size({"width": side_px, "height": side_px})
        page.emulate_media(color_scheme="dark" if dark else "light")
        sources = [base64.b64encode(picture.content).decode() for picture in pictures]
        images = "".join(f'<img src="data:image/svg+xml;base64,{source}">' for source in sources)
        style = f"body {{ margin: 0 }} img {{ display: block; width: {side_px}px; height: {side_px}px }}"
        page.set_content(f"<style>{style}</style>{images}")
        page.wait_for_function("[...document.images].every((image) => image.complete)")
        column = pyvips.Image.new_from_buffer(page.screenshot(omit_background=True, full_page=True), "")
    finally:
        page.close()
    column = column if column.hasalpha() else column.addalpha()
    assert (column.width, column.height) == (side_px, side_px * len(pictures))
    return [column.crop(0, top, side_px, side_px) for top in range(0, column.height, side_px)]


def share_that_differs(one: pyvips.Image, other: pyvips.Image) -> float:
    """Return the part of the pixels of two RGBA images that differ, from 0 to 1."""
    difference = (one.premultiply() - other.premultiply()).abs().bandmean() > 24
    share: float = difference.avg() / 255
    return share
