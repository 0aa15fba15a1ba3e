"""CSS colours as pixels; the check of the config decides which texts are colours."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pwagen.artifacts.icons.contrast import Rgb
from pwagen.config.checks.colors import check_color
from pwagen.errors import PwagenError

if TYPE_CHECKING:
    from coloraide import Color


def rgb(color: str) -> Rgb:
    """Return the sRGB bytes of a CSS colour laid over white, cut off where sRGB ends, as browsers do.

    For ``#rrggbb`` nothing is loaded. Raises `PwagenError` for what is not a colour.
    """
    if re.fullmatch(r"#[0-9a-fA-F]{6}", color):
        return int(color[1:3], 16), int(color[3:5], 16), int(color[5:], 16)
    parsed = _in_srgb(color)
    if not parsed:
        raise PwagenError(f"{color!r} is not a colour that can be painted into an icon - write it as #rrggbb")
    alpha = parsed.alpha(nans=False)
    red, green, blue = (_byte(value * alpha + 1 - alpha) for value in parsed.coords(nans=False))
    return red, green, blue


def with_alpha(color: str) -> str:
    """Return a CSS colour as ``#rrggbbaa``, cut off where sRGB ends; what is not a colour as it is."""
    parsed = _in_srgb(color)
    if not parsed:
        return color
    channels = [*parsed.coords(nans=False), parsed.alpha(nans=False)]
    return "#" + bytes(map(_byte, channels)).hex()


def _in_srgb(color: str) -> Color | None:
    """Return a colour cut off where sRGB ends; None for what is not one, or has too large numbers."""
    if check_color(color):
        return None
    from coloraide import Color

    try:
        return Color(color.strip()).convert("srgb").clip()
    except (OverflowError, ValueError):
        return None


def _byte(value: float) -> int:
    return int(255 * value + 0.5)
