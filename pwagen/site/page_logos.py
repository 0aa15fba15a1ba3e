"""Pictures that a page itself shows as its logo: in its header, or under such a name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from html.parser import HTMLParser
from urllib.parse import urljoin

from pwagen.site.stylesheets import Sheet

# A logo is at the beginning of a page.
_BODY_CHARACTERS = 64 * 1024
_MOST = 10
LOGO = re.compile(r"logo|brand|site-?icon", re.IGNORECASE)
# Not the site's own: of those who pay for it, make it or are cited by it.
OTHERS = re.compile(r"sponsor|partner|client|customer|payment|social|footer|badge|avatar", re.IGNORECASE)
_URL = re.compile(r"""url\(\s*["']?([^"')]{1,500})""", re.IGNORECASE)
VOID = frozenset(
    ["img", "br", "hr", "input", "meta", "link", "source", "wbr", "area", "base", "col", "embed"]
)


def shown_logos(html: str) -> list[str]:
    """Return the addresses of pictures that a page shows as its logo, those of that name first."""
    reader = _LogoReader()
    start = max(html.find("<body"), 0)
    with suppress(AssertionError, ValueError):
        reader.feed(html[start : start + _BODY_CHARACTERS])
    return [*dict.fromkeys([*reader.named, *reader.in_header])][:_MOST]


def logos_in_css(sheets: Iterable[Sheet]) -> Iterator[str]:
    """Yield the addresses, relative to the site, of backgrounds in rules for a logo."""
    for sheet in sheets:
        for rule in sheet.rules:
            if not LOGO.search(rule.selector) or OTHERS.search(rule.selector):
                continue
            for name in ("background", "background-image", "content", "mask-image"):
                for address in _URL.findall(rule.declarations.get(name, "")):
                    yield urljoin(sheet.base, address)


class _LogoReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.named: list[str] = []
        self.in_header: list[str] = []
        self.open: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in reversed(attrs)}
        names = " ".join(attributes.get(name, "") for name in ("class", "id", "alt", "src"))
        if tag == "img" and attributes.get("src"):
            self._image(attributes["src"].strip(), names)
        if tag not in VOID:
            self.open.append((tag, f"{attributes.get('class', '')} {attributes.get('id', '')}"))

    def handle_endtag(self, tag: str) -> None:
        for index in range(len(self.open) - 1, max(len(self.open) - 20, -1), -1):
            if self.open[index][0] == tag:
                del self.open[index:]
                return

    def _image(self, source: str, names: str) -> None:
        around = " ".join(names for _, names in self.open[-6:])
        tags = {tag for tag, _ in self.open}
        if OTHERS.search(f"{names} {around}") or tags & {"footer", "article"}:
            return
        if LOGO.search(names) or LOGO.search(around):
            self.named.append(source)
        elif "header" in tags:
            self.in_header.append(source)
