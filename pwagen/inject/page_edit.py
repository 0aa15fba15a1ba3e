"""Inserting the head tags into a page and removing them. Everything else in the page keeps its bytes.

The tags go between two comments. A tag of the page that they replace is kept, in base64, in a comment at its
place.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence
from functools import cache

from pwagen.inject.encoding import UTF16, CodeUnits, code_units
from pwagen.inject.html_head import TAG, Comment, HtmlHead, Tag, attributes, read_head

BEGIN, END, INSTEAD_OF = b" pwagen ", b" /pwagen ", b" pwagen instead of "
LINE_END = re.compile(rb"\r?\n")


def inject(page: bytes, tags: Iterable[str], replaced: Sequence[Tag] = ()) -> bytes:
    """Return the page with ``tags`` as the last of its head, replacing those from an earlier run.

    ``replaced`` are tags of the page, in the positions of ``undo(page)``, that are taken out. The result
    is the same for the page and for the result itself, and `undo` restores the page.
    """
    original = undo(page)
    units = code_units(original)
    return insert(original, units, read_head(units.units), tags, replaced)


def insert(
    page: bytes, units: CodeUnits, head: HtmlHead, tags: Iterable[str], replaced: Sequence[Tag] = ()
) -> bytes:
    """Do what `inject` does, for a page without generated tags that has been read already."""
    end = _line_start(units.units, head.end)
    line_end = "\n" if units.units.find(b"\r\n", 0, end) < 0 else "\r\n"
    edits = [(end, end, _block(tuple(tags), line_end, units.encoding))]
    for tag in replaced:
        original = page[_page_position(units, tag.start) : _page_position(units, tag.end)]
        edits.append((tag.start, tag.end, units.encode(f"<!--{_instead_of(original)}-->")))
    return _edited(page, units, edits)


def undo(page: bytes, *, is_xml: bool = False) -> bytes:
    """Return the page as it was before `inject`; a page without generated tags is returned as it is.

    ``is_xml`` tells that it is served as XML.
    """
    if not _may_have_tags(page):
        return page
    units = code_units(page)
    edits: list[tuple[int, int, bytes]] = []
    begin: Comment | None = None
    head = head_of(page, units, is_xml=is_xml)
    for comment in head.comments if head else ():
        if comment.text == BEGIN:
            begin = comment
        elif comment.text == END and begin:
            line_end = LINE_END.match(units.units, comment.end)
            block = begin.start
            edits = [edit for edit in edits if edit[0] < block]
            edits.append((block, line_end.end() if line_end else comment.end, b""))
            begin = None
        elif original := _original(comment.text, units):
            edits.append((comment.start, comment.end, original))
    return _edited(page, units, edits)


def our_script(page: bytes, *, is_xml: bool = False) -> tuple[str, str | None] | None:
    """Return the address of the script that the generated tags load, and of the page's ``<base>``, if any."""
    if not _may_have_tags(page):
        return None
    code = code_units(page)
    head = head_of(page, code, is_xml=is_xml)
    if head is None:
        return None
    units = code.units
    begin = next((comment.end for comment in head.comments if comment.text == BEGIN), len(units))
    script, base = None, None
    for tag in head.tags:
        if tag.name == "script" and tag.start >= begin and script is None:
            script = attributes(units, tag).get("src")
        elif tag.name == "base" and base is None:
            base = attributes(units, tag).get("href")
    return None if script is None else (script, base)


def head_of(page: bytes, units: CodeUnits, *, is_xml: bool) -> HtmlHead | None:
    """Return the head as browsers read it; None if that of a page in XML has no place for tags."""
    if not is_xml:
        return read_head(units.units)
    from pwagen.inject.xml_head import read_xml_head

    return read_xml_head(page, units)


def _may_have_tags(page: bytes) -> bool:
    return (b"p\0w\0a\0g\0e\0n" if page[:2] in UTF16 else b"pwagen") in page


def _edited(page: bytes, units: CodeUnits, edits: Iterable[tuple[int, int, bytes]]) -> bytes:
    pieces: list[bytes] = []
    position = 0
    for start, end, new in sorted(edits):
        pieces += [page[position : _page_position(units, start)], new]
        position = _page_position(units, end)
    return b"".join([*pieces, page[position:]])


def _page_position(units: CodeUnits, position: int) -> int:
    return units.start + units.width * position


def _line_start(units: bytes, position: int) -> int:
    """Return the start of the line, if nothing but its indentation lies before ``position``."""
    start = units.rfind(b"\n", 0, position) + 1
    return start if start and not units[start:position].strip(b" \t") else position


@cache
def _block(tags: tuple[str, ...], line_end: str, encoding: str) -> bytes:
    """Return the tags between the two comments, a line each. Most pages of a site get the same."""
    text = line_end.join(["<!-- pwagen -->", *tags, "<!-- /pwagen -->", ""])
    # Character references mean the same in every encoding.
    return text.encode("ascii", "xmlcharrefreplace").decode("ascii").encode(encoding)


def _original(comment: bytes, units: CodeUnits) -> bytes | None:
    """Return the tag that a comment keeps; None if pwagen didn't write the comment."""
    if not comment.startswith(INSTEAD_OF):
        return None
    try:
        original = b64decode(comment.removeprefix(INSTEAD_OF).removesuffix(b" "), validate=True)
    except ValueError:
        return None
    text = original if units.width == 1 else code_units("\ufeff".encode(units.encoding) + original).units
    tag = TAG.fullmatch(text)
    if tag is None or tag["closing"] or tag["name"].lower() not in (b"link", b"meta"):
        return None
    is_exact = len(text) * units.width == len(original) and comment == _instead_of(original).encode()
    return original if is_exact else None


def _instead_of(original: bytes) -> str:
    return f"{INSTEAD_OF.decode()}{b64encode(original).decode()} "
