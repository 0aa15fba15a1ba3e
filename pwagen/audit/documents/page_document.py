"""A page: the elements that make it part of an app, with their places."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from html import unescape
from urllib.parse import urljoin

from pwagen.audit.documents.template_code import is_template
from pwagen.audit.finding import Location
from pwagen.audit.sources.source import Resource
from pwagen.site.inside import decoded

# Quantifiers that give nothing back: a page that opens a thousand quotes costs no more than its length.
_ATTRIBUTES = r"""((?:[^>"']++|"[^"]{0,20000}+"|'[^']{0,20000}+'|["'])*+)>"""
_ELEMENT = re.compile(
    rf"""<!--.*?(?:-->|\Z)
    |<(script|style|title|textarea|noscript)\b{_ATTRIBUTES}(.*?)(?:</\1\s*>|\Z)
    |<(link|meta|base|html|body|iframe|template)\b{_ATTRIBUTES}""",
    re.DOTALL | re.IGNORECASE | re.VERBOSE,
)
_CODE = re.compile(r"<(script|style)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+)))?""")


@dataclass(frozen=True)
class Element:
    """An element of a page. ``attributes`` have lower-case names; ``text`` is a script's or title's.

    ``text_place`` is the line and column at which that text begins.
    """

    tag: str
    attributes: dict[str, str]
    where: Location
    text: str = field(default="", repr=False)
    text_place: tuple[int, int] = (1, 1)

    @property
    def rel(self) -> frozenset[str]:
        """The words of ``rel``, in lower case."""
        return frozenset(self.attributes.get("rel", "").lower().split())


@dataclass(frozen=True)
class PageDocument:
    """A page as it is served."""

    resource: Resource

    @cached_property
    def elements(self) -> tuple[Element, ...]:
        """The elements that the audit asks for, in the order of the page; those in comments don't count."""
        return tuple(self._elements())

    def tags(self, tag: str) -> list[Element]:
        """Return the elements with this name."""
        return [element for element in self.elements if element.tag == tag]

    def links(self, rel: str) -> list[Element]:
        """Return the ``<link>`` elements whose ``rel`` has this word and which lead somewhere."""
        return [link for link in self.tags("link") if rel in link.rel and link.attributes.get("href")]

    def meta(self, name: str) -> list[Element]:
        """Return the ``<meta>`` elements with this name, in lower case."""
        return [meta for meta in self.tags("meta") if meta.attributes.get("name", "").lower() == name]

    @property
    def is_template(self) -> bool:
        """Whether a template engine has yet to fill in something, outside of scripts and styles."""
        return is_template(_CODE.sub("", self.resource.text))

    @cached_property
    def base(self) -> str:
        """The URL that the page's addresses are relative to."""
        bases = (element.attributes.get("href", "") for element in self.tags("base"))
        try:
            return urljoin(self.resource.url, next(filter(None, bases), ""))
        except ValueError:
            return self.resource.url

    def absolute(self, address: str) -> str:
        """Return an address of the page as an absolute URL; "" for what browsers can't read."""
        try:
            return urljoin(self.base, address)
        except ValueError:
            return ""

    def _elements(self) -> Iterator[Element]:
        text = decoded(self.resource.content)
        lines = [0, *(match.end() for match in re.finditer("\n", text))]

        def place(offset: int) -> tuple[int, int]:
            line = bisect_right(lines, offset)
            return line, offset - lines[line - 1] + 1

        for match in _ELEMENT.finditer(text):
            tag = match[1] or match[4]
            if not tag:
                continue
            where = Location(self.resource.path, *place(match.start()))
            text_place = place(match.start(3)) if match[1] else (1, 1)
            yield Element(
                tag.lower(), _attributes(match[2] or match[5] or ""), where, match[3] or "", text_place
            )


def _attributes(text: str) -> dict[str, str]:
    """Return the attributes; of equal ones the first counts, as in browsers."""
    attributes: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(text):
        value = next((group for group in match.groups()[1:] if group is not None), "")
        attributes.setdefault(match[1].lower(), unescape(value).strip())
    return attributes
