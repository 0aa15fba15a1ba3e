"""What of a picture is drawn, and what is the ground behind it; images are RGBA in sRGB, 8 bits a channel."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

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


class Extent(NamedTuple):
    """Where a mask has something: its box in pixels, and for each row of that the first and the last one."""

    left: int
    top: int
    width: int
    height: int
    ends: list[tuple[int, int, int]]
    """The row, its first column and its last one."""

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Left, top, width and height."""
        return self.left, self.top, self.width, self.height


def extent(mask: pyvips.Image) -> Extent | None:
    """Return where a mask, 255 or 0, has something; None where it is empty."""
    width = mask.width
    # In a fifth of the time that the library takes to find the box alone.
    content = bytes(mask.write_to_memory())
    ends = []
    for row, start in enumerate(range(0, len(content), width)):
        first = content.find(255, start, start + width)
        if first >= 0:
            ends.append((row, first - start, content.rfind(255, start, start + width) - start))
    if not ends:
        return None
    left, right = min(first for _, first, _ in ends), max(last for _, _, last in ends)
    top, bottom = ends[0][0], ends[-1][0]
    return Extent(left, top, right - left + 1, bottom - top + 1, ends)


def share_seen(image: pyvips.Image, background: Rgb, more_than: float) -> float:
    """Return which part of what is visible differs from a colour behind it, from 0 to 1.

    ``more_than`` is the CIE76 difference up to which nothing is seen. Something has to be visible.
    """
    laid = image.flatten(background=list(background)).copy(interpretation="srgb")
    return share_of_visible(image, is_longer(laid.colourspace("lab") - _lab(background), more_than))


def is_longer(difference: pyvips.Image, than: float) -> pyvips.Image:
    """Return the mask of what differs more in CIELAB, as CIE76 has it, by the differences' three bands."""
    return (difference * difference).bandmean() > than**2 / 3


def share_of_visible(image: pyvips.Image, mask: pyvips.Image) -> float:
    """Return which part of what is visible is in a mask, from 0 to 1. Something has to be visible."""
    visible = image[3]
    share: float = (mask & visible).avg() / visible.avg()
    return share


def _lab(color: Rgb) -> list[float]:
    """Return a colour's CIELAB values, lightness first."""
    import pyvips

    pixel = pyvips.Image.black(1, 1, bands=3).linear(1, list(color)).copy(interpretation="srgb")
    values: list[float] = pixel.colourspace("lab")(0, 0)
    return values
