"""The colour that a picture is remembered by."""

from __future__ import annotations

from collections import Counter

from pwagen.artifacts.icons.artwork import Artwork
from pwagen.artifacts.icons.contrast import Rgb
from pwagen.artifacts.icons.icon_sources import Picture

_SIDE_PX = 64
_OPAQUE = 200
_STEP = 32  # of 255: shades that are closer count as one
_COLORFUL = 48  # of 255, from the smallest to the largest channel; less is grey
_SHARE = 0.03  # of what is visible; less is a detail


def logo_color(picture: Picture) -> Rgb | None:
    """Return the colour that covers most of a picture, none if it is black, white and grey alone.

    Raises `ConfigError` if the picture cannot be painted.
    """
    pixels = bytes(Artwork(picture).fitted(_SIDE_PX).write_to_memory())
    opaque = [
        (red, green, blue)
        for red, green, blue, alpha in zip(pixels[::4], pixels[1::4], pixels[2::4], pixels[3::4], strict=True)
        if alpha >= _OPAQUE
    ]
    colorful = [color for color in opaque if max(color) - min(color) >= _COLORFUL]
    if not colorful or len(colorful) < _SHARE * len(opaque):
        return None
    shade = Counter(_shade(color) for color in colorful).most_common(1)[0][0]
    return Counter(color for color in colorful if _shade(color) == shade).most_common(1)[0][0]


def _shade(color: Rgb) -> Rgb:
    red, green, blue = color
    return red // _STEP, green // _STEP, blue // _STEP
