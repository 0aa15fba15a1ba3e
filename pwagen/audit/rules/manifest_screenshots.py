"""The screenshots of a manifest, by their declaration and their pixels."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from pwagen.audit.audited_site import AuditedSite
from pwagen.audit.finding import Evidence
from pwagen.audit.manifest_pictures import NamedPicture, pictures_of, type_mistake, unusable
from pwagen.audit.rule import rule
from pwagen.audit.rules.manifest_icons import size_mistake
from pwagen.audit.set_up import SetUp
from pwagen.binding.words import quote

_SCREENSHOTS = "https://www.w3.org/TR/manifest-app-info/#screenshots-member"
# Its "Screenshots" say which pictures Chromium shows.
_SHOWN = "https://developer.chrome.com/docs/capabilities/web-apis/richer-install-ui"
_SHORTEST_PX, _LONGEST_PX = 320, 3840
_RATIO = 2.3
_FIX: dict[SetUp, str] = {
    "pwagen": "pwagen screenshots takes them anew, in sizes that browsers show",
    "plain": "name a picture that exists, with its own size and type",
}
_TALL, _WIDE = (
    f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"><rect/></svg>'
    for width, height in ((400, 800), (800, 400))
)


def _example(src: str, sizes: str, more: str = "") -> str:
    return f'{{"screenshots": [{{"src": "{src}", "sizes": "{sizes}"{more}}}]}}'


def _screenshots(site: AuditedSite) -> Iterator[NamedPicture]:
    for manifest in site.manifests:
        yield from pictures_of(site, manifest, "screenshots")


def _sizes(site: AuditedSite) -> Iterator[tuple[NamedPicture, int, int]]:
    """Yield the screenshots whose size is known, with their width and height in pixels."""
    for screenshot in _screenshots(site):
        header = screenshot.picture.header if screenshot.picture else None
        if header and header.width and header.height:
            yield screenshot, header.width, header.height


@rule(
    "manifest-screenshot-file",
    "warning",
    "The screenshots of the manifest are pictures",
    why="Browsers leave out a screenshot that they can't load, and show the small prompt to install if none"
    " is left.",
    source=_SCREENSHOTS,
    fix=_FIX,
    bad={"manifest.json": _example("shots/home.png", "400x800")},
    good={"manifest.json": _example("icons/icon-512.png", "512x512")},
)
def file(site: AuditedSite) -> Iterator[Evidence]:
    """Load each of them."""
    yield from unusable(_screenshots(site))


@rule(
    "manifest-screenshot-size",
    "warning",
    "Screenshots have the size that the manifest declares",
    why="Browsers and stores lay the prompt to install out by the declared size, and choose by it what they"
    " load.",
    source=_SCREENSHOTS,
    fix=_FIX,
    bad={"manifest.json": _example("icons/icon-512.png", "1280x720")},
    good={"manifest.json": _example("icons/icon-512.png", "512x512")},
)
def size(site: AuditedSite) -> Iterator[Evidence]:
    """Compare with the picture's own size."""
    for (where, declared, _), width, height in _sizes(site):
        if mistake := size_mistake(declared, width, height):
            yield Evidence(where, f"{quote(declared['src'])} {mistake}")


@rule(
    "manifest-screenshot-type",
    "warning",
    "Screenshots have the type that the manifest declares",
    why="Browsers skip pictures of a type that they don't support, by what the manifest declares.",
    source=_SCREENSHOTS,
    fix=_FIX,
    bad={"manifest.json": _example("icons/icon-512.png", "512x512", ', "type": "image/jpeg"')},
    good={"manifest.json": _example("icons/icon-512.png", "512x512", ', "type": "image/png"')},
)
def type(site: AuditedSite) -> Iterator[Evidence]:
    """Compare with what the file begins with."""
    for where, declared, picture in _screenshots(site):
        if picture and not picture.is_html and (mistake := type_mistake(declared, picture)):
            yield Evidence(where, f"{quote(declared['src'])} {mistake}")


@rule(
    "manifest-screenshot-shown",
    "warning",
    "Screenshots have a size that browsers show",
    why=f"Chromium shows no screenshot with a side below {_SHORTEST_PX} or above {_LONGEST_PX} pixels, and"
    f" none that is more than {_RATIO} times as long as it is wide, or as wide as it is long.",
    source=_SHOWN,
    fix=_FIX | {"plain": f"a picture with sides of {_SHORTEST_PX} to {_LONGEST_PX} pixels, such as 1280x800"},
    bad={"manifest.json": _example("icons/icon-192.png", "192x192")},
    good={"manifest.json": _example("shots/home.png", "400x800"), "shots/home.png": _TALL},
)
def shown(site: AuditedSite) -> Iterator[Evidence]:
    """Look at the sides."""
    for (where, declared, _), *sides in _sizes(site):
        short, long = sorted(sides)
        src = quote(declared["src"])
        if short < _SHORTEST_PX:
            yield Evidence(where, f"{src} has a side of {short} pixels, shown are {_SHORTEST_PX} or more")
        elif long > _LONGEST_PX:
            yield Evidence(where, f"{src} has a side of {long} pixels, shown are {_LONGEST_PX} or fewer")
        elif long > short * _RATIO:
            yield Evidence(where, f"one side of {src} is {long / short:.1f} times as long as the other")


@rule(
    "manifest-screenshot-shape",
    "warning",
    "Screenshots have the shape of their form factor",
    why="Chromium shows wide screenshots on desktops and the others on phones: one in the wrong place is"
    " small, between empty margins.",
    source=_SHOWN,
    fix=_FIX | {"plain": '"form_factor": "narrow" for a tall picture, "wide" for a broad one'},
    bad={
        "manifest.json": _example("shots/home.png", "400x800", ', "form_factor": "wide"'),
        "shots/home.png": _TALL,
    },
    good={
        "manifest.json": _example("shots/home.png", "800x400", ', "form_factor": "wide"'),
        "shots/home.png": _WIDE,
    },
)
def shape(site: AuditedSite) -> Iterator[Evidence]:
    """Compare the two; what is held in landscape is broad on phones, too."""
    landscapes = {
        manifest.resource.path
        for manifest in site.manifests
        if str(manifest.members.get("orientation")).strip().lower().startswith("landscape")
    }
    for (where, declared, _), width, height in _sizes(site):
        factor = str(declared.get("form_factor")).strip().lower()
        is_broad_phone = factor == "narrow" and width > height and where.path not in landscapes
        if (factor == "wide" and height > width) or is_broad_phone:
            message = f"{quote(declared['src'])} has {width}x{height} pixels, and the form factor {factor}"
            yield Evidence(where, message)


@rule(
    "manifest-screenshot-ratio",
    "warning",
    "Screenshots of one form factor are all of one shape",
    why="Chromium leaves out each screenshot that isn't as broad for its height as the first of its form"
    " factor.",
    source=_SHOWN,
    fix=_FIX | {"plain": "pictures of one size for phones, and of one size for desktops"},
    bad={
        "manifest.json": '{"screenshots": [{"src": "icons/icon-512.png"}, {"src": "shots/home.png"}]}',
        "shots/home.png": _TALL,
    },
    good={
        "manifest.json": '{"screenshots": [{"src": "icons/icon-512.png"},'
        ' {"src": "shots/home.png", "form_factor": "wide"}]}',
        "shots/home.png": _WIDE,
    },
)
def ratio(site: AuditedSite) -> Iterator[Evidence]:
    """Compare each with the first; where there are as many shapes as pictures, once is enough."""
    first: dict[tuple[str, str], tuple[Fraction, str]] = {}
    reported: set[tuple[str, str]] = set()
    for (where, declared, _), width, height in _sizes(site):
        key = where.path, str(declared.get("form_factor") or "").strip().lower()
        shape, src = first.setdefault(key, (Fraction(width, height), declared["src"]))
        if Fraction(width, height) != shape and key not in reported:
            reported.add(key)
            message = f"{quote(declared['src'])} has {width}x{height} pixels, another shape than {quote(src)}"
            yield Evidence(where, message)
