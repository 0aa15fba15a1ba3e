"""Where the head of a page ends that is served as XML: there, HTML's parsing rules don't hold."""

from __future__ import annotations

import re
from xml.parsers.expat import ExpatError, ParserCreate

from pwagen.inject.encoding import CodeUnits
from pwagen.inject.html_head import TAG, Comment, HtmlHead, Tag

_XHTML = "http://www.w3.org/1999/xhtml "
_HEAD = [f"{_XHTML}html", f"{_XHTML}head"]
_CLOSING = re.compile(rb"</head\s*>")


def read_xml_head(page: bytes, units: CodeUnits) -> HtmlHead | None:
    """Return the head of an XHTML page, with positions in ``units``; None if it has no place for tags.

    That is so where it isn't well-formed up to there, where its head is an empty element, and where our tags,
    which have no prefix, would not be of the namespace https://www.w3.org/1999/xhtml.
    """
    tags: list[Tag] = []
    comments: list[Comment] = []
    open_elements: list[str] = []
    ends: list[int] = []
    parser = ParserCreate(namespace_separator=" ")

    def position() -> int:
        return (parser.CurrentByteIndex - units.start) // units.width

    def start(name: str, _: dict[str, str]) -> None:
        at = position()
        open_elements.append(name)
        tag = TAG.match(units.units, at)
        local = name.removeprefix(_XHTML)
        if not ends and tag and name.startswith(_XHTML) and tag["name"] == local.encode():
            tags.append(Tag(local, at, tag.end()))

    def end(_: str) -> None:
        at = position()
        # Of an empty element, this is not where a closing tag begins.
        if open_elements == _HEAD and not ends and _CLOSING.match(units.units, at):
            ends.append(at)
        open_elements.pop()

    def comment(_: str) -> None:
        at = position()
        closing = units.units.index(b"-->", at + 4)
        if open_elements == _HEAD and not ends:
            comments.append(Comment(units.units[at + 4 : closing], at, closing + 3))

    parser.StartElementHandler, parser.EndElementHandler, parser.CommentHandler = start, end, comment
    try:
        for at in range(0, len(page), 1 << 14):
            parser.Parse(page[at : at + (1 << 14)], at + (1 << 14) >= len(page))
            if ends:
                break
    except (ExpatError, LookupError, ValueError):
        if not ends:
            return None
    return HtmlHead(ends[0], is_document=True, tags=tuple(tags), comments=tuple(comments)) if ends else None
