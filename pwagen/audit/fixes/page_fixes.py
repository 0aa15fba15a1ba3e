"""Fixes of the head of pages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from html import escape
from urllib.parse import quote

from pwagen.audit.audited_site import AuditedSite
from pwagen.audit.documents.page_document import PageDocument
from pwagen.audit.finding import Finding, Location
from pwagen.audit.fixes.fix import Edits, is_of_an_app, is_reported
from pwagen.audit.rules.manifest_links import is_in_body
from pwagen.inject.encoding import code_units
from pwagen.inject.html_head import TAG, Tag, attributes, read_head

_SUFFIXES = (".html", ".htm")


def manifest_link(site: AuditedSite, findings: Sequence[Finding]) -> Edits:
    """Link the manifest, where there is exactly one of a usual name and the page has no link."""
    page = site.start_page
    # A page with a base has another idea of where the root is.
    if not page or page.tags("base") or page.links("manifest") or len(site.manifests) != 1:
        return {}
    manifest = site.manifests[0]
    if not is_of_an_app(manifest, manifest.members):
        return {}
    if "/" in page.resource.path or not is_reported(site, findings, Location(page.resource.path)):
        return {}
    return _with_tag(page, f'<link rel="manifest" href="{escape(quote(manifest.resource.path))}">')


def viewport(site: AuditedSite, findings: Sequence[Finding]) -> Edits:
    """Add a viewport to the start page."""
    page = site.start_page
    if not page or not findings or page.meta("viewport"):
        return {}
    return _with_tag(page, '<meta name="viewport" content="width=device-width, initial-scale=1">')


def theme_color(site: AuditedSite, findings: Sequence[Finding]) -> Edits:
    """Add the manifest's colour to a start page that has none; another one may be what somebody wants."""
    page = site.start_page
    color = site.manifests[0].members.get("theme_color") if site.manifests else None
    if not page or not findings or page.meta("theme-color") or not isinstance(color, str):
        return {}
    return _with_tag(page, f'<meta name="theme-color" content="{escape(color.strip())}">')


def link_in_head(site: AuditedSite, findings: Sequence[Finding]) -> Edits:
    """Move the manifest's link into the head, in each page that has it in the body."""
    edits: dict[str, bytes] = {}
    for page in site.pages if findings else ():
        links = _manifest_tags(page)
        # One that is in a script or a comment, too, may be a template's.
        is_clear = len(page.links("manifest")) == len(links) == 1
        if is_clear and is_in_body(page) and (text := _text(page, links[0])).isascii():
            edits |= _with_tag(_without(page, links[0]), text)
    return edits


def _manifest_tags(page: PageDocument) -> list[re.Match[bytes]]:
    """Return what looks like a link to a manifest anywhere in a page, in scripts and comments, too."""
    units = code_units(page.resource.content).units
    links = (tag for tag in TAG.finditer(units) if tag["name"].lower() == b"link")
    return [tag for tag in links if "manifest" in _attributes(units, tag).get("rel", "").lower().split()]


def _attributes(units: bytes, tag: re.Match[bytes]) -> dict[str, str]:
    return attributes(units, Tag("link", tag.start(), tag.end()))


def _text(page: PageDocument, tag: re.Match[bytes]) -> str:
    code = code_units(page.resource.content)
    start, end = (code.start + code.width * at for at in tag.span())
    return page.resource.content[start:end].decode(code.encoding, "replace")


def _without(page: PageDocument, tag: re.Match[bytes]) -> PageDocument:
    """Return a page without a tag, and without its line if nothing else is there."""
    content, code = page.resource.content, code_units(page.resource.content)
    line = code.units.rfind(b"\n", 0, tag.start()) + 1
    rest = re.compile(rb"[ \t]*\r?\n").match(code.units, tag.end())
    is_alone = rest is not None and not code.units[line : tag.start()].strip(b" \t")
    span = (line, rest.end()) if rest and is_alone else tag.span()
    start, end = (code.start + code.width * at for at in span)
    return PageDocument(replace(page.resource, content=content[:start] + content[end:]))


def _with_tag(page: PageDocument, tag: str) -> Edits:
    """Return the page with a tag as the last of its head, on a line of its own if the others are."""
    content = page.resource.content
    code = code_units(content)
    head = read_head(code.units)
    # XHTML and fragments have other rules.
    if not page.resource.path.lower().endswith(_SUFFIXES) or not head.is_document or not head.tags:
        return {}
    line = code.units.rfind(b"\n", 0, head.end) + 1
    if line and not code.units[line : head.end].strip(b" \t"):
        line_end = "\r\n" if code.units[line - 2 : line] == b"\r\n" else "\n"
        at, text = line, f"{_indentation(code.units, head.tags[-1].start)}{tag}{line_end}"
    else:
        at, text = head.end, tag
    place = code.start + code.width * at
    return {page.resource.path: content[:place] + code.encode(text) + content[place:]}


def _indentation(units: bytes, start: int) -> str:
    """Return the blanks before a tag on its line; none if there is anything else."""
    line = units.rfind(b"\n", 0, start) + 1
    blanks = re.fullmatch(rb"[ \t]*", units[line:start])
    return blanks[0].decode() if blanks else ""
