"""CSS colours as pixels; the check of the config decides which texts are colours."""

from __future__ import annotations

import re

from pwagen.artifacts.icons.contrast import Rgb
from pwagen.config.checks.colors import check_color
from pwagen.errors import PwagenError


def rgb(color: str) -> Rgb:
    """Return the sRGB bytes of a CSS colour laid over white, cut off where sRGB ends, as browsers do.

    For ``#rrggbb`` nothing is loaded. Raises `PwagenError` for what is not a colour.
    """
    if re.fullmatch(r"#[0-9a-fA-F]{6}", color):
        return int(color[1:3], 16), int(color[3:5], 16), int(color[5:], 16)
    if check_color(color):
        raise PwagenError(f"{color!r} is not a colour that can be painted into an icon - write it as #rrggbb")
    from coloraide import Color

    parsed = Color(color.strip()).convert("srgb").clip()
    alpha = parsed.alpha(nans=False)
    red, green, blue = (int(255 * (value * alpha + 1 - alpha) + 0.5) for value in parsed.coords(nans=False))
    return red, green, blue
