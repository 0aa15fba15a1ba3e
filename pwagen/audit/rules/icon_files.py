"""The icons as files; `icon_pixels.py` looks at what they show."""

from __future__ import annotations

from collections.abc import Iterator

from pwagen.audit.audited_site import AuditedSite
from pwagen.audit.finding import Evidence
from pwagen.audit.manifest_pictures import icons_of, type_mistake, unusable
from pwagen.audit.rule import rule
from pwagen.audit.rules.manifest_icons import size_mistake
from pwagen.audit.set_up import SetUp
from pwagen.binding.words import quote

_ICONS = "https://www.w3.org/TR/appmanifest/#icons-member"
_FIX: dict[SetUp, str] = {
    "pwagen": "icons: {source: logo.svg} in pwagen.yaml: every icon is made from it",
    "plain": "name a picture that exists, with its own size and type",
}


@rule(
    "icon-file",
    "error",
    "The icons of the manifest are pictures",
    why="Browsers pass over an icon that they can't load; if none is left, they install nothing.",
    source=_ICONS,
    fix=_FIX,
    bad={"icons/icon-192.png": "<!doctype html><title>Not found</title>"},
    good={
        "manifest.json": '{"icons": [{"src": "icons/icon-512.png", "sizes": "512x512"},'
        ' {"src": "icons/maskable-512.png", "sizes": "512x512", "purpose": "maskable"}]}'
    },
)
def file(site: AuditedSite) -> Iterator[Evidence]:
    """Load and decode each of them."""
    yield from unusable(icons_of(site))
    for where, icon, picture in icons_of(site):
        if picture and picture.header and picture.header.kind == "PNG" and not picture.has_pixels:
            yield Evidence(where, f"the picture {quote(icon['src'])} is broken")


@rule(
    "icon-size",
    "warning",
    "Icons have the size that the manifest declares",
    why="Browsers choose an icon by its declared size; a smaller picture is blurred on the home screen.",
    source=_ICONS,
    fix=_FIX,
    bad={
        "manifest.json": '{"icons": [{"src": "icons/icon-192.png", "sizes": "512x512"},'
        ' {"src": "icons/maskable-512.png", "sizes": "512x512", "purpose": "maskable"}]}'
    },
    good={
        "manifest.json": '{"icons": [{"src": "icons/icon-512.png", "sizes": "512x512"},'
        ' {"src": "icons/maskable-512.png", "sizes": "512x512", "purpose": "maskable"}]}'
    },
)
def size(site: AuditedSite) -> Iterator[Evidence]:
    """Compare with the picture's own size; of an ICO, several are right."""
    for where, icon, picture in icons_of(site):
        header = picture.header if picture else None
        if not header or header.kind == "ICO" or not header.width:
            continue
        if mistake := size_mistake(icon, header.width, header.height):
            yield Evidence(where, f"{quote(icon['src'])} {mistake}")


@rule(
    "icon-type",
    "warning",
    "Icons have the type that the manifest declares",
    why="Browsers skip icons of a type that they don't support, by what the manifest declares.",
    source=_ICONS,
    fix=_FIX,
    bad={
        "manifest.json": '{"icons": [{"src": "icons/icon-512.png", "sizes": "512x512",'
        ' "type": "image/webp"},'
        ' {"src": "icons/maskable-512.png", "sizes": "512x512", "purpose": "maskable"}]}'
    },
    good={
        "manifest.json": '{"icons": [{"src": "icons/icon-512.png", "sizes": "512x512", "type": "image/png"},'
        ' {"src": "icons/maskable-512.png", "sizes": "512x512", "purpose": "maskable"}]}'
    },
)
def type(site: AuditedSite) -> Iterator[Evidence]:
    """Compare with what the file begins with."""
    for where, icon, picture in icons_of(site):
        if picture and (mistake := type_mistake(icon, picture)):
            yield Evidence(where, f"{quote(icon['src'])} {mistake}")
