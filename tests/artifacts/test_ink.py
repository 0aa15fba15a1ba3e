"""Where something is drawn, to the pixel."""

from __future__ import annotations

import pyvips

from pwagen.artifacts.icons import Picture
from pwagen.artifacts.icons.artwork import REFERENCE_PX, Artwork
from pwagen.artifacts.icons.ink import extent


def mask_of(*rows: str) -> pyvips.Image:
    pixels = bytes(255 * (sign == "#") for row in rows for sign in row)
    return pyvips.Image.new_from_memory(pixels, len(rows[0]), len(rows), 1, "uchar")


def test_extent_ends_at_lines_of_one_pixel() -> None:
    drawn = extent(mask_of(".....", "..#..", ".#.#.", "..#.."))
    assert drawn
    assert drawn.box == (1, 1, 3, 3)
    assert drawn.ends == [(1, 2, 2), (2, 1, 3), (3, 2, 2)]


def test_rows_without_anything_have_no_ends() -> None:
    drawn = extent(mask_of("#....", ".....", "....#"))
    assert drawn and drawn.ends == [(0, 0, 0), (2, 4, 4)]


def test_nothing_has_no_extent() -> None:
    assert extent(mask_of("...", "...")) is None


def test_thin_lines_count_where_the_middle_is() -> None:
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 512 512">'
        '<path d="M128 200h100v100H128z"/><path d="M228 250h100v1H228z"/></svg>'
    )
    artwork = Artwork(Picture("logo.svg", svg.encode()))
    assert artwork.visible.box == (128, 200, 200, 100)
    assert artwork.safe_placement(artwork.shown(None)).x == 228 / REFERENCE_PX - 0.5
