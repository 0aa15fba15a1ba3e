"""CSS colours as pixels; the check of the config decides which texts are colours."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pwagen.artifacts.icons.contrast import Rgb
from pwagen.config.checks.colors import check_color
from pwagen.errors import PwagenError

if TYPE_CHECKING:
    from coloraide import Color

# As long as what takes their place, or longer.
_OTHER_SPACE = re.compile(rb"""(?<![\w-])(?:color|(?:ok)?lab|(?:ok)?lch)\([^()<>"'\n]{5,}\)""", re.IGNORECASE)


def rgb(color: str) -> Rgb:
    """Return the sRGB bytes of a CSS colour laid over white, cut off where sRGB ends, as browsers do.

    For ``#rrggbb`` nothing is loaded. Raises `PwagenError` for what is not a colour.
    """
    if re.fullmatch(r"#[0-9a-fA-F]{6}", color):
        return int(color[1:3], 16), int(color[3:5], 16), int(color[5:], 16)
    if check_color(color):
        raise PwagenError(f"{color!r} is not a colour that can be painted into an icon - write it as #rrggbb")
    parsed = _in_srgb(color)
    alpha = parsed.alpha(nans=False)
    red, green, blue = (_byte(value * alpha + 1 - alpha) for value in parsed.coords(nans=False))
    return red, green, blue


def with_srgb_colors(svg: bytes) -> bytes:
    """Return an SVG in an encoding of ASCII's with ``color()``, ``lab()``, ``oklch()`` … as ``#rrggbbaa``.

    Browsers paint such a colour as it is cut off where sRGB ends, and the renderer not at all. What is not a
    colour stays, and so do all places, since spaces fill what is left.
    """
    return _OTHER_SPACE.sub(lambda match: _hexadecimal(match[0]).ljust(len(match[0])), svg)


def _hexadecimal(color: bytes) -> bytes:
    text = color.decode("ascii", "replace")
    if check_color(text):
        return color
    parsed = _in_srgb(text)
    channels = [*parsed.coords(nans=False), parsed.alpha(nans=False)]
    return b"#" + bytes(map(_byte, channels)).hex().encode()


def _in_srgb(color: str) -> Color:
    from coloraide import Color

    return Color(color.strip()).convert("srgb").clip()


def _byte(value: float) -> int:
    return int(255 * value + 0.5)
