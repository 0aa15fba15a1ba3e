"""A source picture as pixels: fitted into a square, measured, laid on a background."""

from __future__ import annotations

import base64
import logging
import math
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING

from pwagen.artifacts.icons.contrast import Rgb
from pwagen.artifacts.icons.ico import icon_in
from pwagen.artifacts.icons.icon_sources import MAX_PIXELS, Picture, check_picture
from pwagen.artifacts.icons.ink import SAFE_RADIUS, Extent, differs, extent, plain_edge, share_seen
from pwagen.artifacts.icons.plate import Placement, Plate, plate_of
from pwagen.artifacts.icons.raster_header import raster_header
from pwagen.artifacts.icons.svg import for_renderer, inspect_svg
from pwagen.errors import ConfigError, Problem

if TYPE_CHECKING:
    import pyvips

# libvips tells each of its steps, which some applications would show: furo, for one, in a build by Sphinx.
logging.getLogger("pyvips").setLevel(logging.WARNING)

REFERENCE_PX = 512

_VISIBLE_ALPHA = 8  # of 255; fainter pixels are the ends of shadows
_SAME_COLOR = 16  # of 255, in the channel that differs most
_SEEN = 12  # CIE76 colour difference: less is hardly seen in an icon
_ESTIMATE_PX = 128
_TIGHT = 0.92  # of a side: a drawing that fills more than that has no margin worth cutting off


class Artwork:
    """A picture that is ready to be painted at any size.

    Raises `ConfigError` if it cannot be decoded, or shows nothing.
    """

    def __init__(self, picture: Picture) -> None:
        check_picture(picture)
        self.picture = picture
        self._one_looks = Lock()  # the other painters wait for what it has seen
        if not picture.raster:
            _check_embedded(picture)
        self.reference = self._decode(REFERENCE_PX)
        if self.reference[3].max() <= _VISIBLE_ALPHA:
            message, fix = "is transparent everywhere, and so would be the icons", "draw something in it"
            raise ConfigError([Problem(picture.name, message=message, fix=fix)])

    def fitted(self, size_px: int) -> pyvips.Image:
        """Return the picture with its longer side as long as asked for, RGBA."""
        if size_px == max(self.reference.width, self.reference.height):
            return self.reference
        if self.picture.raster:
            return self.reference.thumbnail_image(size_px, height=size_px)
        return self._decode(size_px)

    def square(self, size_px: int, picture_px: int | None = None) -> pyvips.Image:
        """Return a transparent square with the picture, ``picture_px`` long, in its middle."""
        fitted = self.fitted(picture_px or size_px)
        return fitted.gravity("centre", size_px, size_px, extend="background", background=[0, 0, 0, 0])

    def plain_edge(self) -> list[float] | None:
        """Return the colour of the edge, if the picture is opaque and its edge has one colour."""
        return plain_edge(self.reference, _SAME_COLOR)

    @property
    def plate(self) -> Plate | None:
        """The plate that the picture's sign is on, if it is on one."""
        with self._one_looks:
            return self._plate

    @cached_property
    def _plate(self) -> Plate | None:
        return plate_of(self.square(REFERENCE_PX).copy_memory())

    def shown(self, edge: list[float] | None) -> pyvips.Image:
        """Return the mask of what is drawn, in a square of `REFERENCE_PX`.

        ``edge`` is what `plain_edge` returned: pixels of that colour are background, not artwork.
        """
        image = self.square(REFERENCE_PX)
        shown = image[3] > _VISIBLE_ALPHA
        return shown if edge is None else shown & differs(image, edge, _SAME_COLOR)

    @staticmethod
    def safe_placement(shown: pyvips.Image) -> Placement:
        """Return how a picture lies within the safe zone: what is drawn in its middle, no larger than it is.

        ``shown`` is the mask of what is drawn, in a square of `REFERENCE_PX`.
        """
        drawn = extent(shown)
        if not drawn:
            return Placement(1, 0, 0)
        x, y = drawn.left + drawn.width / 2, drawn.top + drawn.height / 2
        # Half a pixel's diagonal more than its centre: all of the pixel has to be inside.
        farthest = 0.75 + max(
            math.hypot(max(x - first, last + 1 - x) - 0.5, row + 0.5 - y) for row, first, last in drawn.ends
        )
        zoom = min(1.0, SAFE_RADIUS * REFERENCE_PX / farthest)
        return Placement(zoom, x / REFERENCE_PX - 0.5, y / REFERENCE_PX - 0.5)

    def placed(self, size_px: int, placement: Placement) -> pyvips.Image:
        """Return a transparent square with the picture at a place that `safe_placement` returned."""
        # Rounded down to an even number, so that the middle stays the middle.
        picture_px = 2 * int(size_px * placement.zoom / 2)
        picture = self.square(picture_px)
        left, top = (
            round((size_px - picture_px) / 2 - offset * picture_px) for offset in (placement.x, placement.y)
        )
        return picture.embed(left, top, size_px, size_px, extend="background", background=[0, 0, 0, 0])

    def tight(self, size_px: int) -> pyvips.Image:
        """Return a transparent square without the picture's empty margins, for where each pixel counts."""
        visible = self.visible
        side = max(visible.width, visible.height)
        if side > _TIGHT * REFERENCE_PX:
            return self.square(size_px)
        whole_px = round(size_px * REFERENCE_PX / side)
        scale = whole_px / REFERENCE_PX
        left, top = (
            round((start + length / 2) * scale - size_px / 2)
            for start, length in ((visible.left, visible.width), (visible.top, visible.height))
        )
        whole = self.square(whole_px)
        return whole.embed(-left, -top, size_px, size_px, extend="background", background=[0, 0, 0, 0])

    @cached_property
    def visible(self) -> Extent:
        """Where something is visible, in a square of `REFERENCE_PX`."""
        visible = extent(self.shown(None))
        assert visible, "a picture that shows nothing is refused"
        return visible

    def share_seen_on(self, background: Rgb, more_than: float = _SEEN) -> float:
        """Return which part of what is visible differs from a colour behind it, from 0 to 1.

        ``more_than`` is the CIE76 difference up to which nothing is seen.
        """
        return share_seen(self.fitted(_ESTIMATE_PX), background, more_than)

    def _decode(self, size_px: int) -> pyvips.Image:
        import pyvips

        try:
            image = (self._decode_raster if self.picture.raster else self._decode_svg)(size_px)
            image = image.colourspace("srgb").cast("uchar")
            return (image if image.hasalpha() else image.addalpha()).copy_memory()
        except pyvips.Error as error:
            detail = (error.detail.strip().splitlines() or ["unknown reason"])[0]
            message = "damaged or cut off" if self.picture.raster else f"cannot be painted ({detail})"
            raise ConfigError([Problem(self.picture.name, message=message, fix="export it again")]) from None

    def _decode_raster(self, size_px: int) -> pyvips.Image:
        import pyvips

        content = self.picture.content
        if self.picture.raster and self.picture.raster.kind == "ICO":
            image = icon_in(content)
        else:
            # The combined call, thumbnail_buffer, would pass over a file that ends too early.
            access = "sequential" if self.picture.raster and self.picture.raster.kind == "PNG" else "random"
            image = pyvips.Image.new_from_buffer(content, "", fail_on="error", access=access).autorot()
        return image.thumbnail_image(size_px, height=size_px, size="down", export_profile="srgb")

    def _decode_svg(self, size_px: int) -> pyvips.Image:
        import pyvips

        return pyvips.Image.thumbnail_buffer(self._paintable, size_px, height=size_px)

    @cached_property
    def _paintable(self) -> bytes:
        """The SVG for the renderer, with the pictures in it as PNG: that leaves out WebP, GIF and AVIF."""
        import pyvips

        content = for_renderer(self.picture.content)
        for url, embedded in inspect_svg(self.picture.name, content).embedded.items():
            header = raster_header(embedded)
            if header and header.kind not in ("PNG", "JPEG"):
                png = pyvips.Image.new_from_buffer(embedded, "").pngsave_buffer()
                content = content.replace(url.encode(), b"data:image/png;base64," + base64.b64encode(png))
        return content


def on_background(image: pyvips.Image, background: list[float]) -> pyvips.Image:
    """Return an image without transparency."""
    return image.flatten(background=background).cast("uchar")


def _check_embedded(picture: Picture) -> None:
    """Raise `ConfigError` if the rasters inside an SVG would take too much memory to decode."""
    import pyvips

    pixels = 0
    for content in inspect_svg(picture.name, picture.content).embedded.values():
        try:
            header = pyvips.Image.new_from_buffer(content, "")
        except pyvips.Error:
            continue  # the renderer leaves it out
        pixels += header.width * header.height
    if pixels > MAX_PIXELS // 4:
        message = f"the pictures inside have {pixels} pixels, too many for an icon"
        raise ConfigError([Problem(picture.name, message=message, fix="embed them smaller")])
