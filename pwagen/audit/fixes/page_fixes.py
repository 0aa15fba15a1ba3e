"""Fixes of the start page's head."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from urllib.parse import quote

from pwagen.audit.audited_site import AuditedSite
from pwagen.audit.documents.page_document import PageDocument
from pwagen.audit.finding import Finding, Location
from pwagen.audit.fixes.fix import Edits, is_of_an_app, is_reported
from pwagen.inject.encoding import code_units
from pwagen.inject.html_head import read_head

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
