"""How much there is to paint in a drawing when all that it refers to is drawn in its place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

MOST = 50_000
"""More than this takes seconds to paint; an element is 1."""
MOST_NESTED = 250
"""Elements in elements: the renderer's parser reads 256 of them."""

# As measured at 512 pixels: what fills a picture of its own, and what is calculated for each pixel.
_LAYER, _FILTER = 20, 100
_NUMBERS = 20  # of a path, which take as long as an element
_MATCHES = 500  # of a rule against an element, which take as long as an element
_LONGEST_CHAIN = 200

_FRAGMENT = re.compile(r"""url\(\s*["']?\s*#([^"')\s]+)""")
_DECLARATION = re.compile(r"([\w-]+)\s*:\s*([^;{}]*)")
_RULE = re.compile(r"([^{};]+)\{([^{}]*)\}")
_LAYERED = frozenset(["opacity", "mask", "mix-blend-mode", "isolation"])
_INHERITED = ("fill", "stroke", "marker")
_NUMBER = re.compile(r"-?(?:\d+\.?|\.\d)")
_FILTER_FUNCTION = re.compile(r"\b(?!url\b)[a-z-]+\(", re.IGNORECASE)


class _Declared(NamedTuple):
    """What declarations cost: by themselves, and by what they refer to."""

    weight: int
    targets: dict[str, int]
    inherited: dict[str, int]
    markers: dict[str, int]


class _Open(NamedTuple):
    name: str | None
    inherited: dict[str, int]
    used: str
    before: int


class DrawingCost:
    """Adds up a drawing, element by element, as they come in the file."""

    def __init__(self) -> None:
        self._open: list[_Open] = []
        self._count = 0
        self._rules = 0
        self._weights: dict[str, int] = {}
        self._references: dict[str, dict[str, int]] = {}

    def start(self, element: str, attributes: Mapping[str, str]) -> None:
        """Add an element, by its local name and those of its attributes."""
        style = attributes.get("style")
        properties = {**attributes, **dict(_DECLARATION.findall(style))} if style else attributes
        weight, targets, inherited, markers = _declared(properties)
        weight += 1
        if element.startswith("fe"):
            octaves = attributes.get("numOctaves", "1").strip()
            weight += _FILTER * (min(int(octaves), MOST) if octaves.isdecimal() else 1)
        kind = self._kind(element, attributes.get("class", ""))
        targets[kind] = 1
        if line := attributes.get("d") or attributes.get("points"):
            # Two numbers a vertex, or one where a line runs straight.
            numbers = len(_NUMBER.findall(line))
            weight += numbers // _NUMBERS
            targets[f"{kind} marker"] = numbers
            for name, count in markers.items():
                targets[name] = targets.get(name, 0) + count * numbers
        href = attributes.get("href", "").strip()
        used = href[1:] if href.startswith("#") and element != "a" else ""
        if used:
            targets[used] = targets.get(used, 0) + 1
        self._count += 1
        inherited[f"{kind} inherited"] = 1
        self._open.append(_Open(attributes.get("id"), inherited, used, self._count))
        self._add(weight, targets)

    def end(self) -> None:
        """Leave the element that was entered last: what is inside is painted as it says."""
        element = self._open[-1]
        if inside := self._count - element.before:
            self._add(0, {name: count * inside for name, count in element.inherited.items()})
        if element.used:
            self._add(0, {f"{element.used}\n{name}": 1 for name in element.inherited})
        self._open.pop()

    def style(self, css: str) -> None:
        """Add a style sheet; each rule stands for itself, whatever it lies in."""
        for selectors, declarations in _RULE.findall(css):
            self._rules += 1 + selectors.count(",")
            declared = _declared(dict(_DECLARATION.findall(declarations)))
            if not any(declared):
                continue
            for selector in selectors.split(","):
                subject = re.split(r"[\s>+~]+", selector.strip())[-1]
                classes = re.search(r"\.([\w-]+)", subject)
                tag = re.match(r"[a-zA-Z][\w-]*", subject)
                name = f".{classes[1]}" if classes else f"<{tag[0]}" if tag else "*"
                self._weights[name] = self._weights.get(name, 0) + declared.weight
                for key, targets in (
                    (name, declared.targets),
                    (f"{name} inherited", declared.inherited),
                    (f"{name} marker", declared.markers),
                ):
                    _sum(self._references.setdefault(key, {}), targets)

    def is_too_much(self) -> bool:
        """Whether there is more than `MOST`."""
        return self._size("", {}, ()) + self._rules * self._count // _MATCHES > MOST

    def _kind(self, element: str, classes: str) -> str:
        """Return a name for what style sheets say of an element with these classes."""
        kind = f"<{element} {classes}"
        if kind not in self._references:
            selectors = [f".{name}" for name in classes.split()] + [f"<{element}", "*"]
            for part in ("", " inherited", " marker"):
                self._references[kind + part] = {name + part: 1 for name in selectors}
        return kind

    def _add(self, weight: int, targets: Mapping[str, int]) -> None:
        for owner in {"", *(element.name for element in self._open if element.name)}:
            self._weights[owner] = self._weights.get(owner, 0) + weight
            _sum(self._references.setdefault(owner, {}), targets)

    def _size(self, name: str, sizes: dict[str, int], above: tuple[str, ...]) -> int:
        if name in above:
            return 0  # in a circle, which the renderer does not follow
        if len(above) > _LONGEST_CHAIN:
            return MOST + 1
        if name not in sizes:
            above = (*above, name)
            used, pair, paint = name.partition("\n")
            if pair:
                total = self._size(used, sizes, above) * self._size(paint, sizes, above)
            else:
                total = self._weights.get(name, 0) + sum(
                    count * self._size(target, sizes, above)
                    for target, count in self._references.get(name, {}).items()
                )
            sizes[name] = min(total, MOST + 1)
        return sizes[name]


def _declared(properties: Mapping[str, str]) -> _Declared:
    weight = 0
    targets: dict[str, int] = {}
    inherited: dict[str, int] = {}
    markers: dict[str, int] = {}
    for name, value in properties.items():
        if name in _LAYERED and value.strip() not in ("1", "none", "normal", "auto"):
            weight += _LAYER
        if name == "filter":
            weight += _FILTER * len(_FILTER_FUNCTION.findall(value))
        if "url(" not in value or name == "style":
            continue
        references = dict.fromkeys(_FRAGMENT.findall(value), 1)
        _sum(markers if name.startswith("marker") else targets, references)
        if name.startswith(_INHERITED):
            _sum(inherited, references)
    return _Declared(weight, targets, inherited, markers)


def _sum(counts: dict[str, int], more: Mapping[str, int]) -> None:
    for name, count in more.items():
        counts[name] = counts.get(name, 0) + count
