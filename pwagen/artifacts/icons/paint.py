"""The files of every icon; only this and what it imports load libvips."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from pwagen.artifacts.icons import css_color as color
from pwagen.artifacts.icons import icon_names as names
from pwagen.artifacts.icons.artwork import REFERENCE_PX, Artwork, on_background
from pwagen.artifacts.icons.contrast import DARK, INK, WHITE, Rgb
from pwagen.artifacts.icons.favicon_svg import favicon_svg
from pwagen.artifacts.icons.ico import ico
from pwagen.artifacts.icons.icon_name import IconName
from pwagen.artifacts.icons.icon_sources import IconSources
from pwagen.artifacts.icons.ink import SEEN
from pwagen.artifacts.icons.ios_splash import splash_names
from pwagen.artifacts.icons.plate import Plate
from pwagen.artifacts.icons.png import SAMPLE_PX, encoder_for, exact_png, flat_png
from pwagen.artifacts.icons.silhouette import badge_silhouette, has_plate, recognizable_silhouette

if TYPE_CHECKING:
    import pyvips

Painter: TypeAlias = "Callable[[int], pyvips.Image]"
"""Paints a square picture, by its side in pixels."""

# Apple's mask cuts the corners only: a logo without a background of its own gets a small margin.
_APPLE_ZOOM = 0.8
BADGE_PX = 96
# Of the shorter side, as large as systems show an icon on a splash screen; shared links are shown small.
_SPLASH_ZOOM, _OPEN_GRAPH_ZOOM = 0.3, 0.5
_PLATE_CORNER = 0.22
# Of what is visible in a picture, how much has to be seen on a background. A white plate is seen by the sign
# on it; of a picture without a plate, what is not seen is gone, such as the white half of its words.
_ENOUGH_ON_PLATE, _ENOUGH = 0.06, 0.65


class Painting(NamedTuple):
    """The bytes of each icon, and whether the badge is the app's initials in place of the picture."""

    files: dict[IconName, bytes]
    badge_has_initials: bool


def paint(sources: IconSources, icon_names: Sequence[IconName]) -> Painting:
    """Return the icons. Raises `PwagenError` if a picture cannot be painted."""
    assert sources.source is not None
    artwork = Artwork(sources.source)
    # The library works outside of Python's lock, so that each core paints an icon.
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        # What is waited for begins first, and so never waits for those that wait for it.
        opaque = pool.submit(_opaque, sources, artwork)
        encode = pool.submit(encoder_for, artwork.square(SAMPLE_PX))
        is_seen_everywhere = pool.submit(_is_seen_everywhere, artwork)
        badge = pool.submit(_badge, sources, artwork) if names.BADGE in icon_names else None
        encode_masked = encode
        if sources.maskable:
            encode_masked = pool.submit(lambda: encoder_for(opaque.result().masked(SAMPLE_PX)))
        splash = [
            pool.submit(lambda ground: _logo_on(color.rgb(ground), artwork, opaque.result()), background)
            for background in sources.splash
        ]

        def plain(size_px: int) -> pyvips.Image:
            return (artwork.square if is_seen_everywhere.result() else opaque.result().apple)(size_px)

        def tab(size_px: int) -> pyvips.Image:
            return (artwork.tight if is_seen_everywhere.result() else opaque.result().apple)(size_px)

        painters: dict[IconName, Callable[[], bytes]] = {
            names.ANY_192: lambda: encode.result()(plain(192)),
            names.ANY_512: lambda: encode.result()(plain(512)),
            names.MASKABLE_192: lambda: encode_masked.result()(opaque.result().masked(192)),
            names.MASKABLE_512: lambda: encode_masked.result()(opaque.result().masked(512)),
            names.BADGE: lambda: exact_png(badge.result()[0]) if badge else b"",
            names.APPLE: lambda: encode.result()(opaque.result().apple(180)),
            names.FAVICON: lambda: ico({px: exact_png(tab(px)) for px in names.ICO_SIZES_PX}),
            names.FAVICON_SVG: lambda: favicon_svg(artwork, _enough(artwork)),
            names.PLACEHOLDER_192: lambda: encode.result()(artwork.square(192)),
            names.PLACEHOLDER_512: lambda: encode.result()(artwork.square(512)),
            names.OPEN_GRAPH: lambda: _open_graph(sources, artwork, opaque.result()),
        }
        for name, scheme in splash_names(len(sources.splash)):
            painters[name] = partial(_splash, name, splash[scheme], sources.splash[scheme])
        contents = pool.map(lambda name: painters[name](), icon_names)
        has_initials = badge is not None and badge.result()[1]
        return Painting(dict(zip(icon_names, contents, strict=True)), has_initials)


def check_paintable(sources: IconSources) -> None:
    """Raise `PwagenError` for pictures that `paint` would refuse, in a tenth of its time."""
    assert sources.source is not None
    _badge(sources, Artwork(sources.source))
    if sources.maskable:
        Artwork(sources.maskable)


class _Opaque(NamedTuple):
    """The painters of icons on a background."""

    masked: Painter
    apple: Painter


def _opaque(sources: IconSources, artwork: Artwork) -> _Opaque:
    edge = artwork.plain_edge()
    background = _background(sources, artwork, edge)
    is_plain = edge is not None or bool(sources.background)
    plate = None if is_plain else artwork.plate
    apple_zoom = 1 if edge is not None and not sources.background else _APPLE_ZOOM

    def apple(size_px: int) -> pyvips.Image:
        if plate:
            return plate.continued(artwork.square(size_px))
        return on_background(artwork.square(size_px, round(size_px * apple_zoom)), background)

    return _Opaque(_masked(sources, artwork, edge, background, plate), apple)


def _splash(name: IconName, painter: Future[Painter], background: str) -> bytes:
    return _in_the_middle(name, painter.result(), color.rgb(background), _SPLASH_ZOOM)


def _open_graph(sources: IconSources, artwork: Artwork, opaque: _Opaque) -> bytes:
    """Return the picture of shared links, on the first of the app's colours on which the logo is seen."""
    choices = [color.rgb(sources.open_graph), *([color.rgb(sources.fallback)] if sources.fallback else [])]
    ground = next((choice for choice in choices if _is_seen(artwork, choice)), choices[0])
    painter = _logo_on(ground, artwork, opaque)
    return _in_the_middle(names.OPEN_GRAPH, painter, ground, _OPEN_GRAPH_ZOOM)


def _logo_on(background: Rgb, artwork: Artwork, opaque: _Opaque) -> Painter:
    """Return the painter of the logo on a colour, on a plate of its own if it isn't seen on that."""
    logo = artwork.square if _is_seen(artwork, background) else lambda px: _rounded(opaque.masked(px))
    return lambda size_px: on_background(logo(size_px), list(background))


def _in_the_middle(name: IconName, painter: Painter, background: Rgb, zoom: float) -> bytes:
    """Return a large picture of one colour with a small one in its middle."""
    width, height = (int(side) for side in name.sizes.split("x"))
    # Even, as the sides are, so that the middle is that of the pixels, too.
    side = 2 * round(min(width, height) * zoom / 2)
    around = painter(side).gravity("centre", width, height, extend="background", background=list(background))
    return flat_png(around)


def _rounded(image: pyvips.Image) -> pyvips.Image:
    """Return a square picture with round corners."""
    import pyvips

    side = image.width
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{side}" height="{side}">'
        f'<rect width="{side}" height="{side}" rx="{side * _PLATE_CORNER:.1f}"/></svg>'
    )
    return image[:3].bandjoin(pyvips.Image.svgload_buffer(svg.encode())[3])


def _is_seen(artwork: Artwork, background: Rgb) -> bool:
    return artwork.share_seen_on(background) >= _enough(artwork)


def _enough(artwork: Artwork) -> float:
    return _ENOUGH_ON_PLATE if has_plate(artwork) else _ENOUGH


def _is_seen_everywhere(artwork: Artwork) -> bool:
    """Whether enough of a picture is seen on a light taskbar or tab, and on a dark one."""
    return all(artwork.share_seen_on(ground, SEEN) >= _ENOUGH_ON_PLATE for ground in (WHITE, DARK))


def _background(sources: IconSources, artwork: Artwork, edge: list[float] | None) -> list[float]:
    """Return what the user chose, else the colour that an opaque picture ends in, else one that shows it.

    That is the fallback, the app's colour, white or near black: the first on which enough can be seen.
    """
    if sources.background:
        return list(color.rgb(sources.background))
    if edge:
        return edge
    theme = [color.rgb(sources.theme)] if sources.theme else []
    choices = [color.rgb(sources.fallback), *theme, WHITE, INK]
    enough = _enough(artwork)
    shares: dict[Rgb, float] = {}
    for choice in choices:
        shares[choice] = artwork.share_seen_on(choice)
        if shares[choice] >= enough:
            return list(choice)
    best = max(shares, key=shares.__getitem__)
    return list(best)


def _masked(
    sources: IconSources,
    artwork: Artwork,
    edge: list[float] | None,
    background: list[float],
    plate: Plate | None,
) -> Painter:
    """Return the painter of maskable icons: `icons.maskable` as it is, else the source scaled to fit."""
    if sources.maskable:
        maskable = Artwork(sources.maskable)
        return lambda size_px: on_background(maskable.square(size_px), background)
    if plate:
        on_plate = artwork.safe_placement(plate.sign(artwork.square(REFERENCE_PX)))
        return lambda size_px: plate.moved(on_plate).continued(artwork.placed(size_px, on_plate))
    placement = artwork.safe_placement(artwork.shown(None if sources.background else edge))
    return lambda size_px: on_background(artwork.placed(size_px, placement), background)


def _badge(sources: IconSources, artwork: Artwork) -> tuple[pyvips.Image, bool]:
    """Return the silhouette of `icons.badge`, else of the source, else, and True, of the app's monogram."""
    if sources.badge:
        return badge_silhouette(Artwork(sources.badge), BADGE_PX, own_shape=True), False
    if not sources.name:
        return badge_silhouette(artwork, BADGE_PX, own_shape=False), False
    silhouette = recognizable_silhouette(artwork, BADGE_PX)
    if silhouette is not None:
        return silhouette, False
    from pwagen.artifacts.icons.monogram import draw, monogram_text

    monogram = draw(sources.name, monogram_text(sources.name), INK, "plate").badge
    return badge_silhouette(Artwork(monogram), BADGE_PX, own_shape=True), True
