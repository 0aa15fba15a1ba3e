"""A picture of a site as pixels, decoded once; libvips is loaded for the first."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from pwagen.artifacts.icons.raster_header import RasterHeader, raster_header
from pwagen.audit.sources.source import Resource

if TYPE_CHECKING:
    import pyvips

Result = TypeVar("Result")

_MEASURED: dict[tuple[Callable[..., Any], bytes], Any] = {}
"""What functions have found in pixels, by function and digest of the picture: measuring icons is most of an
audit, and several sites, icons and audits of a process have the same pictures."""
_LARGEST_SIDE = 8192
"""Pixels: what is larger is not decoded, since a small file can hold an enormous picture."""


@dataclass(frozen=True)
class SitePicture:
    """A picture as it is served."""

    resource: Resource

    @property
    def is_html(self) -> bool:
        """Whether it is a page, as servers answer for files that aren't there."""
        return self.resource.is_page

    @property
    def is_svg(self) -> bool:
        """Whether it is a drawing, whose size doesn't matter."""
        return not self.is_html and b"<svg" in self.resource.content[:4000]

    @cached_property
    def header(self) -> RasterHeader | None:
        """Its format and size; None for a drawing, and for what isn't a picture."""
        return raster_header(self.resource.content)

    @cached_property
    def pixels(self) -> pyvips.Image | None:
        """The pixels as sRGB with alpha, four bands; None if it can't be decoded, or need not be."""
        header = self.header
        if not header or header.kind == "ICO" or not 0 < max(header.width, header.height) <= _LARGEST_SIDE:
            return None
        import pyvips

        try:
            image = pyvips.Image.new_from_buffer(self.resource.content, "").colourspace("srgb")
            image = image if image.hasalpha() else image.addalpha()
            return image.cast("uchar").copy_memory()
        except pyvips.Error:
            return None

    @property
    def has_pixels(self) -> bool:
        """Whether it can be decoded."""
        return self.measured(_is_decoded) is not None

    def measured(self, measure: Callable[[pyvips.Image], Result]) -> Result | None:
        """Return what a function finds in the pixels, if there are any; once for equal pictures."""
        key = measure, self._digest
        if key not in _MEASURED:
            _MEASURED[key] = None if self.pixels is None else measure(self.pixels)
        found: Result | None = _MEASURED[key]
        return found

    @cached_property
    def _digest(self) -> bytes:
        return hashlib.sha256(self.resource.content).digest()


def _is_decoded(_: pyvips.Image) -> bool:
    return True
