"""The icon that iOS puts on its home screen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from pwagen.audit.audited_site import AuditedSite
from pwagen.audit.documents.page_document import Element, PageDocument
from pwagen.audit.documents.template_code import is_template
from pwagen.audit.finding import Evidence
from pwagen.audit.rule import rule
from pwagen.audit.rules.icon_pixels import percentage, share_transparent
from pwagen.audit.set_up import SetUp
from pwagen.binding.words import quote

_RELS = ("apple-touch-icon", "apple-touch-icon-precomposed")
# Safari asks for them in the root of the host where a page links none.
_USUAL = ("apple-touch-icon.png", "apple-touch-icon-precomposed.png", "apple-touch-icon-180x180.png")
_IN_SCRIPT = re.compile(r"apple-touch-icon")
_SOURCE = (
    "https://developer.apple.com/library/archive/documentation/AppleApplications/Reference/"
    "SafariWebContent/ConfiguringWebApplications/ConfiguringWebApplications.html"
)
_FIX: dict[SetUp, str] = {
    "pwagen": "icons: {source: logo.svg} in pwagen.yaml, of which pwagen build --inject makes this one, too; "
    'with icons of your own, a tag of your own: <link rel="apple-touch-icon" href="…">',
    "vite": "npx pwa-assets-generator makes apple-touch-icon-180x180.png; link it in index.html",
    "plain": '<link rel="apple-touch-icon" href="apple-touch-icon.png">, an opaque square of 180x180 pixels',
}
_SMALLEST = 120  # what an iPhone with two pixels a point shows
_MOST_OBLONG = 1.1


@rule(
    "head-apple-icon",
    "note",
    "The start page has an icon for iOS",
    why="iOS before 15.4 reads no icons from the manifest, and later ones lay those on a ground that nobody "
    "chose: of a transparent logo, or of one that is cut for masks, no good icon comes.",
    source=_SOURCE,
    fix=_FIX,
    bad={"index.html#icons": '<link rel="icon" href="icons/icon-192.png">'},
    good={"index.html#icons": '<link rel="apple-touch-icon" href="icons/apple-touch-icon.png">'},
)
def exists(site: AuditedSite) -> Iterator[Evidence]:
    """Look for a link in the start page, and for a file where Safari looks without one."""
    page = site.start_page
    if not page or not page.links("manifest") or _links(page) or page.is_template:
        return
    usual = (site.picture(f"/{name}", site.root) for name in _USUAL)
    if any(picture and picture.header for picture in usual):
        return
    if not any(map(_IN_SCRIPT.search, site.script_texts(page))):
        yield Evidence(page.links("manifest")[0].where, "the start page links no icon for iOS")


@rule(
    "icon-apple",
    "warning",
    "The icon for iOS is an opaque square that is large enough",
    why="iOS lays a transparent icon on black, and shows one that isn't square or is too small distorted or "
    "blurred.",
    source=_SOURCE,
    fix=_FIX,
    bad={
        "icons/apple-touch-icon.png": '<svg xmlns="http://www.w3.org/2000/svg" width="180" height="180"'
        ' viewBox="0 0 100 100"><circle cx="50" cy="50" r="40" fill="#7a3e12"/></svg>'
    },
    good={
        "icons/apple-touch-icon.png": '<svg xmlns="http://www.w3.org/2000/svg" width="180" height="180"'
        ' viewBox="0 0 100 100"><rect width="100" height="100" fill="#fff4e6"/>'
        '<circle cx="50" cy="50" r="40" fill="#7a3e12"/></svg>'
    },
)
def looks_right(site: AuditedSite) -> Iterator[Evidence]:
    """Look at the largest of the pictures that the start page links, which is what iOS takes."""
    page = site.start_page
    links = _links(page) if page else []
    if not page or any(is_template(link.attributes["href"]) for link in links):
        return
    pictures = [(link, site.picture(link.attributes["href"], page.base)) for link in links]
    shown = [
        (picture.header, link, picture)
        for link, picture in pictures
        if picture and picture.header and picture.has_pixels
    ]
    if not shown:
        return
    header, link, picture = max(shown, key=lambda entry: entry[0].width)
    name, width, height = quote(link.attributes["href"]), header.width, header.height
    if max(width, height) > _MOST_OBLONG * min(width, height):
        yield Evidence(link.where, f"the icon for iOS {name} has {width}x{height} pixels, and is not square")
    elif width < _SMALLEST:
        yield Evidence(link.where, f"the icon for iOS {name} has only {width}x{height} pixels")
    if share := picture.measured(share_transparent):
        place = replace(link.where, part=percentage(share))
        yield Evidence(place, f"the icon for iOS {name} is transparent")


def _links(page: PageDocument) -> list[Element]:
    return [link for rel in _RELS for link in page.links(rel)]
