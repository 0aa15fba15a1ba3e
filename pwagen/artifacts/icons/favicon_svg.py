"""The drawing of a tab, which is seen on dark tabs, too."""

from __future__ import annotations

import re

from pwagen.artifacts.icons.artwork import Artwork
from pwagen.artifacts.icons.contrast import Rgb, luminance
from pwagen.artifacts.icons.ink import share_of_visible

# Dark tabs of Chromium, Firefox and Safari are about #2b2b30.
_DARK_TAB: Rgb = (0x2B, 0x2B, 0x30)
_LEAST_CONTRAST = 1.8
_ESTIMATE_PX = 128
_ROOT = re.compile(
    rb"""(?:\xef\xbb\xbf)?(?:\s|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*>)*<svg\b(?:[^>"'/]|"[^"]*"|'[^']*'|/(?!>))*>""",
    re.DOTALL,
)
# Light and dark change places, and colours stay what they are.
_STYLE = b"<style>@media (prefers-color-scheme:dark){:root{filter:invert(1) hue-rotate(180deg)}}</style>"


def favicon_svg(artwork: Artwork, enough: float) -> bytes:
    """Return a drawing, lighter in a dark scheme if less than ``enough`` of it were seen there, from 0 to 1.

    One with rules of its own for a dark scheme, or in an encoding other than UTF-8, stays as it is.
    """
    content = artwork.picture.content
    root = _ROOT.match(content)
    if not root or b"prefers-color-scheme" in content or _share_seen(artwork) >= enough:
        return content
    return content[: root.end()] + _STYLE + content[root.end() :]


def _share_seen(artwork: Artwork) -> float:
    """Return which part of what is visible is lighter than a dark tab, from 0 to 1."""
    image = artwork.fitted(_ESTIMATE_PX)
    # Of CIE XYZ, Y is the luminance: here from 0 to 100.
    light = image[:3].copy(interpretation="srgb").colourspace("xyz")[1] / 100
    return share_of_visible(image, (light + 0.05) / (luminance(_DARK_TAB) + 0.05) >= _LEAST_CONTRAST)
