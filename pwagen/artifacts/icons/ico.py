"""The container of favicon.ico."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import TYPE_CHECKING

from pwagen.artifacts.icons.raster_header import largest_in_ico

if TYPE_CHECKING:
    import pyvips

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


def icon_in(content: bytes) -> pyvips.Image:
    """Return the largest picture of an ICO: a PNG, or a bitmap of 32 bits a pixel.

    Raises `pyvips.Error` for a damaged one.
    """
    import pyvips

    width, height, data = largest_in_ico(content)
    if data.startswith(b"\x89PNG"):
        return pyvips.Image.pngload_buffer(data, fail_on="error")
    pixels = data[int.from_bytes(data[:4], "little") :][: 4 * width * height]
    # Rows from the bottom up, blue first.
    image = pyvips.Image.new_from_memory(pixels, width, height, 4, "uchar").flipver()
    return image[2].bandjoin([image[1], image[0], image[3]]).copy(interpretation="srgb")
