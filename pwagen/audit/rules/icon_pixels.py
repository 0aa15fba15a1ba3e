"""The icons as pixels: what platforms make of them is seen there alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from pwagen.artifacts.icons.contrast import DARK, WHITE
from pwagen.artifacts.icons.ink import SEEN, differs, plain_edge, share_seen
from pwagen.audit.audited_site import AuditedSite
from pwagen.audit.documents.picture import SitePicture
from pwagen.audit.finding import Evidence, Location
from pwagen.audit.javascript.program import member_value, string_value
from pwagen.audit.manifest_pictures import icons_of
from pwagen.audit.rule import rule
from pwagen.audit.rules.manifest_icons import purposes_of
from pwagen.binding.words import quote

if TYPE_CHECKING:
    import pyvips

_MASKABLE = "https://www.w3.org/TR/appmanifest/#icon-masks"
_OPAQUE = 250  # of 255
_MEASURED_PX, _ESTIMATE_PX = 256, 64
# Launchers draw a circle with a radius of 36 where 33 are safe (of 108,
# https://developer.android.com/develop/ui/views/launch/icon_design_adaptive); of a maskable icon, 40 % of the
# side are, so that their circle ends at 43.6 %. What is beyond 45 % is cut off there for sure.
_CUT_RADIUS = 0.45
_DRAWN = 48  # of 255: nobody misses what differs less from the ground
_LEAST_CUT = 0.003  # of the picture
_PLATE = 0.5  # of the ring that is cut off: that much of it is no drawing, but the plate below one
_LEAST_SEEN = 0.03  # of what is visible
_LEAST_PX = 180  # icons that are smaller can be soft because they are small
_NEAR_PX = 8
_EDGE = 96  # of 255, within `_NEAR_PX`: a drawing that has no such edge is soft on purpose
_SHARPEST = 0.4
"""How much of an edge's height two neighbouring pixels have at most, if the picture is one of less than half
of its size. Of 736 pictures in packages 733 had more than 0.43, and the others were such pictures."""


@rule(
    "icon-maskable-transparent",
    "warning",
    "Maskable icons are opaque",
    why="Systems lay a maskable icon out to its edges: where it is transparent, they show black or white.",
    source=_MASKABLE,
    fix={
        "pwagen": "icons: {source: logo.svg, background: …} in pwagen.yaml",
        "plain": "give the picture a background that goes to its edges",
    },
    bad={
        "icons/maskable-512.png": '<svg xmlns="http://www.w3.org/2000/svg" width="512" height="512"'
        ' viewBox="0 0 100 100"><circle cx="50" cy="50" r="30" fill="#7a3e12"/></svg>'
    },
    good={
        "icons/maskable-512.png": '<svg xmlns="http://www.w3.org/2000/svg" width="512" height="512"'
        ' viewBox="0 0 100 100"><rect width="100" height="100" fill="#fff4e6"/>'
        '<circle cx="50" cy="50" r="30" fill="#7a3e12"/></svg>'
    },
)
def maskable_transparent(site: AuditedSite) -> Iterator[Evidence]:
    """Look for pixels within the largest circle, which every mask shows, that shine through."""
    for where, icon, picture in _pictures_of(site, "maskable"):
        if share := picture.measured(share_transparent):
            place = replace(where, part=percentage(share))
            yield Evidence(place, f"the maskable icon {quote(icon['src'])} is transparent")


@rule(
    "icon-badge",
    "warning",
    "The badge of notifications is a shape on a transparent ground",
    why="Android shows the opaque part of a badge in one colour: of an opaque picture, a white square.",
    source="https://notifications.spec.whatwg.org/#badge-url",
    fix={
        "pwagen": "icons: {badge: badge.svg} in pwagen.yaml, a drawing in one colour on nothing",
        "plain": "a PNG of 96x96 with a white shape on a transparent ground",
    },
    bad={
        "icons/badge-96.png": '<svg xmlns="http://www.w3.org/2000/svg" width="96" height="96">'
        '<rect width="96" height="96" fill="#7a3e12"/></svg>'
    },
    good={
        "icons/badge-96.png": '<svg xmlns="http://www.w3.org/2000/svg" width="96" height="96">'
        '<circle cx="48" cy="48" r="40" fill="#fff"/></svg>'
    },
)
def badge(site: AuditedSite) -> Iterator[Evidence]:
    """Look at the pictures that workers name as badge, where their address is written out."""
    for worker in site.workers:
        for program in worker.programs:
            for name in program.named("badge"):
                address = string_value(member_value(name))
                picture = site.picture(address, worker.resource.url) if address else None
                fault = picture.measured(_fault_of_shape) if picture else None
                if picture and fault:
                    place = Location(picture.resource.path, part=fault.part)
                    yield Evidence(place, f"the badge is {fault.what}: Android shows {fault.shown}")


@rule(
    "icon-monochrome",
    "warning",
    "Monochrome icons are a shape on a transparent ground",
    why="Systems show the opaque part of a monochrome icon in one colour: of an opaque picture, a square.",
    source="https://www.w3.org/TR/appmanifest/#monochrome-icons-and-solid-fills",
    fix={
        "pwagen": "icons: {badge: badge.svg} in pwagen.yaml, a drawing in one colour on nothing",
        "plain": "a picture of one shape on a transparent ground, for the purpose monochrome alone",
    },
    bad={
        "manifest.json": '{"icons": [{"src": "icons/icon-512.png", "sizes": "512x512"},'
        ' {"src": "icons/maskable-512.png", "sizes": "512x512", "purpose": "maskable monochrome"}]}'
    },
    good={
        "manifest.json": '{"icons": [{"src": "icons/icon-512.png", "sizes": "512x512"},'
        ' {"src": "icons/maskable-512.png", "sizes": "512x512", "purpose": "maskable"},'
        ' {"src": "icons/badge-96.png", "sizes": "96x96", "purpose": "monochrome"}]}'
    },
)
def monochrome(site: AuditedSite) -> Iterator[Evidence]:
    """Look at the alpha channel, which is all that counts."""
    for where, icon, picture in _pictures_of(site, "monochrome"):
        if fault := picture.measured(_fault_of_shape):
            message = f"the monochrome icon {quote(icon['src'])} is {fault.what}: systems show {fault.shown}"
            yield Evidence(replace(where, part=fault.part), message)


@rule(
    "icon-safe-zone",
    "warning",
    "Masks cut nothing off a maskable icon's drawing",
    why="Launchers cut maskable icons to a circle, a drop or a square; a circle with a radius of 40 % of the "
    "side is all that every one of them shows.",
    source=_MASKABLE,
    fix={
        "pwagen": "icons: {source: logo.svg} in pwagen.yaml: the drawing is scaled to where no mask cuts",
        "vite": "npx pwa-assets-generator with `padding` of maskable above 0.3",
        "plain": "draw it smaller: all that matters within 40 % of the side around the middle",
    },
    bad={
        "icons/maskable-512.png": '<svg xmlns="http://www.w3.org/2000/svg" width="512" height="512"'
        ' viewBox="0 0 100 100"><rect width="100" height="100" fill="#7a3e12"/>'
        '<path d="M2 42h96v16H2z" fill="#fff4e6"/></svg>'
    },
    good={
        "icons/maskable-512.png": '<svg xmlns="http://www.w3.org/2000/svg" width="512" height="512"'
        ' viewBox="0 0 100 100"><rect width="100" height="100" fill="#7a3e12"/>'
        '<path d="M12 42h76v16H12z" fill="#fff4e6"/></svg>'
    },
)
def safe_zone(site: AuditedSite) -> Iterator[Evidence]:
    """Look for a drawing on a ground of one colour that goes on beyond every round mask."""
    for where, icon, picture in _pictures_of(site, "maskable"):
        if place := picture.measured(_cut_off):
            message = f"round masks cut off what the maskable icon {quote(icon['src'])} shows at its edge"
            yield Evidence(_at_pixel(where, *place), message)


@rule(
    "icon-contrast",
    "warning",
    "Icons are seen on light and on dark",
    why="Taskbars, home screens and lists of apps are light or dark, and a transparent icon in nearly the "
    "same colour is not seen there.",
    source="https://www.w3.org/TR/WCAG22/#non-text-contrast",
    fix={
        "pwagen": "icons: {source: logo.svg} in pwagen.yaml, with a drawing that has a ground or an outline",
        "plain": "give the picture a ground of another colour, or an outline",
    },
    bad={
        "icons/icon-512.png": '<svg xmlns="http://www.w3.org/2000/svg" width="512" height="512"'
        ' viewBox="0 0 100 100"><circle cx="50" cy="50" r="40" fill="#fff"/></svg>'
    },
    good={
        "icons/icon-512.png": '<svg xmlns="http://www.w3.org/2000/svg" width="512" height="512"'
        ' viewBox="0 0 100 100"><circle cx="50" cy="50" r="40" fill="#fff" stroke="#7a3e12"'
        ' stroke-width="6"/></svg>'
    },
)
def contrast(site: AuditedSite) -> Iterator[Evidence]:
    """Lay each transparent icon on both, and measure how much of it can be seen."""
    for where, icon, picture in _pictures_of(site, "any"):
        for ground in picture.measured(_grounds_that_hide) or ():
            yield Evidence(where, f"the icon {quote(icon['src'])} is not seen on {ground} ground")


@rule(
    "icon-blurred",
    "warning",
    "Icons are drawn in their size",
    why="A small picture that was scaled up has no more to show than before, and is blurred on every screen "
    "that has the pixels.",
    source="https://web.dev/articles/add-manifest#icons",
    fix={
        "pwagen": "icons: {source: logo.svg} in pwagen.yaml, an SVG or a picture of at least 512 pixels",
        "plain": "export the icon from the drawing in this size, or leave it out",
    },
    bad={
        "icons/icon-512.png": '<svg xmlns="http://www.w3.org/2000/svg" width="512" height="512"'
        ' viewBox="0 0 100 100"><defs><filter id="soft"><feGaussianBlur stdDeviation="1"/></filter></defs>'
        '<circle cx="50" cy="50" r="40" fill="#7a3e12" filter="url(#soft)"/></svg>'
    },
    good={
        "icons/icon-512.png": '<svg xmlns="http://www.w3.org/2000/svg" width="512" height="512"'
        ' viewBox="0 0 100 100"><circle cx="50" cy="50" r="40" fill="#7a3e12"/></svg>'
    },
)
def blurred(site: AuditedSite) -> Iterator[Evidence]:
    """Compare the sharpest step between neighbours with the highest edge: scaling up flattens every edge."""
    for where, icon, picture in _pictures_of(site):
        if found := picture.measured(_softness):
            shown = f"shows no more than one of about {found.real}"
            message = f"{quote(icon['src'])} has {found.size} pixels, but {shown}"
            yield Evidence(_at_pixel(where, found.x, found.y), message)


def _pictures_of(
    site: AuditedSite, purpose: str = ""
) -> Iterator[tuple[Location, dict[str, Any], SitePicture]]:
    """Yield place, declaration and file of each icon, of one purpose or of all."""
    for where, icon, picture in icons_of(site):
        if picture and (not purpose or purpose in purposes_of(icon)):
            yield where, icon, picture


def _cut_off(pixels: pyvips.Image) -> tuple[float, float] | None:
    """Return where a drawing on a ground of one colour is beyond every round mask, in pixels."""
    small = _square(pixels, _MEASURED_PX)
    ground = plain_edge(small, _DRAWN)
    if ground is None:
        return None
    drawn = differs(small, ground, _DRAWN)
    radius = _from_middle(_MEASURED_PX) / _MEASURED_PX
    cut = (drawn & (radius > _CUT_RADIUS)).copy_memory()
    ring = (radius > _CUT_RADIUS) & (radius <= 0.5)
    if _share(cut) < _LEAST_CUT or _share(cut & ring) > _PLATE * _share(ring):
        return None
    _, x, y = cut.ifthenelse(radius, 0).maxpos()
    return x * pixels.width / _MEASURED_PX, y * pixels.height / _MEASURED_PX


def _grounds_that_hide(pixels: pyvips.Image) -> tuple[str, ...]:
    """Return in words on which grounds a transparent picture is not seen."""
    small = _square(pixels, _ESTIMATE_PX)
    if small[3].min() >= _OPAQUE or small[3].max() < _OPAQUE / 2:
        return ()
    grounds = ((WHITE, "white"), (DARK, "a dark"))
    return tuple(name for ground, name in grounds if share_seen(small, ground, SEEN) < _LEAST_SEEN)


class _Softness(NamedTuple):
    """The size of a picture, that of all that it shows, and where its highest edge is."""

    size: str
    real: str
    x: float
    y: float


def _softness(pixels: pyvips.Image) -> _Softness | None:
    """Compare the edges of a picture; return nothing of one that is drawn in its size."""
    if min(pixels.width, pixels.height) < _LEAST_PX:
        return None
    shown = pixels.premultiply().copy_memory()
    edge, x, y = _highest_step(shown, _NEAR_PX)
    step, _, _ = _highest_step(shown, 1)
    if edge < _EDGE or step >= _SHARPEST * edge:
        return None
    real = round(pixels.width * step / edge / 8) * 8
    return _Softness(f"{pixels.width}x{pixels.height}", f"{real}x{real}", x, y)


def _highest_step(image: pyvips.Image, px: int) -> tuple[float, float, float]:
    """Return the largest difference of pixels so far from each other in a row or column, and its place."""
    width, height = image.width, image.height
    steps = []
    for right, down in ((px, 0), (0, px)):
        there = image.crop(right, down, width - right, height - down)
        here = image.crop(0, 0, width - right, height - down)
        steps.append((there - here).abs().maxpos())
    value, x, y = max(steps)
    return float(value), float(x), float(y)


def share_transparent(pixels: pyvips.Image) -> float:
    """Return which part of a picture shines through within the largest circle, which every mask shows."""
    small = _square(pixels, _ESTIMATE_PX)
    # The pixels of the circle's edge are left out: those of a round picture are half transparent.
    inside = _from_middle(_ESTIMATE_PX) < _ESTIMATE_PX / 2 - 2.5
    return _share((small[3] < _OPAQUE) & inside)


class _FaultOfShape(NamedTuple):
    """What is wrong with a picture of whose opaque part systems make a shape, and what they show."""

    what: str
    shown: str
    part: str


def _fault_of_shape(pixels: pyvips.Image) -> _FaultOfShape | None:
    if pixels[3].min() >= _OPAQUE:
        return _FaultOfShape("opaque", "a square", "100 % of the pixels")
    return _FaultOfShape("empty", "nothing", "0 % of the pixels") if pixels[3].max() == 0 else None


def _from_middle(side_px: int) -> pyvips.Image:
    """Return the distance of each pixel's middle from that of a square, in pixels."""
    import pyvips

    offsets = (pyvips.Image.xyz(side_px, side_px) + 0.5 - side_px / 2) ** 2
    return (offsets[0] + offsets[1]) ** 0.5


def _square(pixels: pyvips.Image, side_px: int) -> pyvips.Image:
    return pixels.thumbnail_image(side_px, height=side_px, size="force").copy_memory()


def _share(mask: pyvips.Image) -> float:
    share: float = mask.avg() / 255
    return share


def percentage(share: float) -> str:
    """Return a share that isn't nothing, in words for a place."""
    return f"{max(1, round(100 * share))} % of the pixels"


def _at_pixel(where: Location, x: float, y: float) -> Location:
    return replace(where, part=f"pixel {round(x)},{round(y)}")
