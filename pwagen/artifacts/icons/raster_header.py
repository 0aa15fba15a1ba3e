"""The kind and the size of a raster picture, from its first bytes and without libvips."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import NamedTuple


class RasterHeader(NamedTuple):
    """A format by its usual name, and the size in pixels; 0 where the header is broken."""

    kind: str
    width: int
    height: int


def raster_header(content: bytes) -> RasterHeader | None:
    """Return what a file says about itself, None if it is no raster picture that icons can be made from."""
    for kind, belongs, size in _FORMATS:
        if belongs(content):
            try:
                return RasterHeader(kind, *size(content))
            except (struct.error, IndexError, ValueError):
                return RasterHeader(kind, 0, 0)
    return None


def largest_in_ico(content: bytes) -> tuple[int, int, bytes]:
    """Return width, height and data of an ICO's largest picture: a PNG, or a bitmap of 32 bits a pixel.

    The picture itself says how large it is: directories are often wrong. Raises `struct.error` or
    `ValueError` for a file without such a picture.
    """
    (count,) = struct.unpack_from("<H", content, 4)
    pictures = []
    for index in range(min(count, 64)):
        length, offset = struct.unpack_from("<II", content, 6 + 16 * index + 8)
        data = content[offset : offset + length]
        if size := _size_in_ico(data):
            pictures.append((*size, data))
    return max(pictures)


def _size_in_ico(data: bytes) -> tuple[int, int] | None:
    """Return width and height, None for what cannot be read."""
    if data.startswith(b"\x89PNG") and len(data) > 24:
        return _png(data)
    if len(data) < 40:
        return None
    # A bitmap's height is that of its colours and of a mask of one bit a pixel below them
    # (https://learn.microsoft.com/windows/win32/api/wingdi/ns-wingdi-bitmapinfoheader).
    header, width, height, _, bits = struct.unpack_from("<IiiHH", data)
    height //= 2
    is_whole = width > 0 and height > 0 and len(data) - header >= 4 * width * height
    return (width, height) if bits == 32 and is_whole else None


def _png(content: bytes) -> tuple[int, int]:
    """Read the header chunk (https://www.w3.org/TR/png/#11IHDR)."""
    return int.from_bytes(content[16:20]), int.from_bytes(content[20:24])


def _gif(content: bytes) -> tuple[int, int]:
    width, height = struct.unpack_from("<HH", content, 6)
    return width, height


def _jpeg(content: bytes) -> tuple[int, int]:
    """Walk to the start of the frame (https://www.w3.org/Graphics/JPEG/itu-t81.pdf, B.2.2)."""
    position = 2
    while content[position] == 0xFF:
        marker = content[position + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">HH", content, position + 5)
            return width, height
        padding = marker == 0xFF
        position += 1 if padding else 2 + struct.unpack_from(">H", content, position + 2)[0]
    raise ValueError("no frame")


def _webp(content: bytes) -> tuple[int, int]:
    """Read whichever of the three first chunks there is (RFC 9649, section 2)."""
    if content[12:16] == b"VP8X":
        return 1 + int.from_bytes(content[24:27], "little"), 1 + int.from_bytes(content[27:30], "little")
    if content[12:16] == b"VP8L":
        bits = int.from_bytes(content[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    width, height = struct.unpack_from("<HH", content, 26)
    return width & 0x3FFF, height & 0x3FFF


def _avif(content: bytes) -> tuple[int, int]:
    """Read the first image spatial extents (ISO/IEC 23008-12, 6.5.3)."""
    width, height = struct.unpack_from(">II", content, content.index(b"ispe") + 8)
    return width, height


def _ico(content: bytes) -> tuple[int, int]:
    width, height, _ = largest_in_ico(content)
    return width, height


_FORMATS: tuple[tuple[str, Callable[[bytes], bool], Callable[[bytes], tuple[int, int]]], ...] = (
    ("PNG", lambda content: content.startswith(b"\x89PNG\r\n\x1a\n"), _png),
    ("JPEG", lambda content: content.startswith(b"\xff\xd8\xff"), _jpeg),
    ("GIF", lambda content: content.startswith(b"GIF8"), _gif),
    ("WebP", lambda content: content[:4] == b"RIFF" and content[8:12] == b"WEBP", _webp),
    ("AVIF", lambda content: content[4:12] in (b"ftypavif", b"ftypavis"), _avif),
    ("ICO", lambda content: content.startswith(b"\0\0\1\0"), _ico),
)
