"""The icons as files and as pixels."""

from __future__ import annotations

from collections.abc import Iterator

from pwagen.audit.audited_site import AuditedSite
from pwagen.audit.documents.picture import SitePicture
from pwagen.audit.finding import Evidence, Location
from pwagen.audit.javascript.program import nodes_below, string_value, text_of
from pwagen.audit.manifest_pictures import NamedPicture, pictures_of, type_mistake
from pwagen.audit.rule import rule
from pwagen.audit.rules.manifest_icons import purposes_of, sizes_of
from pwagen.audit.set_up import SetUp
from pwagen.binding.words import quote

_ICONS = "https://www.w3.org/TR/appmanifest/#icons-member"
_MASKABLE = "https://www.w3.org/TR/appmanifest/#icon-masks"
_FIX: dict[SetUp, str] = {
    "pwagen": "icons: {source: logo.svg} in pwagen.yaml: every icon is made from it",
    "plain": "name a picture that exists, with its own size and type",
}
_OPAQUE = 250


def _icons(site: AuditedSite) -> Iterator[NamedPicture]:
    """Yield the icons of the site's manifests."""
    for manifest in site.manifests:
        yield from pictures_of(site, manifest, "icons")


@rule(
    "icon-file",
    "error",
    "The icons of the manifest are pictures",
    why="Browsers pass over an icon that they can't load; if none is left, they install nothing.",
    source=_ICONS,
    fix=_FIX,
    bad={"icons/icon-192.png": "<!doctype html><title>Not found</title>"},
    good={"manifest.json": '{"icons": [{"src": "icons/icon-192.png", "sizes": "192x192"}]}'},
)
def file(site: AuditedSite) -> Iterator[Evidence]:
    """Load and decode each of them."""
    for where, icon, picture in _icons(site):
        src = quote(icon["src"])
        if picture is None:
            yield Evidence(where, f"there is no file at {src}")
        elif picture.is_html:
            yield Evidence(where, f"{src} is a page, not a picture")
        elif not picture.is_svg and not picture.header:
            yield Evidence(where, f"{src} is not a picture that browsers can decode")
        elif picture.header and picture.header.kind == "PNG" and picture.pixels is None:
            yield Evidence(where, f"the picture {src} is broken")


@rule(
    "icon-size",
    "warning",
    "Icons have the size that the manifest declares",
    why="Browsers choose an icon by its declared size; a smaller picture is blurred on the home screen.",
    source=_ICONS,
    fix=_FIX,
    bad={"manifest.json": '{"icons": [{"src": "icons/icon-192.png", "sizes": "512x512"}]}'},
    good={"manifest.json": '{"icons": [{"src": "icons/icon-192.png", "sizes": "192x192"}]}'},
)
def size(site: AuditedSite) -> Iterator[Evidence]:
    """Compare with the picture's own size; of an ICO, several are right."""
    for where, icon, picture in _icons(site):
        header = picture.header if picture else None
        sizes = sizes_of(icon)
        if not header or header.kind == "ICO" or not header.width or not sizes or (0, 0) in sizes:
            continue
        if (header.width, header.height) not in sizes:
            declared = " ".join(f"{width}x{height}" for width, height in sizes)
            message = (
                f"{quote(icon['src'])} has {header.width}x{header.height} pixels, declared are {declared}"
            )
            yield Evidence(where, message)


@rule(
    "icon-type",
    "warning",
    "Icons have the type that the manifest declares",
    why="Browsers skip icons of a type that they don't support, by what the manifest declares.",
    source=_ICONS,
    fix=_FIX,
    bad={
        "manifest.json": '{"icons": [{"src": "icons/icon-192.png", "sizes": "192x192",'
        ' "type": "image/webp"}]}'
    },
    good={
        "manifest.json": '{"icons": [{"src": "icons/icon-192.png", "sizes": "192x192", "type": "image/png"}]}'
    },
)
def type(site: AuditedSite) -> Iterator[Evidence]:
    """Compare with what the file begins with."""
    for where, icon, picture in _icons(site):
        if picture and (mistake := type_mistake(icon, picture)):
            yield Evidence(where, f"{quote(icon['src'])} {mistake}")


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
    for where, icon, picture in _icons(site):
        if "maskable" not in purposes_of(icon) or not picture or picture.pixels is None:
            continue
        small = picture.pixels.thumbnail_image(64, height=64, size="force")
        alpha, side = bytes(small[3].write_to_memory()), small.width
        center = (side - 1) / 2
        pixels = sum(
            (index % side - center) ** 2 + (index // side - center) ** 2 < (center - 2) ** 2
            for index, opacity in enumerate(alpha)
            if opacity < _OPAQUE
        )
        if pixels:
            share = round(100 * pixels / len(alpha))
            place = Location(where.path, where.line, where.column, f"{max(1, share)} % of the pixels")
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
            for pair in nodes_below(program.root, "pair"):
                address = string_value(pair.child_by_field_name("value"))
                if text_of(pair.child_by_field_name("key")).strip("\"'") != "badge" or not address:
                    continue
                resource = site.get(address, worker.resource.url)
                picture = SitePicture(resource) if resource and resource.status < 400 else None
                if not picture or picture.is_html or picture.pixels is None:
                    continue
                alpha = picture.pixels[3]
                if alpha.min() >= _OPAQUE:
                    place = Location(resource.path if resource else "", part="100 % of the pixels")
                    yield Evidence(place, "the badge is opaque: Android shows a square")
                elif alpha.max() == 0:
                    place = Location(resource.path if resource else "", part="0 % of the pixels")
                    yield Evidence(place, "the badge is empty: Android shows nothing")
