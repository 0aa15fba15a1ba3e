"""A sign on a plate, as icons of apps are: where the plate is, and what it looks like without its edge.

Android and iOS cut icons to shapes of their own. A plate that ends within such a shape would be a second
frame in it, so its colours are continued up to the edge of the icon.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from pwagen.artifacts.icons.ink import extent, is_longer

if TYPE_CHECKING:
    import pyvips

_GROUND_PX = 128  # what is beyond the plate has no details
_INSET = 0.045  # of the plate's side: smoothed corners, thin frames and the light on an edge end there
_SAME_SHAPE = 0.02  # of its box: a superellipse differs less from a square with round corners, a hexagon more
_MOST_UNCOVERED = 1 - math.pi / 4 + _SAME_SHAPE  # of its box: what a circle leaves
_MOST_SIDES = 1.05  # the longer one by the shorter
_LEAST_SIDE = 0.75  # of the picture's: what is smaller has a ground already
_OPAQUE = 250  # of 255
_SMOOTH = 8  # CIE76 colour difference of neighbours at `_GROUND_PX`: gradients have less, a cut sign has more


class Placement(NamedTuple):
    """How a picture lies in a square: its size, and where its visible middle is, all as parts of a side."""

    zoom: float
    x: float
    y: float


class Plate(NamedTuple):
    """Where a plate lies in a square: its box and the radius of its corners, all as parts of a side."""

    left: float
    top: float
    side: float
    radius: float

    def moved(self, placement: Placement) -> Plate:
        """Return where the plate is when the picture lies so."""
        zoom = placement.zoom
        left, top = (
            (1 - zoom) / 2 + (start - offset) * zoom
            for start, offset in ((self.left, placement.x), (self.top, placement.y))
        )
        return Plate(left, top, self.side * zoom, self.radius * zoom)

    def inside(self, size_px: int) -> pyvips.Image:
        """Return the mask of the plate without its edge, 0 to 255."""
        inset = self.side * _INSET
        side, radius = self.side - 2 * inset, max(0.0, self.radius - inset)
        return _rounded_square(size_px, Plate(self.left + inset, self.top + inset, side, radius))

    def sign(self, image: pyvips.Image) -> pyvips.Image:
        """Return the mask of the outlines on the plate in a square picture: a gradient has none."""
        return self._outlines(_small(image)).resize(image.width / _GROUND_PX, kernel="nearest")

    def is_under_a_sign(self, image: pyvips.Image) -> bool:
        """Whether something is on the plate in a square picture, and nothing of it is cut by its edge."""
        outlines = self._outlines(_small(image)).copy_memory()
        # Without a sign, a disc is what the picture shows.
        if not outlines.max():
            return False
        pure = self._pure()
        rim = pure & (pure.rank(3, 3, 0) == 0)
        return not (outlines & rim).max()

    def continued(self, image: pyvips.Image) -> pyvips.Image:
        """Return a square picture with its plate continued up to the edge, opaque RGB."""
        size = image.width
        ground = self._ground(_small(image)).resize(size / _GROUND_PX, kernel="linear")
        return self.inside(size).ifthenelse(image[:3], ground, blend=True).copy(interpretation="srgb")

    def _ground(self, image: pyvips.Image) -> pyvips.Image:
        """Return a picture in which each pixel beyond the plate has the colour of the plate's nearest."""
        # Nothing is 0 in the plate, which is what stands for a place that is still empty.
        known = self._pure().ifthenelse(image[:3].cast("ushort") + 1, 0)
        return (known.copy_memory().fill_nearest() - 1).cast("uchar").copy_memory()

    def _outlines(self, small: pyvips.Image) -> pyvips.Image:
        return _steps(small) & self._pure()

    def _pure(self) -> pyvips.Image:
        """Return the mask, at `_GROUND_PX`, of what is no mixture with the edge and doesn't touch one."""
        return (self.inside(_GROUND_PX) > _OPAQUE).rank(3, 3, 0)


def plate_of(image: pyvips.Image) -> Plate | None:
    """Return the circle, square or square with round corners that a square picture has its sign on."""
    size = image.width
    shape = (image[3] > 127).copy_memory()
    covered = extent(shape)
    if not covered or max(covered.box[2:]) > _MOST_SIDES * min(covered.box[2:]):
        return None
    uncovered = 1 - shape.crop(*covered.box).avg() / 255
    side = (covered.width + covered.height) / 2
    if side < _LEAST_SIDE * size or uncovered > _MOST_UNCOVERED:
        return None
    # The corners of a square with round corners leave (4 - π) · radius² of it.
    radius = min(0.5, math.sqrt(uncovered / (4 - math.pi))) * side
    plate = Plate(covered.left / size, covered.top / size, side / size, radius / size)
    difference = (_rounded_square(size, plate) - shape).abs().avg() / 255
    if difference > _SAME_SHAPE * plate.side**2:
        return None
    is_opaque = (plate.inside(size) > 127).ifthenelse(image[3], 255).min() >= _OPAQUE
    return plate if is_opaque and plate.is_under_a_sign(image) else None


def _small(image: pyvips.Image) -> pyvips.Image:
    return image.resize(_GROUND_PX / image.width).copy_memory()


def _steps(image: pyvips.Image) -> pyvips.Image:
    """Return the mask of the pixels of a picture of `_GROUND_PX` that differ from the one before or above."""
    lab = image[:3].copy(interpretation="srgb").colourspace("lab")
    steps = image[0] < 0
    for left, top in ((1, 0), (0, 1)):
        change = lab - lab.embed(left, top, _GROUND_PX, _GROUND_PX, extend="copy")
        steps |= is_longer(change, _SMOOTH)
    return steps


def _rounded_square(size_px: int, square: Plate) -> pyvips.Image:
    """Return a square's mask, 0 to 255."""
    import pyvips

    left, top, side, radius = (f"{part * size_px:.2f}" for part in square)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size_px}" height="{size_px}">'
        f'<rect x="{left}" y="{top}" width="{side}" height="{side}" rx="{radius}"/></svg>'
    )
    return pyvips.Image.svgload_buffer(svg.encode())[3]
