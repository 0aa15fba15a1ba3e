"""Drawings in pages: cut out, and written as XML the way browsers read them."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from html import escape
from html.parser import HTMLParser
from typing import NamedTuple

from pwagen.site.page_logos import VOID

_LEFT_OUT = frozenset(
    ["script", "metadata", "foreignobject", "set", "animate", "animatemotion", "animatetransform"]
)
_ATTRIBUTE = re.compile(r"(?!on|data-|aria-|xmlns|xml:base)[a-zA-Z][\w-]*|xlink:href|xml:space")
_CONTROL_CHARACTER = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DEEPEST = 50
_MOST_CUT = 20
PAINT = (
    "fill", "fill-opacity", "fill-rule", "stroke", "stroke-width", "stroke-opacity", "stroke-linecap",
    "stroke-linejoin", "opacity", "stop-color", "display", "visibility",
)  # fmt: skip
"""The CSS properties of a drawing that its page may set."""

# HTML has no upper case in names, SVG has (https://html.spec.whatwg.org/#adjust-svg-attributes, and below
# https://html.spec.whatwg.org/#parsing-main-inforeign those of elements).
_SVG_NAMES = """
    attributeName attributeType baseFrequency baseProfile calcMode clipPathUnits diffuseConstant
    edgeMode filterUnits glyphRef gradientTransform gradientUnits kernelMatrix kernelUnitLength
    keyPoints keySplines keyTimes lengthAdjust limitingConeAngle markerHeight markerUnits markerWidth
    maskContentUnits maskUnits numOctaves pathLength patternContentUnits patternTransform patternUnits
    pointsAtX pointsAtY pointsAtZ preserveAlpha preserveAspectRatio primitiveUnits refX refY repeatCount
    repeatDur requiredExtensions requiredFeatures specularConstant specularExponent spreadMethod
    startOffset stdDeviation stitchTiles surfaceScale systemLanguage tableValues targetX targetY
    textLength viewBox viewTarget xChannelSelector yChannelSelector zoomAndPan altGlyph altGlyphDef
    altGlyphItem clipPath feBlend feColorMatrix feComponentTransfer feComposite feConvolveMatrix
    feDiffuseLighting feDisplacementMap feDistantLight feDropShadow feFlood feFuncA feFuncB feFuncG
    feFuncR feGaussianBlur feImage feMerge feMergeNode feMorphology feOffset fePointLight
    feSpecularLighting feSpotLight feTile feTurbulence linearGradient radialGradient textPath
"""
_WITH_UPPER_CASE = {name.lower(): name for name in _SVG_NAMES.split()}


class PageElement(NamedTuple):
    """An element of a page: its tag in lower case, its classes and its id as in selectors, and all else."""

    tag: str
    names: frozenset[str]
    attributes: dict[str, str]


class Drawing(NamedTuple):
    """An ``<svg>`` of a page as XML, its elements, and those around it from the outside in.

    ``attributes`` are those of the root, ``inner`` is what it holds, ``parts`` what it uses of the page's
    other drawings.
    """

    attributes: str
    inner: str
    elements: tuple[PageElement, ...]
    around: tuple[PageElement, ...]
    parts: str = ""


def tag_in_svg(element: PageElement) -> str:
    """Return the name of an element as SVG spells it."""
    return _WITH_UPPER_CASE.get(element.tag, element.tag)


def cut(html: str, is_wanted: Callable[[PageElement, list[PageElement]], bool]) -> list[Drawing]:
    """Return the outermost elements of a page for which a function of them and those around them is true.

    Unfinished ones are left out, and so are scripts, animations and what other code reads.
    """
    cutter = _Cutter(is_wanted)
    with suppress(AssertionError, ValueError):
        cutter.feed(html)
    return cutter.cut


class _Cutter(HTMLParser):
    """Writes the elements that are wanted as XML, the way browsers read them."""

    def __init__(self, is_wanted: Callable[[PageElement, list[PageElement]], bool]) -> None:
        super().__init__(convert_charrefs=True)
        self.is_wanted = is_wanted
        self.cut: list[Drawing] = []
        self.open: list[PageElement] = []
        self.within: list[PageElement] = []
        self.elements: list[PageElement] = []
        self.parts: list[str] = []
        self.root_attributes = ""
        self.left_out = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in reversed(attrs)}
        classes = (f".{name}" for name in attributes.get("class", "").split())
        ids = [f"#{attributes['id']}"] if attributes.get("id") else []
        element = PageElement(tag, frozenset([*classes, *ids]), attributes)
        if self.within:
            self.elements.append(element)
            self.left_out += tag in _LEFT_OUT
            if not self.left_out:
                self.parts.append(f"<{_WITH_UPPER_CASE.get(tag, tag)}{_written(attributes)}>")
            self.within.append(element)
        elif len(self.cut) < _MOST_CUT and self.is_wanted(element, self.open):
            self.within, self.elements, self.parts = [element], [element], []
            self.root_attributes = _written(_of_root(attributes) if tag == "svg" else attributes)
        elif tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if not self.within:
            for index in range(len(self.open) - 1, max(len(self.open) - 20, -1), -1):
                if self.open[index].tag == tag:
                    del self.open[index:]
                    return
            return
        if all(element.tag != tag for element in self.within[-_DEEPEST:]):
            return
        while self.within:
            element = self.within.pop()
            if self.within and not self.left_out:
                self.parts.append(f"</{_WITH_UPPER_CASE.get(element.tag, element.tag)}>")
            self.left_out -= element.tag in _LEFT_OUT
            if element.tag == tag:
                break
        if not self.within:
            self.cut.append(
                Drawing(self.root_attributes, "".join(self.parts), tuple(self.elements), tuple(self.open))
            )

    def handle_data(self, data: str) -> None:
        if self.within and not self.left_out:
            self.parts.append(escape(_CONTROL_CHARACTER.sub("", data), quote=False))


def _of_root(attributes: dict[str, str]) -> dict[str, str]:
    """Return the attributes of a drawing without those that lay it out in its page."""
    sizes = ("width", "height") if attributes.get("viewbox") else ()
    painted = {name: value for name, value in attributes.items() if name not in sizes}
    declarations = (one.partition(":") for one in attributes.get("style", "").split(";"))
    paint = [(name.strip().lower(), value) for name, _, value in declarations]
    painted["style"] = ";".join(f"{name}:{value}" for name, value in paint if name in (*PAINT, "color"))
    return {name: value for name, value in painted.items() if value or name != "style"}


def _written(attributes: dict[str, str]) -> str:
    """Return attributes as XML, without those of scripts and frameworks."""
    return "".join(
        f' {_WITH_UPPER_CASE.get(name, name)}="{escape(_CONTROL_CHARACTER.sub("", value))}"'
        for name, value in attributes.items()
        if _ATTRIBUTE.fullmatch(name)
    )
