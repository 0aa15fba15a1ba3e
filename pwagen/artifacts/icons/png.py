"""An icon as a PNG file, as small as it can be without looking otherwise."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyvips

SAMPLE_PX = 128
# Of 255, in premultiplied channels. A drawing of a few colours differs at single pixels of its edges; a
# gradient in 256 colours differs in whole areas, in bands that people see.
_MOST_AT_A_PIXEL = 16
_MOST_ON_AVERAGE = 0.05
_STATISTICS = struct.Struct("5d")


def encoder_for(sample: pyvips.Image) -> Callable[[pyvips.Image], bytes]:
    """Return the function that encodes the icons of a picture, of which `sample` is a small one.

    If a palette suits the sample `small_png` tries it on each icon, which takes as long as painting it.
    """
    sample = sample.copy_memory()
    return small_png if _looks_alike(_with_palette(sample), sample) else exact_png


def small_png(image: pyvips.Image) -> bytes:
    """Return a PNG file of an sRGB image: with a palette where nobody sees it, which halves it."""
    image = image.copy_memory()
    content = _with_palette(image)
    return content if _looks_alike(content, image) else exact_png(image)


def exact_png(image: pyvips.Image) -> bytes:
    """Return a PNG file of every pixel as it is."""
    content: bytes = image.pngsave_buffer(compression=8, keep="none")
    return content


def flat_png(image: pyvips.Image) -> bytes:
    """Return a PNG file of a large picture that is mostly one colour, every pixel as it is.

    Rows as differences to the ones above make it as small in a twentieth of the time.
    """
    content: bytes = image.pngsave_buffer(compression=6, filter="up", keep="none")
    return content


def _with_palette(image: pyvips.Image) -> bytes:
    # Less effort gives other colours, more takes longer for nothing.
    content: bytes = image.pngsave_buffer(palette=True, Q=100, dither=0, effort=5, compression=8, keep="none")
    return content


def _looks_alike(content: bytes, image: pyvips.Image) -> bool:
    import pyvips

    decoded = pyvips.Image.pngload_buffer(content).colourspace("srgb")
    if decoded.hasalpha() or image.hasalpha():
        both = (picture if picture.hasalpha() else picture.addalpha() for picture in (decoded, image))
        decoded, image = (picture.premultiply().cast("uchar") for picture in both)
    statistics = (decoded - image).abs().stats().write_to_memory()
    # Of all bands: the least, the most, the sum, that of the squares, and the mean.
    _, most, _, _, average = _STATISTICS.unpack_from(statistics)
    return bool(most <= _MOST_AT_A_PIXEL and average <= _MOST_ON_AVERAGE)
