"""CSS colours as pixels; the check of the config decides which texts are colours."""

from __future__ import annotations

import re

from pwagen.artifacts.icons.color_spaces import srgb_of
from pwagen.config.checks.colors import check_color
from pwagen.errors import PwagenError

_FALLBACKS = ("#000", "#fff")


def rgb(color: str) -> tuple[int, int, int]:
    """Return the sRGB bytes of a CSS colour laid over white.

    The SVG renderer that paints the icons calculates them; for ``#rrggbb``, and for colours outside of sRGB,
    which it doesn't know, it is not loaded. Raises `PwagenError` for what is not a colour.
    """
    if re.fullmatch(r"#[0-9a-fA-F]{6}", color):
        return int(color[1:3], 16), int(color[3:5], 16), int(color[5:], 16)
    is_color = check_color(color) is None
    if is_color and (wide := srgb_of(color)):
        *parts, opacity = wide
        red, green, blue = (round(255 * (part * opacity + 1 - opacity)) for part in parts)
        return red, green, blue
    pixels = _painted(color) if is_color else []
    # An unknown colour leaves each rectangle in its own fallback; a known one paints both alike.
    if len(pixels) != len(_FALLBACKS) or pixels[0] != pixels[1]:
        raise PwagenError(f"{color!r} is not a colour that can be painted into an icon - write it as #rrggbb")
    *channels, alpha = pixels[0]
    red, green, blue = (round((value * alpha + 255 * (255 - alpha)) / 255) for value in channels)
    return red, green, blue


def _painted(color: str) -> list[list[float]]:
    import pyvips

    rectangles = "".join(
        f'<rect x="{x}" width="1" height="1" fill="{fallback}" style="fill:{color}"/>'
        for x, fallback in enumerate(_FALLBACKS)
    )
    size = f'width="{len(_FALLBACKS)}" height="1"'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" {size} shape-rendering="crispEdges">{rectangles}</svg>'
    image = pyvips.Image.svgload_buffer(svg.encode())
    return [image(x, 0) for x in range(len(_FALLBACKS))]
