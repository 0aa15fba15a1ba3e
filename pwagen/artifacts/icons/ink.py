"""What of a picture is drawn, and what is the ground behind it; images are RGBA in sRGB, 8 bits a channel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyvips

    from pwagen.artifacts.icons.contrast import Rgb

SAFE_RADIUS = 0.4
"""The part of a maskable icon that every mask leaves: a centred circle, its radius as a part of the side
(https://www.w3.org/TR/appmanifest/#icon-masks)."""

SEEN = 15
"""A CIE76 colour difference that nobody passes over, as between white and #d6d6d6."""


def differs(image: pyvips.Image, color: list[float], more_than: float) -> pyvips.Image:
    """Return a mask, 255 where a pixel has another colour: by 0 to 255, in the channel that differs most."""
    distance = (image[:3] - color).abs()
    return distance[0].bandrank([distance[1], distance[2]], index=2) > more_than


def plain_edge(image: pyvips.Image, more_than: float) -> list[float] | None:
    """Return the colour of the edge, if the picture is opaque and its edge has one colour."""
    if image[3].min() < 255:
        return None
    corner: list[float] = image(0, 0)[:3]
    frame = (
        (0, 0, image.width, 1),
        (0, image.height - 1, image.width, 1),
        (0, 0, 1, image.height),
        (image.width - 1, 0, 1, image.height),
    )
    plain = all(differs(image.crop(*strip), corner, more_than).max() == 0 for strip in frame)
    return corner if plain else None


def from_place(size_px: int, x: float, y: float) -> pyvips.Image:
    """Return the distance of each pixel's middle from a place, in a square; all in pixels."""
    import pyvips

    offsets = (pyvips.Image.xyz(size_px, size_px) + 0.5 - [x, y]) ** 2
    return (offsets[0] + offsets[1]) ** 0.5


def share_seen(image: pyvips.Image, background: Rgb, more_than: float) -> float:
    """Return which part of what is visible differs from a colour behind it, from 0 to 1.

    ``more_than`` is the CIE76 difference up to which nothing is seen. Something has to be visible.
    """
    visible = image[3] / 255
    laid = visible * (image[:3] - list(background)) + list(background)
    difference = laid.copy(interpretation="srgb").colourspace("lab") - _lab(background)
    return share_of_visible(image, length(difference) > more_than)


def length(difference: pyvips.Image | Sequence[pyvips.Image]) -> pyvips.Image:
    """Return how long differences in CIELAB are, as CIE76 has it, from their three bands."""
    return (difference[0] ** 2 + difference[1] ** 2 + difference[2] ** 2) ** 0.5


def share_of_visible(image: pyvips.Image, mask: pyvips.Image) -> float:
    """Return which part of what is visible is in a mask, from 0 to 1. Something has to be visible."""
    visible = image[3] / 255
    share: float = (mask / 255 * visible).avg() / visible.avg()
    return share


def _lab(color: Rgb) -> list[float]:
    """Return a colour's CIELAB values, lightness first."""
    import pyvips

    pixel = pyvips.Image.black(1, 1, bands=3).linear(1, list(color)).copy(interpretation="srgb")
    values: list[float] = pixel.colourspace("lab")(0, 0)
    return values
