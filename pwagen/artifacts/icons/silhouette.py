"""The notification badge: Android shows only the alpha channel, so an opaque logo would be a white square."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from pwagen.artifacts.icons.artwork import REFERENCE_PX, Artwork
from pwagen.artifacts.icons.ink import extent
from pwagen.errors import ConfigError, Problem

if TYPE_CHECKING:
    import pyvips

_MARGIN = 1 / 24  # a badge is drawn in 24 units, the outermost of which stay empty
_FILLED = 0.9  # of its bounding box; a circle covers 0.79
_MAYBE_PLATE = 0.7
_CONTRAST = 20  # CIE76 colour difference: less is not seen at this size
_NOTHING = 0.005
_STATUS_BAR_PX = 24
_RING_PX, _RING_OF_PX = 5, 128  # of a plate's inner edge, in a picture of that side
_UNEVEN = 0.1  # of that ring
_LEAST_INK = 0.05  # of the badge


def badge_silhouette(artwork: Artwork, size_px: int, *, own_shape: bool) -> pyvips.Image:
    """Return a white RGBA image whose alpha is the shape of a picture.

    The shape is the picture's own alpha. If that is a mere plate with a sign on it, as app icons are,
    it is the sign: where the colour differs from the plate's; not so with ``own_shape``, for pictures
    that were drawn as a badge. Raises `ConfigError` for a picture that would come out as a filled square.
    """
    alpha, is_sign = _shape(artwork, size_px, own_shape=own_shape)
    if not is_sign and _coverage(alpha) > _FILLED:
        raise ConfigError([_filled_square(artwork, own_shape)])
    return _white(alpha, size_px)


def recognizable_silhouette(artwork: Artwork, size_px: int) -> pyvips.Image | None:
    """Return the silhouette of a picture that was not drawn as a badge, none if it is hard to recognise.

    That is a mere plate or disc, or lines so thin that nothing of them is left in a status bar. Raises
    `ConfigError` for a picture of one colour from edge to edge, which shows nothing at all.
    """
    alpha, is_sign = _shape(artwork, size_px, own_shape=False)
    covered = _coverage(alpha)
    if not is_sign and covered > _FILLED and _is_plain(artwork):
        raise ConfigError([_filled_square(artwork, own_shape=False)])
    if covered > (_FILLED if is_sign else _MAYBE_PLATE) or (is_sign and _has_many_colors(artwork)):
        return None
    silhouette = _white(alpha, size_px)
    # What is left at the size of a status bar, where half of a pixel is seen and less is not.
    ink = (silhouette.thumbnail_image(_STATUS_BAR_PX)[3] > 127).avg() / 255
    return silhouette if ink >= _LEAST_INK else None


def has_plate(artwork: Artwork) -> bool:
    """Tell whether a picture fills so much of its place that it may be a sign on a plate."""
    return _coverage(artwork.square(REFERENCE_PX)[3].crop(*artwork.visible.box)) > _MAYBE_PLATE


def _shape(artwork: Artwork, size_px: int, *, own_shape: bool) -> tuple[pyvips.Image, bool]:
    """Return the alpha of a picture's shape, and whether it is a sign on a plate."""
    image = _trimmed(artwork.fitted(2 * size_px)).copy_memory()
    alpha = image[3]
    if _coverage(alpha) > _MAYBE_PLATE and not own_shape:
        sign = _sign(image)
        if sign is not None:
            return sign, True
    return alpha, False


def _has_many_colors(artwork: Artwork) -> bool:
    """Tell whether a plate is a gradient of more than two colours, whose parts would be taken for a sign."""
    plate = artwork.plate
    if not plate:
        return False
    image = artwork.square(_RING_OF_PX)
    left, top, side = (round(part * image.width) for part in plate[:3])
    ring = (plate.inside(image.width) > 127).crop(left, top, side, side).copy_memory()
    ring = ring & (ring.rank(_RING_PX, _RING_PX, 0) == 0)
    other = ring & (_difference_from_plate(image.crop(left, top, side, side)) > _CONTRAST)
    return bool(other.avg() > _UNEVEN * ring.avg())


def _is_plain(artwork: Artwork) -> bool:
    image = _trimmed(artwork.fitted(_STATUS_BAR_PX * 4)).copy_memory()
    return bool(_difference_from_plate(image).max() < _CONTRAST)


def _filled_square(artwork: Artwork, own_shape: bool) -> Problem:
    message = "would be a filled square as a notification badge"
    if own_shape:
        return Problem(
            artwork.picture.name, message=message, fix="draw the shape on a transparent background"
        )
    fix = "add `icons.badge`: a picture of one shape on a transparent background"
    return Problem(artwork.picture.name, message=message, fix=fix)


def _trimmed(image: pyvips.Image, alpha_band: int = 3) -> pyvips.Image:
    """Return an image without its empty margins."""
    visible = extent(image[alpha_band] > 8)
    return image.crop(*visible.box) if visible else image


def _coverage(alpha: pyvips.Image) -> float:
    covered: float = alpha.avg() / 255
    return covered


def _sign(image: pyvips.Image) -> pyvips.Image | None:
    """Return the alpha of what stands out from a plate's colour, none if nothing or everything does."""
    difference = _difference_from_plate(image)
    difference = (image[3] > 128).ifthenelse(difference, 0).copy_memory()
    most = difference.max()
    if most < _CONTRAST:
        return None
    # A quarter of the contrast is a gradient or a shadow on the plate, three quarters is the sign.
    alpha = ((difference / most - 0.25) * 2 * 255).cast("uchar") * image[3] / 255
    alpha = alpha.cast("uchar").copy_memory()
    return _trimmed(alpha, 0) if _NOTHING < _coverage(alpha) < _FILLED else None


def _difference_from_plate(image: pyvips.Image) -> pyvips.Image:
    """Return each pixel's CIE76 difference from the plate, which may be plain or a linear gradient."""
    import pyvips

    lab = image[:3].colourspace("lab")
    last_x, last_y = image.width - 1, image.height - 1
    # Left, right, top and bottom: inside of the plate even if it is a circle.
    places = [
        (round(x * last_x), round(y * last_y))
        for x, y in ((0.03, 0.5), (0.97, 0.5), (0.5, 0.03), (0.5, 0.97))
    ]
    left, right, top, bottom = samples = [lab(*place) for place in places]
    plain = min(samples, key=lambda sample: sum(math.dist(sample, other) for other in samples))
    position = (pyvips.Image.xyz(image.width, image.height) / [last_x or 1, last_y or 1] - 0.5) / 0.94
    gradient = [
        (sum(band) / 4) + position[0] * (band[1] - band[0]) + position[1] * (band[3] - band[2])
        for band in zip(left, right, top, bottom, strict=True)
    ]
    others = (plain, gradient[0].bandjoin(gradient[1:]))
    squares = [((lab - other) * (lab - other)).bandmean() for other in others]
    return (3 * squares[0].bandrank(squares[1], index=0)) ** 0.5


def _white(alpha: pyvips.Image, size_px: int) -> pyvips.Image:
    inner = size_px - 2 * round(size_px * _MARGIN)
    alpha = alpha.thumbnail_image(inner, height=inner).gravity("centre", size_px, size_px)
    white = alpha * 0 + 255
    return white.bandjoin([white, white, alpha]).cast("uchar").copy(interpretation="srgb")
