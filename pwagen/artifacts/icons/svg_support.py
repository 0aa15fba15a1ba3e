"""What of SVG and CSS the renderer does not paint, so that it is refused rather than painted wrong.

Held against Chromium's rendering in tests/browser/test_drawings.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

PLAIN = "export it with plain attributes, or save it as a PNG of 1024×1024"

_COLOR_FUNCTIONS = "oklch|oklab|lch|lab|color|color-mix|light-dark"
_FUNCTION = re.compile(
    rf"(?<![\w-])((?:{_COLOR_FUNCTIONS}|var|calc|min|max|clamp|env)\(|rgba?\(\s*from\b)", re.IGNORECASE
)
_SHAPE = re.compile(r"(?<![\w-])(circle|ellipse|inset|polygon|path|rect|xywh)\(", re.IGNORECASE)
_PROPERTY = re.compile(
    r"(?:^|[;{])\s*(rotate|scale|translate|transform-origin|transform-box|offset-path|d)\s*:", re.IGNORECASE
)
_BACKGROUND = re.compile(r"(?:^|;)\s*background(?:-color|-image)?\s*:", re.IGNORECASE)
_UNIT = re.compile(r"\s*[\d.]+(rem|vw|vh|vmin|vmax|ch)\s*", re.IGNORECASE)
_SELECTOR = re.compile(r":(is|where|has)\(", re.IGNORECASE)
# The renderer leaves these rules out, and so do browsers for the light scheme on a screen.
_QUERY = (
    r"(?:print\b|\(\s*prefers-(?:color-scheme\s*:\s*dark|reduced-motion\s*:\s*reduce|contrast\s*:\s*more)\s*\))"
    r"(?:\s+and\s[^,]*)?"
)
_INACTIVE = re.compile(rf"@media\s*{_QUERY}(?:\s*,\s*{_QUERY})*\s*", re.IGNORECASE)
_ESCAPE = re.compile(r"\\([0-9a-fA-F]{1,6})\s?")
# https://www.w3.org/TR/css-color-4/#css-system-colors, then those that are deprecated.
_SYSTEM_COLORS = (
    "AccentColor AccentColorText ActiveText ButtonBorder ButtonFace ButtonText Canvas CanvasText Field "
    "FieldText GrayText Highlight HighlightText LinkText Mark MarkText SelectedItem SelectedItemText "
    "VisitedText ActiveBorder ActiveCaption AppWorkspace Background ButtonHighlight ButtonShadow CaptionText "
    "InactiveBorder InactiveCaption InactiveCaptionText InfoBackground InfoText Menu MenuText Scrollbar "
    "ThreeDDarkShadow ThreeDFace ThreeDHighlight ThreeDLightShadow ThreeDShadow Window WindowFrame WindowText"
)
_SYSTEM_COLOR = re.compile(
    r"(?:^|[;{:\s])(?:fill|stroke|(?:(?:stop|flood|lighting)-)?color)\s*:\s*"
    rf"({_SYSTEM_COLORS.replace(' ', '|')})\s*(?:[;!}}]|$)",
    re.IGNORECASE,
)
_NAMESPACE = re.compile(r"@namespace\s+(?!url\()\w", re.IGNORECASE)
_KEYFRAMES = re.compile(r"@(?:-[a-z]+-)?keyframes\b|@font-face\b|@page\b", re.IGNORECASE)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_BRACE = re.compile(r"[{};]")
_PRESENTATION = frozenset(
    [
        "style", "fill", "stroke", "color", "stop-color", "flood-color", "lighting-color", "opacity", "mask",
        "fill-opacity", "stroke-opacity", "stroke-width", "filter", "transform", "x", "y", "width", "height",
        "r", "rx", "ry", "cx", "cy", "stop-opacity", "stroke-dasharray", "font-size",
    ]
)  # fmt: skip
_COLORS = frozenset(["fill", "stroke", "color", "stop-color", "flood-color", "lighting-color"])
_LENGTHS = frozenset(["x", "y", "width", "height", "r", "rx", "ry", "cx", "cy", "x1", "x2", "y1", "y2"])


class Unpaintable(NamedTuple):
    """What is not painted, and what to write instead."""

    message: str
    fix: str = PLAIN


def in_attributes(element: str, attributes: Mapping[str, str], *, is_root: bool) -> Unpaintable | None:
    """Return what the renderer would paint wrong of an element, by local names."""
    if element == "textPath":
        return Unpaintable("text on a path is not painted", "convert the text to paths")
    if element == "style" and attributes.get("media", "all").strip().lower() not in ("", "all", "screen"):
        return Unpaintable("the media of <style> are not heeded", "leave out what is not for every screen")
    style = attributes.get("style", "")
    if is_root and _BACKGROUND.search(style):
        return Unpaintable(
            "the background of <svg> is not painted", "draw a <rect> in that colour behind all else"
        )
    if "transform-origin" in attributes:
        return Unpaintable("transform-origin is not painted")
    if "pathLength" in attributes and "stroke-dasharray" in {*attributes, *re.findall(r"[\w-]+", style)}:
        return Unpaintable("dashes by pathLength are not painted", "leave pathLength out")
    if "clip-path" in attributes and _SHAPE.match(attributes["clip-path"].strip()):
        return Unpaintable("a shape in clip-path is not painted", "write a <clipPath>")
    for name, value in attributes.items():
        unit = _UNIT.fullmatch(value) if name in _LENGTHS and not is_root else None
        if unit:
            return Unpaintable(f"the unit {unit[1]} is not painted", "write a plain number")
        if name in _PRESENTATION and (function := _FUNCTION.search(value)):
            return _function(function[1])
    return in_declarations(
        f"{style};" + ";".join(f"{name}:{attributes[name]}" for name in _COLORS & {*attributes})
    )


def in_declarations(css: str) -> Unpaintable | None:
    """Return what the renderer would paint wrong of a rule's declarations, or of a ``style`` attribute."""
    css = _ESCAPE.sub(lambda escape: chr(min(int(escape[1], 16), 0x10FFFF)), css)
    if function := _FUNCTION.search(css):
        return _function(function[1])
    if color := _SYSTEM_COLOR.search(css):
        return Unpaintable(f"the system colour {color[1]} is not painted", 'write the colour as "#rrggbb"')
    if found := _PROPERTY.search(css):
        return Unpaintable(f"the CSS property {found[1]} is not painted", "write it as an attribute")
    if re.search(r"clip-path\s*:\s*", css) and _SHAPE.search(css):
        return Unpaintable("a shape in clip-path is not painted", "write a <clipPath>")
    return None


def in_style_sheet(css: str) -> Iterator[tuple[int, Unpaintable]]:
    """Yield what the renderer would paint wrong of a style sheet, with its position in the text."""
    css = _COMMENT.sub(lambda comment: " " * len(comment[0]), css)
    preludes: list[str] = []
    start = 0
    for brace in _BRACE.finditer(css):
        text = css[start : brace.start()]
        position = start + len(text) - len(text.lstrip())
        text = text.strip().removeprefix("<![CDATA[").removeprefix("<!--").strip()
        inactive = any(_INACTIVE.fullmatch(prelude) or _KEYFRAMES.match(prelude) for prelude in preludes)
        if brace[0] == "{":
            if not inactive and (problem := _in_prelude(text, preludes)):
                yield position, problem
            preludes.append(text)
        elif _NAMESPACE.match(text):
            yield position, Unpaintable("rules with @namespace are not painted", "write selectors without it")
        elif text and not inactive and not text.startswith("@") and (problem := in_declarations(text)):
            yield position, problem
        if brace[0] == "}" and preludes:
            preludes.pop()
        start = brace.end()


def _in_prelude(text: str, outer: list[str]) -> Unpaintable | None:
    if text.startswith("@"):
        if _INACTIVE.fullmatch(text) or _KEYFRAMES.match(text):
            return None
        return Unpaintable(
            f"the rules in {text.split()[0].split('(')[0]} are not painted", "write them without it"
        )
    if any(not prelude.startswith("@") for prelude in outer):
        return Unpaintable("CSS rules inside of others are not painted", "write each with its whole selector")
    if selector := _SELECTOR.search(text):
        return Unpaintable(f"rules with :{selector[1]}() are not painted", "write the selectors one by one")
    return None


def _function(name: str) -> Unpaintable:
    if name.startswith("rgb"):
        return Unpaintable("relative colours are not painted", 'write the colour as "#rrggbb"')
    fix = (
        'write the colour as "#rrggbb"'
        if re.match(f"(?:{_COLOR_FUNCTIONS}|var)\\(", name, re.IGNORECASE)
        else PLAIN
    )
    return Unpaintable(f"{name}) is not painted", fix)
