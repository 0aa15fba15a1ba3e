"""SVG renderers, by what each paints as Chromium does."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

import pyvips

from pwagen.artifacts.icons import Picture
from pwagen.artifacts.icons.artwork import Artwork
from pwagen.errors import PwagenError
from pwagen.testing.chromium.chromium import Chromium
from tests.browser.svg_drawings import (
    MOST_DIFFERENT,
    SIDE_PX,
    TABLE,
    drawing,
    in_chromium,
    share_that_differs,
)

KINDS = {
    "colours": r"\b(?:oklch|oklab|lch|lab|color|color-mix|light-dark|rgba?|hsla?|hwb)\(|#f00|currentColor",
    "CSS: variables, calc(), geometry": r"var\(|calc\(|min\(|clamp\(|css ",
    "CSS: at-rules, nesting, selectors": r"@|sel |:is|root sel|nest|!important",
    "embedded pictures": r"\{(?:png|jpeg|gif|webp|avif)\}",
    "filters, masks, clips, blending": r"filter|mask|clip|blend|isolation|shadow|blur",
    "gradients, patterns, markers, symbols": r"[gG]radient|pattern|marker|symbol|<use",
    "text": r"<text|textPath|foreignObject",
}
FATES = ("right", "wrong", "refused")
Renderer = Callable[[Picture], pyvips.Image]
"""Paints an SVG into a square of `SIDE_PX`, RGBA."""


def pwagen_refusing(picture: Picture) -> pyvips.Image:
    """Paint as pwagen does, refusing what would be wrong."""
    return Artwork(picture).square(SIDE_PX)


def librsvg(picture: Picture) -> pyvips.Image:
    """Paint with what pwagen has below, whatever comes of it."""
    return pyvips.Image.thumbnail_buffer(picture.content, SIDE_PX, height=SIDE_PX).colourspace("srgb")


def resvg(picture: Picture) -> pyvips.Image:
    """Paint with resvg."""
    import resvg_py  # type: ignore[import-not-found]  # installed for the comparison alone

    png = resvg_py.svg_to_bytes(svg_string=picture.content.decode(), width=SIDE_PX, height=SIDE_PX)
    return pyvips.Image.new_from_buffer(bytes(png), "")


def skia(picture: Picture) -> pyvips.Image:
    """Paint with Skia's SVG module, which scales nothing by itself."""
    import skia  # type: ignore[import-not-found]  # installed for the comparison alone

    dom = skia.SVGDOM.MakeFromStream(skia.MemoryStream(picture.content))
    surface = skia.Surface(SIDE_PX, SIDE_PX)
    dom.setContainerSize(skia.Size(SIDE_PX, SIDE_PX))
    dom.render(surface.getCanvas())
    return pyvips.Image.new_from_buffer(bytes(surface.makeImageSnapshot().encodeToData()), "")


RENDERERS: dict[str, Renderer] = {
    "pwagen": pwagen_refusing,
    "librsvg alone": librsvg,
    "resvg": resvg,
    "Skia": skia,
}


def fate(paint: Renderer, picture: Picture, expected: pyvips.Image) -> str:
    """Return whether a renderer paints a drawing right, wrong or not at all."""
    try:
        painted = paint(picture)
    except (PwagenError, pyvips.Error, ValueError, RuntimeError, AttributeError):
        return "refused"
    painted = painted if painted.hasalpha() else painted.addalpha()
    return "right" if share_that_differs(painted, expected) < MOST_DIFFERENT else "wrong"


def compare_renderers() -> tuple[list[list[str]], str]:
    """Return a table, kind by renderer, and which renderers are left out and why."""
    present, missing = dict(RENDERERS), []
    for name, module in (("resvg", "resvg_py"), ("Skia", "skia")):
        try:
            __import__(module)
        except ImportError:
            del present[name]
            missing.append(f"{name} (pip install {'resvg-py' if name == 'resvg' else 'skia-python'})")
    counts: dict[str, dict[str, Counter[str]]] = {}
    with Chromium() as chromium:
        for _, name, inner in TABLE:
            kind = next(
                (kind for kind, sign in KINDS.items() if re.search(sign, f"{name} {inner}")), "shapes"
            )
            picture = drawing(inner)
            (expected,) = in_chromium(chromium, [picture])
            of_kind = counts.setdefault(kind, {})
            for renderer, paint in present.items():
                of_kind.setdefault(renderer, Counter())[fate(paint, picture, expected)] += 1
    table = [[" / ".join(FATES), "drawings", *present]]
    whole = {renderer: sum((counts[kind][renderer] for kind in counts), Counter()) for renderer in present}
    for kind, of_kind in [*counts.items(), ("all", whole)]:
        cells = [
            " / ".join(str(of_kind[one][word]) for word in ("right", "wrong", "refused")) for one in present
        ]
        table.append([kind, str(sum(of_kind["pwagen"].values())), *cells])
    return table, f"Left out: {', '.join(missing)}." if missing else ""
