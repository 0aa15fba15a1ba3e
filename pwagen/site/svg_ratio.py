"""The shape of a drawing."""

from __future__ import annotations

import re

LONGEST_RATIO = 2.0
"""Of the sides of a logo: what is longer is a word, and too small to read in a square."""

_SVG_SIZE = re.compile(r"""\b(viewBox|width|height)\s*=\s*["']\s*([^"'<>]{1,100})["']""")


def svg_ratio(content: bytes) -> float:
    """Return the longer side divided by the shorter one, 0 if the drawing doesn't say."""
    root = content[content.find(b"<svg") :].split(b">", 1)[0].decode("utf-8", "replace")
    sizes = dict(_SVG_SIZE.findall(root))
    if "viewBox" in sizes:
        *_, width, height = re.split(r"[\s,]+", f"0 0 {sizes['viewBox'].strip()}")
    else:
        width, height = sizes.get("width", ""), sizes.get("height", "")
    try:
        return side_ratio(float(width.removesuffix("px")), float(height.removesuffix("px")))
    except ValueError:
        return 0


def side_ratio(width: float, height: float) -> float:
    """Return the longer side divided by the shorter one, 0 if there is no area."""
    return max(width / height, height / width) if width > 0 and height > 0 else 0
