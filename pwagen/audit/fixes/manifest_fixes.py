"""Fixes of a manifest's text."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from urllib.parse import urldefrag

from pwagen.audit.audited_site import AuditedSite
from pwagen.audit.documents.manifest_document import ManifestDocument
from pwagen.audit.documents.picture import SitePicture
from pwagen.audit.finding import Finding
from pwagen.audit.fixes.fix import Edits, Fix, is_of_an_app, is_reported
from pwagen.audit.fixes.source_text import Replacement, SourceText, whole_lines
from pwagen.audit.manifest_pictures import PICTURE_TYPES
from pwagen.audit.rules.manifest_icons import purposes_of
from pwagen.site.lenient_json import loose_parts, read_lenient_json

_Replace = Callable[[ManifestDocument, SourceText], Iterator[Replacement]]


def strict(site: AuditedSite, findings: Sequence[Finding]) -> Edits:
    """Take out comments and trailing commas, where nothing else keeps the text from being JSON."""

    def replacements(manifest: ManifestDocument, source: SourceText) -> Iterator[Replacement]:
        try:
            members, loose = read_lenient_json(source.text)
        except (ValueError, RecursionError):
            return
        if loose and isinstance(members, dict) and is_of_an_app(manifest, members):
            comments, commas = loose_parts(source.text)
            spans = [*whole_lines(source.text, comments), *commas]
            yield from ((start, end, "") for start, end in spans)

    reported = {finding.where.path for finding in findings}
    manifests = [one for one in site.manifests if site.named(one.at()).path in reported]
    return _edited(manifests, replacements)


def window(site: AuditedSite, findings: Sequence[Finding]) -> Edits:
    """Add ``display`` where there is none; ``browser`` may be what somebody wants."""

    def replacements(manifest: ManifestDocument, source: SourceText) -> Iterator[Replacement]:
        if "display" not in manifest.members and is_reported(site, findings, manifest.at("display")):
            yield _new_member(manifest, source, "display", "standalone")

    return _edited(_valid(site), replacements)


def identity(site: AuditedSite, findings: Sequence[Finding]) -> Edits:
    """Add the ``id`` that the app has without one: its start_url, where that begins at the host's root.

    An id is relative to the host, and in which folder of it the site will be is not known.
    """

    def replacements(manifest: ManifestDocument, source: SourceText) -> Iterator[Replacement]:
        start_url = str(manifest.members.get("start_url")).strip()
        is_known = start_url.startswith("/") and not start_url.startswith("//")
        if is_known and "id" not in manifest.members and is_reported(site, findings, manifest.at("id")):
            yield _new_member(manifest, source, "id", urldefrag(start_url).url)

    return _edited(_valid(site), replacements)


def true_sizes(list_name: str) -> Fix:
    """Return the fix that declares the size that each picture of a list has."""

    def declared(picture: SitePicture) -> str:
        return f"{picture.header.width}x{picture.header.height}" if picture.header else ""

    return _true_declarations(list_name, "sizes", declared)


def true_types(list_name: str) -> Fix:
    """Return the fix that declares the type that each picture of a list has."""
    types = {kind: type for type, kind in PICTURE_TYPES.items()}

    def declared(picture: SitePicture) -> str:
        return types.get(picture.header.kind, "") if picture.header else "image/svg+xml"

    return _true_declarations(list_name, "type", declared)


def _true_declarations(list_name: str, member: str, declared: Callable[[SitePicture], str]) -> Fix:
    def fix(site: AuditedSite, findings: Sequence[Finding]) -> Edits:
        def replacements(manifest: ManifestDocument, source: SourceText) -> Iterator[Replacement]:
            for index, picture in _reported_pictures(site, findings, manifest, list_name):
                if value := declared(picture):
                    start, end = _span(manifest, source, list_name, index, member)
                    yield start, end, json.dumps(value)

        return _edited(_valid(site), replacements)

    return fix


def two_icons(site: AuditedSite, findings: Sequence[Finding]) -> Edits:
    """Write an icon that is for any and maskable as two entries, so that each can get its own picture."""

    def replacements(manifest: ManifestDocument, source: SourceText) -> Iterator[Replacement]:
        for index, icon in manifest.list_of("icons"):
            if not is_reported(site, findings, manifest.at("icons", index, "purpose")):
                continue
            start, end = _span(manifest, source, "icons", index)
            purpose = _span(manifest, source, "icons", index, "purpose")
            space = source.text[len(source.text[:start].rstrip()) : start]
            others = " ".join(sorted(purposes_of(icon) - {"maskable"}))
            entries = [
                f'{source.text[start : purpose[0]]}"{words}"{source.text[purpose[1] : end]}'
                for words in (others, "maskable")
            ]
            yield start, end, f",{space or ' '}".join(entries)

    return _edited(_valid(site), replacements)


def _edited(manifests: Sequence[ManifestDocument], replacements: _Replace) -> Edits:
    edits = {}
    for manifest in manifests:
        source = SourceText(manifest.resource.content)
        try:
            changes = list(replacements(manifest, source))
        except UnicodeDecodeError:
            continue
        if changes:
            edits[manifest.resource.path] = source.replaced(changes)
    return edits


def _valid(site: AuditedSite) -> list[ManifestDocument]:
    """Return the apps' manifests without keys that are written twice: what counts has one place."""
    return [
        manifest
        for manifest in site.manifests
        if not manifest.mistakes and is_of_an_app(manifest, manifest.members)
    ]


def _reported_pictures(
    site: AuditedSite, findings: Sequence[Finding], manifest: ManifestDocument, list_name: str
) -> Iterator[tuple[int, SitePicture]]:
    for index, declared in manifest.list_of(list_name):
        if is_reported(site, findings, manifest.at(list_name, index, "src")):
            picture = site.picture(declared["src"].strip(), manifest.resource.url)
            if picture:
                yield index, picture


def _span(manifest: ManifestDocument, source: SourceText, *keys: str | int) -> tuple[int, int]:
    """Return where a value begins and ends in the text."""
    start = source.offset(manifest.at(*keys))
    return start, json.JSONDecoder().raw_decode(source.text, start)[1]


def _new_member(manifest: ManifestDocument, source: SourceText, key: str, value: str) -> Replacement:
    """Return a new last member, indented and spaced as the first one is."""
    text = source.text
    first = source.offset(manifest.at()) + 1
    colon = ":" if manifest.members and not re.search(r'":\s', text) else ": "
    member = f"{json.dumps(key)}{colon}{json.dumps(value)}"
    if not manifest.members:
        return first, first, member
    end = max(_span(manifest, source, name)[1] for name in manifest.members)
    space = text[first : len(text) - len(text[first:].lstrip())]
    if not space and colon == ": ":
        space = " "
    return end, end, f",{space}{member}"
