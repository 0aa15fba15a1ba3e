"""The container of favicon.ico."""

from __future__ import annotations

import struct
from collections.abc import Mapping

_HEADER = struct.Struct("<HHH")  # reserved, 1 for an icon, number of pictures
_ENTRY = struct.Struct("<BBBBHHII")  # width, height, palette, 0, planes, bits per pixel, length, offset


def ico(pictures: Mapping[int, bytes]) -> bytes:
    """Return an ICO file of square PNGs with transparency, by their side in pixels, below 256.

    The layout: https://learn.microsoft.com/previous-versions/ms997538(v=msdn.10); PNGs inside are read
    since Windows Vista and by every browser.
    """
    offset = _HEADER.size + _ENTRY.size * len(pictures)
    entries = []
    for size, png in pictures.items():
        entries.append(_ENTRY.pack(size, size, 0, 0, 1, 32, len(png), offset))
        offset += len(png)
    return b"".join([_HEADER.pack(0, 1, len(pictures)), *entries, *pictures.values()])
