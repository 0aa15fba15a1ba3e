"""The files of every icon; only this and what it imports load libvips."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from pwagen.artifacts.icons import icon_names as names
from pwagen.artifacts.icons import svg_color as color
from pwagen.artifacts.icons.artwork import Artwork, on_background
from pwagen.artifacts.icons.ico import ico
from pwagen.artifacts.icons.icon_names import IconName
from pwagen.artifacts.icons.icon_sources import IconSources
from pwagen.artifacts.icons.silhouette import badge_silhouette

if TYPE_CHECKING:
    import pyvips

# Apple's mask cuts the corners only: a logo without a background of its own gets a small margin.
_APPLE_ZOOM = 0.8


def paint(sources: IconSources, icon_names: Sequence[IconName]) -> dict[IconName, bytes]:
    """Return the bytes of each icon. Raises `PwagenError` if a picture cannot be painted."""
    assert sources.source is not None
    artwork = Artwork(sources.source)
    edge = artwork.plain_edge()
    background = _background(sources, edge)
    masked = _masked(sources, artwork, edge, background)
    apple_zoom = 1 if edge is not None and not sources.background else _APPLE_ZOOM
    apple = artwork.square(180, round(180 * apple_zoom))
    painters: dict[IconName, Callable[[], bytes]] = {
        names.ANY_192: lambda: _png(artwork.square(192)),
        names.ANY_512: lambda: _png(artwork.square(512)),
        names.MASKABLE_192: lambda: _png(masked(192)),
        names.MASKABLE_512: lambda: _png(masked(512)),
        names.BADGE: lambda: _png(_badge(sources, artwork)),
        names.APPLE: lambda: _png(on_background(apple, background)),
        names.FAVICON: lambda: ico({px: _png(artwork.square(px)) for px in names.ICO_SIZES_PX}),
        names.FAVICON_SVG: lambda: artwork.picture.content,
    }
    return {name: painters[name]() for name in icon_names}


def _background(sources: IconSources, edge: list[float] | None) -> list[float]:
    """Return what the user chose, else the colour that an opaque picture ends in, else the fallback."""
    if sources.background:
        return list(color.rgb(sources.background))
    return edge or list(color.rgb(sources.fallback))


def _masked(
    sources: IconSources, artwork: Artwork, edge: list[float] | None, background: list[float]
) -> Callable[[int], pyvips.Image]:
    """Return the painter of maskable icons: `icons.maskable` as it is, else the source scaled to fit."""
    if sources.maskable:
        maskable = Artwork(sources.maskable)
        return lambda size_px: on_background(maskable.square(size_px), background)
    zoom = artwork.safe_zoom(None if sources.background else edge)
    # Rounded down to an even number, so that the middle stays the middle.
    return lambda size_px: on_background(artwork.square(size_px, 2 * int(size_px * zoom / 2)), background)


def _badge(sources: IconSources, artwork: Artwork) -> pyvips.Image:
    badge = Artwork(sources.badge) if sources.badge else artwork
    return badge_silhouette(badge, 96, own_shape=sources.badge is not None)


def _png(image: pyvips.Image) -> bytes:
    content: bytes = image.pngsave_buffer(compression=9, keep="none")
    return content
