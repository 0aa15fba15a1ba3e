"""Where browsers end the head in the bytes of a page, and the tags in it.

Browsers end the head where the parsing algorithm does, whether or not there is a ``</head>``: at the first
text, end tag or element that cannot be in a head (https://html.spec.whatwg.org/multipage/parsing.html,
sections 13.2.5 Tokenization and 13.2.6.4.1 to 13.2.6.4.5). Parsers from packages give a tree without
positions, or (html.parser) positions without that algorithm; up to the end of the head it is short.

Works on bytes: everything that matters here is ASCII, in all encodings of the web but the ones that
`pwagen.inject.encoding` takes apart.
"""

from __future__ import annotations

import re
from html import unescape
from typing import NamedTuple

_SPACE = rb"[\t\n\f\r ]"
_NAME = rb"[^\t\n\f\r />][^\t\n\f\r />=]*+"
_BARE = rb"[^\t\n\f\r >\"'][^\t\n\f\r >]*+"
# Possessive throughout: a page that never closes a quote costs one pass, not one for each tag.
_ATTRIBUTE = (
    rb"(?:" + _NAME + rb"(?:" + _SPACE + rb"*+=" + _SPACE + rb"*+"
    rb"(?:\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z)|(?=>)|" + _BARE + rb"))?+)"
)
_TAG = rb"<(?P<closing>/?)(?P<name>[a-zA-Z][^\t\n\f\r />]*+)(?:[\t\n\f\r /]++|" + _ATTRIBUTE + rb")*+>"
TAG = re.compile(_TAG)
# Matches anywhere: after white space there is a tag, or something else.
STEP = re.compile(_SPACE + rb"*+(?:" + _TAG + rb")?+")
ATTRIBUTE = re.compile(
    rb"(" + _NAME + rb")(?:" + _SPACE + rb"*=" + _SPACE + rb"*"
    rb"(?:\"([^\"]*)\"|'([^']*)'|(?=>)|(" + _BARE + rb")))?"
)
COMMENT_END = re.compile(rb"--!?>")
RAW_TEXT_END = {
    name: re.compile(rb"</" + name + rb"(?=[\t\n\f\r />])", re.IGNORECASE)
    for name in (b"title", b"style", b"noframes", b"noscript")
}
SCRIPT_MARK = re.compile(rb"<!--|-->|</?script(?=[\t\n\f\r />])", re.IGNORECASE)

# Elements without content that a head may hold; html and head tags change nothing once in the head.
METADATA = frozenset((b"base", b"basefont", b"bgsound", b"link", b"meta", b"html", b"head"))
ENDING_TAGS = frozenset((b"head", b"body", b"html", b"br"))
DOCUMENT_TAGS = frozenset((b"html", b"head", b"title", b"body", b"frameset"))


class Tag(NamedTuple):
    """A start tag: its name in lower case, and where it is in the page."""

    name: str
    start: int
    end: int


class Comment(NamedTuple):
    """A comment that belongs to the head itself; ``text`` is what stands between the dashes."""

    text: bytes
    start: int
    end: int


class HtmlHead(NamedTuple):
    """The head of a page. Tags put at ``end`` become its last children.

    ``is_document`` is false for what has neither doctype nor html, head, title, body or frameset: a
    fragment that other pages load, or a verification file.
    """

    end: int
    is_document: bool
    tags: tuple[Tag, ...]
    comments: tuple[Comment, ...]


def read_head(page: bytes) -> HtmlHead:
    """Return the head of ``page``, which is in an encoding that extends ASCII.

    Something that is never closed, a comment or a title for instance, ends the head before it; so does a
    template, because other rules hold in it and any place before it is as good.
    """
    at = 3 if page.startswith(b"\xef\xbb\xbf") else 0
    tags: list[Tag] = []
    comments: list[Comment] = []
    is_document = False
    while step := STEP.match(page, at):
        closing, name = step.group("closing", "name")
        if name is not None:
            at = step.start("closing") - 1
            name = name.lower()
            is_document = is_document or name in DOCUMENT_TAGS
            end = _end_of_element(page, step, closing, name)
            if end and not closing:
                tags.append(Tag(name.decode("latin-1"), at, step.end()))
        else:
            at = step.end()
            end = _end_of_markup(page, at)
            if end and page.startswith(b"<!--", at):
                comments.append(Comment(page[at + 4 : end].removesuffix(b"-->"), at, end))
            is_document = is_document or page[at : at + 9].lower() == b"<!doctype"
        if not end:
            break
        at = end
    return HtmlHead(at, is_document, tuple(tags), tuple(comments))


def attributes(page: bytes, tag: Tag) -> dict[str, str]:
    """Return a start tag's attributes: names in lower case, character references in values resolved."""
    by_name: dict[str, str] = {}
    for name, *values in ATTRIBUTE.findall(page, tag.start + 1 + len(tag.name), tag.end - 1):
        value = b"".join(values).decode("utf-8", "replace")
        # The first of two attributes of one name counts.
        by_name.setdefault(name.decode("utf-8", "replace").lower(), unescape(value))
    return by_name


def _end_of_element(page: bytes, tag: re.Match[bytes], closing: bytes, name: bytes) -> int:
    """Return where the parser continues after a tag; 0 if the tag ends the head, or is never closed."""
    if closing:
        return 0 if name in ENDING_TAGS else tag.end()
    if name in METADATA:
        return tag.end()
    if name == b"script":
        return _end_of_script(page, tag.end())
    raw_text_end = RAW_TEXT_END.get(name)
    end = raw_text_end and raw_text_end.search(page, tag.end())
    return end.start() if end else 0


def _end_of_script(page: bytes, at: int) -> int:
    """Return where the closing tag is (section 13.2.5.4, Script data state, to 13.2.5.31); 0 if nowhere.

    After ``<!--`` and another ``<script``, a ``</script`` is part of the text.
    """
    escaped = doubly_escaped = False
    while mark := SCRIPT_MARK.search(page, at):
        text = mark[0].lower()
        at = mark.end()
        if text == b"<!--":
            escaped = True
            # The dashes of "<!-->" are both: they begin the comment and end it.
            at -= 2
        elif text == b"-->":
            escaped = doubly_escaped = False
        elif text == b"<script":
            doubly_escaped = escaped
        elif doubly_escaped:
            doubly_escaped = False
        else:
            return mark.start()
    return 0


def _end_of_markup(page: bytes, at: int) -> int:
    """Return where a comment, a doctype or a broken one of them ends; 0 for text, and if it never ends."""
    if page.startswith(b"<!--", at):
        if page.startswith((b"<!-->", b"<!--->"), at):
            return page.index(b">", at) + 1
        closing = COMMENT_END.search(page, at + 4)
        return closing.end() if closing else 0
    if page.startswith((b"<!", b"<?"), at) or (
        page.startswith(b"</", at) and not page[at + 2 : at + 3].isalpha()
    ):
        return page.find(b">", at + 2) + 1
    return 0
