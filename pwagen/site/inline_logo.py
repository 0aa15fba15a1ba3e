"""The logo that a page draws itself, with ``<svg>`` in its header, as a file of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress

from pwagen.artifacts.icons.contrast import INK, WHITE, contrast, hexadecimal
from pwagen.artifacts.icons.css_color import rgb
from pwagen.artifacts.icons.icon_sources import Picture, check_picture
from pwagen.errors import PwagenError
from pwagen.site.page_colors import is_light, opaque_color, resolved, variables_in
from pwagen.site.page_logos import LOGO, OTHERS
from pwagen.site.stylesheets import Sheet, StyleRule
from pwagen.site.svg_in_html import PAINT, Drawing, PageElement, cut, tag_in_svg
from pwagen.site.svg_ratio import LONGEST_RATIO, svg_ratio

_NAMESPACES = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
# What a page says of the pictures of its controls, and of links to other places.
_CONTROLS = re.compile(
    r"menu|search|toggle|burger|close|arrow|chevron|caret|\bhome|github|gitlab|twitter|facebook|linkedin|"
    r"discord|mastodon|youtube|theme|cart|user",
    re.IGNORECASE,
)
_HOME = re.compile(r"(?:https?://[^/]+)?/?|\.{1,2}/?|/?index\.html?", re.IGNORECASE)
_NEAR = 4  # elements around a drawing that may say what it is
_MOST_DRAWINGS = 3
_MOST_PARTS = 20
_CHARACTERS = 256 * 1024
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_FRAGMENT = re.compile(r"""\bhref="#([^"]+)"|url\(\s*(?:&quot;|&#x27;|['"])?#([^)"'&]+)""")
_TEMPLATE_CODE = re.compile(r"\{[{%#]|<[?%]")
_COMPOUND = re.compile(r"(?:[a-zA-Z][\w-]*)?(?:[.#][\w-]+)*")
_NAME = re.compile(r"[.#][\w-]+")
_SEEN = 1.6
"""The contrast to white below which a drawing of one colour is not seen in most places of an icon."""


def drawings_in(html: str) -> list[Drawing]:
    """Return the drawings that a page shows as its logo, those of that name first."""
    html = html[max(html.find("<body"), 0) :][:_CHARACTERS]
    if "<svg" not in html:
        return []
    found = cut(html, _is_logo)
    found.sort(key=lambda drawing: not LOGO.search(_said(drawing.elements[0], drawing.around)))
    complete = (_with_parts(html, drawing) for drawing in found[:_MOST_DRAWINGS])
    return [drawing for drawing in complete if drawing]


def drawn_logos(drawings: Iterable[Drawing], sheets: Iterable[Sheet], theme: str) -> Iterator[bytes]:
    """Yield drawings as SVG files that look the same outside of their page, but for what can't be told.

    ``sheets`` are the page's: what they say of the drawing's parts comes along. Where it has the colour of
    the text around it, it gets that, or ``theme``, the site's colour, if that is not seen on white.
    """
    rules = [rule for sheet in sheets for rule in sheet.rules if is_light(rule)]
    variables = variables_in(rules)
    for drawing in drawings:
        style = resolved("".join(_rules_for(drawing, rules)), variables)
        body = resolved(drawing.parts + drawing.inner, variables)
        attributes = f"{_NAMESPACES}{resolved(drawing.attributes, variables)}"
        if "currentcolor" in f"{attributes}{style}{body}".lower():
            attributes += f' color="{_text_color(drawing, rules, variables, theme)}"'
        sheet = f"<style>{style}</style>" if style else ""
        svg = f"<svg {attributes}>{sheet}{body}</svg>\n".encode()
        with suppress(PwagenError):
            check_picture(Picture("logo.svg", svg))
            if 1 <= svg_ratio(svg) <= LONGEST_RATIO:
                yield svg


def _is_logo(element: PageElement, around: list[PageElement]) -> bool:
    if element.tag != "svg" or any(_is_hidden(one) for one in (element, *around)):
        return False
    tags = {one.tag for one in around}
    said = _said(element, around)
    if tags & {"footer", "article", "button"} or OTHERS.search(said):
        return False
    if LOGO.search(said):
        return not _CONTROLS.search(_said(element, around[-1:]))
    links = [one.attributes.get("href", "").strip() for one in around if one.tag == "a"]
    in_header = bool(tags & {"header", "nav"})
    return in_header and bool(links and _HOME.fullmatch(links[-1])) and not _CONTROLS.search(said)


def _is_hidden(element: PageElement) -> bool:
    return "hidden" in element.attributes or bool(_HIDDEN.search(element.attributes.get("style", "")))


def _said(element: PageElement, around: Iterable[PageElement]) -> str:
    """Return what the page calls a drawing, and the elements close around it."""
    near = [*list(around)[-_NEAR:], element]
    labels = (one.attributes.get(name, "") for one in near for name in ("aria-label", "title"))
    return " ".join([*(name for one in near for name in sorted(one.names)), *labels])


def _with_parts(html: str, drawing: Drawing) -> Drawing | None:
    """Return a drawing with the parts of the page that it refers to, None if there is something else."""
    parts: dict[str, str] = {}
    text = drawing.inner
    if _TEMPLATE_CODE.search(drawing.attributes + text):
        return None
    elements = list(drawing.elements)
    own = {name for element in elements for name in element.names}
    for _ in range(_MOST_PARTS):
        wanted = {one or other for one, other in _FRAGMENT.findall(text)} - set(parts)
        wanted = {name for name in wanted if f"#{name}" not in own}
        if not wanted:
            return drawing._replace(
                parts=f"<defs>{''.join(parts.values())}</defs>" if parts else "", elements=tuple(elements)
            )
        found = _named(html, wanted)
        for part in found:
            first = part.elements[0]
            tag = tag_in_svg(first)
            parts[first.attributes["id"]] = f"<{tag}{part.attributes}>{part.inner}</{tag}>"
            elements += part.elements
            own |= {name for element in part.elements for name in element.names}
        if wanted - set(parts):
            return None
        text = "".join(part.inner + part.attributes for part in found)
    return None


def _named(html: str, ids: set[str]) -> list[Drawing]:
    return cut(html, lambda element, _: element.attributes.get("id") in ids)


def _rules_for(drawing: Drawing, rules: Iterable[StyleRule]) -> Iterator[str]:
    """Yield the rules of the page that paint parts of a drawing, each for the last part of its selector."""
    for rule in rules:
        paint = {name: value for name, value in rule.declarations.items() if name in PAINT}
        for selector in rule.selector.split(",") if paint else ():
            last = _last_matching(selector, drawing.elements, drawing.around)
            if last:
                yield f"{last}{{{';'.join(f'{name}:{value}' for name, value in paint.items())}}}"


def _last_matching(selector: str, elements: Iterable[PageElement], around: Iterable[PageElement]) -> str:
    """Return the last compound of a selector if one of the elements may match it, else an empty text."""
    *others, last = re.split(r"\s*[\s>]\s*", selector.strip())
    simple = all(compound and _COMPOUND.fullmatch(compound) for compound in (*others, last))
    if not simple or not any(_matches(last, element) for element in elements):
        return ""
    outer = [*around, *elements]
    return last if all(any(_matches(compound, element) for element in outer) for compound in others) else ""


def _matches(compound: str, element: PageElement) -> bool:
    tag = re.split(r"[.#]", compound, maxsplit=1)[0].lower()
    return tag in ("", element.tag) and element.names.issuperset(_NAME.findall(compound))


def _text_color(drawing: Drawing, rules: list[StyleRule], variables: dict[str, str], theme: str) -> str:
    """Return the colour of the text around a drawing, or another that is seen on white."""
    chain = [*drawing.around, drawing.elements[0]]
    texts = [
        color
        for index in range(len(chain) - 1, -1, -1)
        for rule in reversed(rules)
        if "color" in rule.declarations
        and any(
            _last_matching(one, chain[index : index + 1], chain[:index]) for one in rule.selector.split(",")
        )
        if (color := opaque_color(rule.declarations["color"], variables))
    ]
    for color in (*texts[:1], theme):
        with suppress(PwagenError):
            if color and contrast(rgb(color), WHITE) >= _SEEN:
                return hexadecimal(rgb(color))
    return hexadecimal(INK)
