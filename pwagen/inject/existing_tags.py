"""The tags that a page already has and that matter for the tags to inject."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from pwagen.inject.html_head import HtmlHead, Tag, attributes, read_head

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# Both for text in lower case: ignoring case takes four times as long, and so does \b.
# Most heads have none of these and are not examined further.
_NAMES = rb"manifest|theme-color|icon|apple-|og:image|<base|\xe2\x9a\xa1|2022|\.js|content-security"
_SIGN = re.compile(_NAMES + rb"|amp")
_RELEVANT = re.compile(_NAMES + rb"|\bamp")
_XHTML = re.compile(rb"<\?xml|<!doctype[^>]*xhtml")
# Of these the page's tag takes precedence over the generated one: it is specific to the page.
_PAGE_TAKES_PRECEDENCE = (
    "theme-color", "icon", "apple-touch-icon", "mask-icon", "apple-touch-startup-image",
    "apple-mobile-web-app-capable", "og:image",
)  # fmt: skip


class PageTag(NamedTuple):
    """A tag of the page: its kind (``"manifest"``, ``"icon"``, …), and its address."""

    kind: str
    address: str
    tag: Tag


class Existing(NamedTuple):
    """What affects the injection in a page's head. ``base`` is the address of its ``<base>``, if any."""

    tags: tuple[PageTag, ...] = ()
    base: str | None = None
    charset: str = ""
    is_amp: bool = False
    is_xhtml: bool = False
    policies: tuple[tuple[str, int], ...] = ()
    """The text of each Content-Security-Policy, and the line it is in."""

    def kinds(self) -> set[str]:
        """Return the kinds of which the page keeps its tag and the generated one is left out."""
        return {tag.kind for tag in self.tags if tag.kind in _PAGE_TAKES_PRECEDENCE}


def read_existing(units: bytes, head: HtmlHead) -> Existing:
    """Return the facts in the head of a page; ``units`` are the page's code units."""
    text = units[: head.end].lower()
    is_xhtml = _XHTML.search(text) is not None
    if not _SIGN.search(text):
        return Existing(is_xhtml=is_xhtml)
    page_tags: list[PageTag] = []
    base, charset, is_amp = None, "", False
    policies: list[tuple[str, int]] = []
    for tag in head.tags:
        if not _RELEVANT.search(text, tag.start, tag.end):
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
            if values.get("http-equiv", "").strip().lower() == "content-security-policy":
                line = units.count(b"\n", 0, tag.start) + 1
                policies.append((values.get("content", ""), line))
        page_tags += [PageTag(kind, address, tag) for kind, address in _kinds(tag, values)]
    return Existing(tuple(page_tags), base, charset.strip().lower(), is_amp, is_xhtml, tuple(policies))


def kinds_of(markup: str) -> list[tuple[str, str]]:
    """Return (kind, address) of a generated tag."""
    page = markup.encode("ascii", "xmlcharrefreplace")
    return [kind for tag in read_head(page).tags for kind in _kinds(tag, attributes(page, tag))]


def language_of(units: bytes, head: HtmlHead) -> str:
    """Return the language that a page declares, "" if it doesn't."""
    root = next((tag for tag in head.tags if tag.name == "html"), None)
    values = attributes(units, root) if root else {}
    return (values.get("lang") or values.get("xml:lang") or "").strip()


def file_at(address: str, page: str, base: str | None) -> str:
    """Return the site's file that an address in ``page`` leads to, as far as that can be known."""
    path = urlsplit(posixpath.join("/", page, "..", base or "", address)).path
    return posixpath.normpath(path).lstrip("/")


def _kinds(tag: Tag, values: dict[str, str]) -> Iterable[tuple[str, str]]:
    if tag.name == "link":
        for rel in values.get("rel", "").lower().split():
            yield rel, values.get("href", "").strip()
    elif tag.name == "meta":
        name = (values.get("name") or values.get("property", "")).strip().lower()
        # The size and the text of a picture go with it.
        yield "og:image" if name.startswith("og:image") else name, ""
    elif tag.name == "script":
        yield "script", values.get("src", "").strip()


def as_xhtml(tags: Sequence[str]) -> list[str]:
    """Return the tags in XML's syntax, which HTML parsers read the same way."""
    closed = (re.sub(r"(?<=[^/])>$", " />", tag) if not tag.endswith("</script>") else tag for tag in tags)
    return [re.sub(r" (defer|async)(?=[ >])", r' \1="\1"', tag) for tag in closed]
