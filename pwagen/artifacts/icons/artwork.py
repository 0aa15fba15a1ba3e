"""A source picture as pixels: fitted into a square, measured, laid on a background."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pwagen.artifacts.icons.ico import icon_in
from pwagen.artifacts.icons.icon_sources import MAX_PIXELS, Picture, check_picture
from pwagen.artifacts.icons.svg import inspect_svg
from pwagen.errors import ConfigError, Problem

if TYPE_CHECKING:
    import pyvips

REFERENCE_PX = 512

# The part of a maskable icon that every mask leaves: a centred circle (https://www.w3.org/TR/appmanifest/#icon-masks).
_SAFE_RADIUS = 0.4
_VISIBLE_ALPHA = 8  # of 255; fainter pixels are the ends of shadows
_SAME_COLOR = 16  # of 255, in the channel that differs most


class Artwork:
    """A picture that is ready to be painted at any size.

    Raises `ConfigError` if it cannot be decoded, or shows nothing.
    """

    def __init__(self, picture: Picture) -> None:
        check_picture(picture)
        self.picture = picture
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
        image = self.reference
        if image[3].min() < 255:
            return None
        corner: list[float] = image(0, 0)[:3]
        frame = (
            (0, 0, image.width, 1),
            (0, image.height - 1, image.width, 1),
            (0, 0, 1, image.height),
            (image.width - 1, 0, 1, image.height),
        )
        plain = all(_differs(image.crop(*strip), corner).max() == 0 for strip in frame)
        return corner if plain else None

    def safe_zoom(self, edge: list[float] | None) -> float:
        """Return how much smaller the picture must be to lie within the safe zone, 1 at most.

        ``edge`` is what `plain_edge` returned: pixels of that colour are background, not artwork.
        """
        import pyvips

        image = self.square(REFERENCE_PX)
        shown = image[3] > _VISIBLE_ALPHA
        if edge is not None:
            shown = shown & _differs(image, edge)
        offsets = (pyvips.Image.xyz(REFERENCE_PX, REFERENCE_PX) - (REFERENCE_PX - 1) / 2) ** 2
        # Half a pixel's diagonal more than its centre: all of the pixel has to be inside.
        farthest = shown.ifthenelse(offsets[0] + offsets[1], 0).max() ** 0.5 + 0.75
        return min(1.0, _SAFE_RADIUS * REFERENCE_PX / float(farthest))

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

        return pyvips.Image.thumbnail_buffer(self.picture.content, size_px, height=size_px)


def on_background(image: pyvips.Image, background: list[float]) -> pyvips.Image:
    """Return an image without transparency."""
    return image.flatten(background=background).cast("uchar")


def _differs(image: pyvips.Image, color: list[float]) -> pyvips.Image:
    """Return a mask, 255 where a pixel has another colour."""
    distance = (image[:3] - color).abs()
    return distance[0].bandjoin([distance[1], distance[2]]).bandrank([], index=2) > _SAME_COLOR


def _check_embedded(picture: Picture) -> None:
    """Raise `ConfigError` if the rasters inside an SVG would take too much memory to decode."""
    import pyvips

    pixels = 0
    for content in inspect_svg(picture.name, picture.content).embedded:
        try:
            header = pyvips.Image.new_from_buffer(content, "")
        except pyvips.Error:
            continue  # the renderer leaves it out
        pixels += header.width * header.height
    if pixels > MAX_PIXELS // 4:
        message = f"the pictures inside have {pixels} pixels, too many for an icon"
        raise ConfigError([Problem(picture.name, message=message, fix="embed them smaller")])
