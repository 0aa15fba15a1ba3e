"""What the head of pages says of the app."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pwagen.artifacts.icons.css_color import rgb
from pwagen.audit.audited_site import AuditedSite
from pwagen.audit.documents.page_document import Element, PageDocument
from pwagen.audit.documents.template_code import is_template
from pwagen.audit.finding import Evidence
from pwagen.audit.rule import rule
from pwagen.binding.words import quote
from pwagen.errors import PwagenError

_THEME_IN_SCRIPT = re.compile(r"theme-color")

_NUMBER = re.compile(r"\d+(\.\d+)?")
_WIDEST_PHONE = 600
"""In CSS pixels: Android takes what is wider for a tablet."""


@rule(
    "head-manifest-twice",
    "warning",
    "Pages link one manifest",
    why="Browsers read the first link to a manifest, and ignore the others.",
    source="https://html.spec.whatwg.org/multipage/links.html#link-type-manifest",
    fix="leave one of the links",
    bad={"index.html#head": '<link rel="manifest" href="other.json">'},
    good={"index.html#head": ""},
)
def manifest_twice(site: AuditedSite) -> Iterator[Evidence]:
    """Look for links that lead elsewhere than the first, in the start page: templates put them everywhere."""
    page = site.start_page
    links = [link for link in page.links("manifest") if "media" not in link.attributes] if page else []
    for link in links[1:]:
        if page and _address(page, link) != _address(page, links[0]):
            href = quote(link.attributes["href"])
            yield Evidence(link.where, f"browsers ignore the manifest {href}: another one is linked before")


def _address(page: PageDocument, link: Element) -> str:
    """Return where a link leads, or what it says if that is no address: templates fill in many."""
    return page.absolute(link.attributes["href"].strip()) or link.attributes["href"]


@rule(
    "head-viewport",
    "warning",
    "The start page fits the width of phones",
    why="Without a viewport phones lay the page out for a desktop, and show it small.",
    source="https://developer.mozilla.org/docs/Web/HTML/Reference/Elements/meta/name/viewport",
    fix='<meta name="viewport" content="width=device-width, initial-scale=1"> in the head of the page',
    bad={"index.html#viewport": ""},
    good={"index.html#viewport": '<meta name="viewport" content="width=device-width">'},
)
def viewport(site: AuditedSite) -> Iterator[Evidence]:
    """Look at the start page, which is what an installed app opens with."""
    page = site.start_page
    if not page or not page.links("manifest"):
        return
    viewports = page.meta("viewport")
    if not viewports:
        yield Evidence(page.links("manifest")[0].where, "the start page has no viewport")
        return
    # Browsers take what each of them says, one after the other.
    content = ",".join(viewport.attributes.get("content", "") for viewport in viewports)
    if not is_template(content) and not _fits_phones(content):
        yield Evidence(viewports[-1].where, f"the viewport {quote(content)} is laid out for desktops")


def _fits_phones(content: str) -> bool:
    """Whether a viewport is as wide as a phone (https://drafts.csswg.org/css-viewport/#parsing-algorithm)."""
    values = dict(re.findall(r"([a-z-]+)\s*=\s*([^\s,;]+)", content.lower()))
    if number := _NUMBER.match(values.get("width", "")):
        return float(number[0]) <= _WIDEST_PHONE
    # Without a width it follows from the scale, and is that of the device at a scale of 1.
    scale = _NUMBER.match(values.get("initial-scale", ""))
    return values.get("width") == "device-width" or (scale is not None and float(scale[0]) >= 1)


@rule(
    "head-icon-file",
    "warning",
    "The icons that the start page links exist",
    why="Home screens of iOS show a picture of the page instead of an icon, and tabs an empty sheet.",
    source="https://html.spec.whatwg.org/multipage/links.html#rel-icon",
    fix={
        "pwagen": "run pwagen build --inject, which writes the tags of the icons that it makes",
        "plain": "name a picture that exists",
    },
    bad={"index.html#icons": '<link rel="apple-touch-icon" href="icons/apple.png">'},
    good={"index.html#icons": '<link rel="apple-touch-icon" href="icons/apple-touch-icon.png">'},
)
def icon_file(site: AuditedSite) -> Iterator[Evidence]:
    """Ask the site for each icon of its own."""
    page = site.start_page
    # Where a base leads is known to the server alone.
    if not page or page.tags("base"):
        return
    for link in [*page.links("icon"), *page.links("apple-touch-icon")]:
        href = link.attributes["href"]
        if is_template(href) or not site.is_ours(href, page.base):
            continue
        resource = site.get(href, page.base)
        if site.is_unanswered(href, page.base):
            continue
        if not resource or resource.status in (404, 410):
            yield Evidence(link.where, f"there is no picture at {quote(href)}")


@rule(
    "head-theme-color",
    "note",
    "The start page has the colour of the manifest",
    why="The window of an app opens in the manifest's theme_color and takes the page's as soon as that is "
    "read: two colours are a flash at every start, and without one in the page tabs have none.",
    source="https://html.spec.whatwg.org/multipage/semantics.html#meta-theme-color",
    fix={
        "pwagen": 'app: {theme_color: "#0b3d5c"} in pwagen.yaml, and no such tag of the page: '
        "pwagen build --inject writes it",
        "plain": '<meta name="theme-color" content="…"> in the head, with the theme_color of the manifest; '
        'another one for the dark with media="(prefers-color-scheme: dark)"',
    },
    bad={"index.html#theme": '<meta name="theme-color" content="#1a73e8">'},
    good={
        "index.html#theme": '<meta name="theme-color" content="#7a3e12"'
        ' media="(prefers-color-scheme: light)">\n'
        '<meta name="theme-color" content="#2b1606" media="(prefers-color-scheme: dark)">'
    },
)
def theme_color(site: AuditedSite) -> Iterator[Evidence]:
    """Compare with each colour of the start page that is for the light; nobody knows what scripts set."""
    page = site.start_page
    links = page.links("manifest") if page else []
    manifest = site.manifests[0] if site.manifests else None
    color = manifest.members.get("theme_color") if manifest else None
    if not page or not links or not isinstance(color, str) or (wanted := _rgb(color)) is None:
        return
    metas = page.meta("theme-color")
    light = [meta for meta in metas if "dark" not in meta.attributes.get("media", "").lower()]
    if metas and not light:
        return
    shown = [_rgb(meta.attributes.get("content", "")) for meta in light]
    if wanted in shown or None in shown or page.is_template:
        return
    if any(map(_THEME_IN_SCRIPT.search, site.script_texts(page))):
        return
    if not light:
        yield Evidence(links[0].where, f"the start page has no theme-color, the manifest {quote(color)}")
    else:
        own = quote(light[0].attributes.get("content", ""))
        message = f"the start page has the theme-color {own}, the manifest {quote(color)}"
        yield Evidence(light[0].where, message)


def _rgb(color: str) -> tuple[int, int, int] | None:
    """Return the bytes of a colour; None for what browsers may read and nobody here can."""
    try:
        return rgb(color.strip().lower())
    except PwagenError:
        return None
