"""What a page says about its site in its head, and which scripts it loads."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field
from html.parser import HTMLParser

from pwagen.site.inline_logo import drawings_in
from pwagen.site.page_logos import shown_logos
from pwagen.site.svg_in_html import Drawing

# The head of a page is at its beginning; parsing more would only give a broken page more time.
_HEAD_CHARACTERS = 64 * 1024

_SCRIPT = re.compile(r"<script\b([^<>]{0,1000})>", re.IGNORECASE)
_SOURCE = re.compile(r"""\bsrc\s*=\s*["']?([^"'\s]{1,500})""", re.IGNORECASE)
_REGISTER = re.compile(
    r"""serviceWorker\s{0,9}\.\s{0,9}register\s{0,9}\(\s{0,99}["'`]([^"'`\s]{1,500})["'`]"""
)
_STYLE_CHARACTERS = 256 * 1024
_STYLE = re.compile(r"<style\b[^<>]{0,1000}>([^<]*)", re.IGNORECASE)
_TEMPLATE_CODE = re.compile(r"\{[{%#]|<[?%]")


@dataclass
class Link:
    """A ``<link>``; ``rel`` in lower case."""

    rel: frozenset[str]
    href: str
    sizes: str = ""


@dataclass
class PageFacts:
    """The facts in a page; texts with code of a template engine in them are left out."""

    title: str = ""
    lang: str = ""
    dir: str = ""
    meta: dict[str, str] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)
    registers: list[str] = field(default_factory=list)
    logos: list[str] = field(default_factory=list)
    drawings: list[Drawing] = field(default_factory=list)
    styles: list[str] = field(default_factory=list)


def script_sources(html: str) -> list[str]:
    """Return the addresses of the scripts that a page loads."""
    return [source[1] for attributes in _SCRIPT.findall(html) if (source := _SOURCE.search(attributes))]


def read_page(html: str) -> PageFacts:
    """Return the facts in a page; a broken page has fewer, but never raises."""
    reader = _HeadReader()
    # html.parser asserts on some broken declarations. It is never closed: that would look for the end of
    # everything unfinished again and again.
    with suppress(_HeadEndsError, AssertionError, ValueError):
        reader.feed(html[:_HEAD_CHARACTERS])
    page = reader.page
    page.title = _text("".join(reader.title))
    page.scripts = script_sources(html)
    page.registers = registered_workers(html)
    page.logos = shown_logos(html)
    page.drawings = drawings_in(html)
    page.styles = _STYLE.findall(html[:_STYLE_CHARACTERS])
    return page


def registered_workers(script: str) -> list[str]:
    """Return the addresses that a script registers as service workers."""
    return _REGISTER.findall(script)


def _text(value: str | None) -> str:
    """Return a text on one line, empty if a template engine would have filled it."""
    if not value or _TEMPLATE_CODE.search(value):
        return ""
    return " ".join(value.split())


class _HeadEndsError(Exception):
    """Stops the parser."""


class _HeadReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = PageFacts()
        self.title: list[str] = []
        self.in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # The first of equal attributes counts, as in browsers.
        attributes = {name: _text(value) for name, value in reversed(attrs)}
        if tag == "html":
            self.page.lang = self.page.lang or attributes.get("lang", "")
            self.page.dir = self.page.dir or attributes.get("dir", "").lower()
        elif tag == "title":
            self.in_title = not self.title
        elif tag == "meta":
            self._meta(attributes)
        elif tag == "link" and attributes.get("href"):
            rel = frozenset(attributes.get("rel", "").lower().split())
            self.page.links.append(Link(rel, attributes["href"], attributes.get("sizes", "")))
        elif tag in ("body", "svg"):
            raise _HeadEndsError

    def handle_endtag(self, tag: str) -> None:
        if tag == "title":
            self.in_title = False
        elif tag == "head":
            raise _HeadEndsError

    def handle_data(self, data: str) -> None:
        if self.in_title:
            self.title.append(data)

    def _meta(self, attributes: dict[str, str]) -> None:
        name = (attributes.get("name") or attributes.get("property") or "").lower()
        content = attributes.get("content", "")
        if name == "theme-color" and "dark" in attributes.get("media", ""):
            name = "theme-color-dark"
        if name and content:
            self.page.meta.setdefault(name, content)
