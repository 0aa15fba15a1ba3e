"""What a page has already, seen beside the tags that are to go in."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from pwagen.inject.html_head import HtmlHead, Tag, attributes, read_head

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# All for text in lower case: to look for either case takes four times as long, and for \b as well.
# Most heads hold none of these, and are not looked at any closer.
_SIGN = re.compile(rb"manifest|theme-color|icon|<base|amp|\xe2\x9a\xa1|2022|\.js")
_WORTH_A_LOOK = re.compile(rb"manifest|theme-color|icon|<base|\bamp|\xe2\x9a\xa1|2022|\.js")
_XHTML = re.compile(rb"<\?xml|<!doctype[^>]*xhtml")
# Of these a page's own outdo ours: they say something about this page.
_PAGES_CHOICE = ("theme-color", "icon", "apple-touch-icon", "mask-icon")


class Own(NamedTuple):
    """A tag of the page: what it is for (``"manifest"``, ``"icon"``, …), and its address."""

    kind: str
    address: str
    tag: Tag


class Existing(NamedTuple):
    """What a page's head holds that bears on ours. ``base`` is the address of its ``<base>``, if any."""

    own: tuple[Own, ...] = ()
    base: str | None = None
    charset: str = ""
    is_amp: bool = False
    is_xhtml: bool = False

    def kinds(self) -> set[str]:
        """Return the kinds of which the page's own tag stays and ours is left out."""
        return {own.kind for own in self.own if own.kind in _PAGES_CHOICE}


def read_existing(units: bytes, head: HtmlHead) -> Existing:
    """Return what the head of a page holds; ``units`` are the page's code units."""
    text = units[: head.end].lower()
    is_xhtml = _XHTML.search(text) is not None
    if not _SIGN.search(text):
        return Existing(is_xhtml=is_xhtml)
    own: list[Own] = []
    base, charset, is_amp = None, "", False
    for tag in head.tags:
        if not _WORTH_A_LOOK.search(text, tag.start, tag.end):
            continue
        values = attributes(units, tag)
        if tag.name == "html":
            is_amp = is_amp or any(name in values for name in ("amp", "⚡", "amp4email", "amp4ads"))
        elif tag.name == "base" and base is None:
            base = values.get("href")
        elif tag.name == "meta":
            charset = (
                charset or values.get("charset", "") or values.get("content", "").rpartition("charset=")[2]
            )
        own += [Own(kind, address, tag) for kind, address in _kinds(tag, values)]
    return Existing(tuple(own), base, charset.strip().lower(), is_amp, is_xhtml)


def kinds_of(markup: str) -> list[tuple[str, str]]:
    """Return (kind, address) of one of our own tags."""
    page = markup.encode("ascii", "xmlcharrefreplace")
    return [kind for tag in read_head(page).tags for kind in _kinds(tag, attributes(page, tag))]


def language_of(units: bytes, head: HtmlHead) -> str:
    """Return the language that a page says it is in, "" if it doesn't."""
    root = next((tag for tag in head.tags if tag.name == "html"), None)
    values = attributes(units, root) if root else {}
    return (values.get("lang") or values.get("xml:lang") or "").strip()


def file_at(address: str, page: str, base: str | None) -> str:
    """Return the site's file that an address in ``page`` leads to, as far as that can be said."""
    path = urlsplit(posixpath.join("/", page, "..", base or "", address)).path
    return posixpath.normpath(path).lstrip("/")


def _kinds(tag: Tag, values: dict[str, str]) -> Iterable[tuple[str, str]]:
    if tag.name == "link":
        for rel in values.get("rel", "").lower().split():
            yield rel, values.get("href", "").strip()
    elif tag.name == "meta":
        yield values.get("name", "").strip().lower(), ""
    elif tag.name == "script":
        yield "script", values.get("src", "").strip()


def as_xhtml(tags: Sequence[str]) -> list[str]:
    """Return our tags in XML's syntax, which HTML parsers read alike."""
    closed = (re.sub(r"(?<=[^/])>$", " />", tag) if not tag.endswith("</script>") else tag for tag in tags)
    return [re.sub(r" (defer|async)(?=[ >])", r' \1="\1"', tag) for tag in closed]
