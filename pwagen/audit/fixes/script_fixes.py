"""Fixes of scripts, in files and in pages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from urllib.parse import urldefrag, urljoin

from pwagen.audit.audited_site import AuditedSite
from pwagen.audit.documents.page_document import Element, PageDocument
from pwagen.audit.finding import Finding, Location
from pwagen.audit.fixes.fix import Edits, is_reported
from pwagen.audit.fixes.source_text import Replacement, SourceText
from pwagen.audit.javascript.program import Program, arguments_of

_OPTION = "userVisibleOnly: true"


def visible_only(site: AuditedSite, findings: Sequence[Finding]) -> Edits:
    """Add ``userVisibleOnly`` to the options of subscribe(), where those are written in the call."""
    replacements: dict[str, list[Replacement]] = defaultdict(list)
    sources: dict[str, SourceText] = {}
    for program in site.scripts:
        inserted = list(_insertions(site, findings, program))
        for path, start in _places(site, program) if inserted else ():
            source = sources.setdefault(path, _source(site, path))
            try:
                base = source.offset(start)
                if source.text.startswith(program.text, base):
                    replacements[path] += [(base + at, base + at, text) for at, text in inserted]
            except UnicodeDecodeError:
                continue
    return {path: sources[path].replaced(edits) for path, edits in replacements.items()}


def _insertions(
    site: AuditedSite, findings: Sequence[Finding], program: Program
) -> Iterator[tuple[int, str]]:
    """Yield offsets in the script, and what is written there."""
    scopes = site.scopes(program)
    for call in program.calls("subscribe"):
        options = arguments_of(call)[:1]
        if not is_reported(site, findings, program.at(call)) or not options or options[0].type != "object":
            continue
        # An option that is false is somebody's choice, and not missing.
        known, value = scopes.member(options[0], "userVisibleOnly")
        if not known or value is not None:
            continue
        whole = options[0].text or b""
        brace = len(program.text.encode()[: options[0].start_byte].decode()) + 1
        space = whole[1 : len(whole) - len(whole[1:].lstrip())].decode()
        if not options[0].named_children:
            yield brace, f" {_OPTION} " if not space else f" {_OPTION}"
        else:
            yield brace, f"{space}{_OPTION}," + ("" if space else " ")


def _places(site: AuditedSite, program: Program) -> Iterator[tuple[str, Location]]:
    """Yield where a script is: in its file, or in every page that has the same one inside."""
    pages = {page.resource.path: page for page in site.pages}
    if program.path not in pages:
        if not any(_has_hash(page, script, program) for page in site.pages for script in page.tags("script")):
            yield program.path, Location(program.path, 1, 1)
        return
    for path, page in pages.items():
        if any("'sha" in meta.attributes.get("content", "") for meta in page.tags("meta")):
            # A policy allows the script as it is.
            continue
        for script in page.tags("script"):
            if script.text == program.text:
                yield path, Location(path, *script.text_place)


def _has_hash(page: PageDocument, script: Element, program: Program) -> bool:
    """Return whether an element loads the script as it is, and refuses an edited one."""
    address = script.attributes.get("src")
    if not address or "integrity" not in script.attributes:
        return False
    try:
        return urldefrag(urljoin(page.base, address)).url.partition("?")[0] == program.url
    except ValueError:
        return False


def _source(site: AuditedSite, path: str) -> SourceText:
    resource = site.get_path(path)
    return SourceText(resource.content if resource else b"")
