"""An icon for an app that has no picture: its initials, or a pattern of its own, on its colour."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from contextlib import suppress
from functools import cache
from typing import Literal, NamedTuple

from pwagen.artifacts.icons.contrast import LEGIBLE, WHITE, Rgb, contrast, hexadecimal, ink_on
from pwagen.artifacts.icons.icon_sources import IconSources, Picture
from pwagen.artifacts.icons.svg_color import rgb
from pwagen.config import model
from pwagen.errors import ConfigError, Problem, PwagenError
from pwagen.names import CONFIG_NAME
from pwagen.render import source

Design = Literal["plate", "disc", "ring", "pattern"]

# Dark enough for white letters, and far enough apart to tell apps from one another.
_COLORS = (
    "#0b5cad", "#00695c", "#2e7d32", "#8a4b08", "#b3261e",
    "#ad1457", "#7b1fa2", "#4a3fb5", "#37576b", "#5d4037",
)  # fmt: skip
# Scripts with capitals, whose names are abbreviated to two initials; elsewhere one letter stands for a word.
_WITH_CAPITALS = ("LATIN", "GREEK", "CYRILLIC", "ARMENIAN")
_SIDE = 100
_WIDEST, _TALLEST = 62, 46
# All letters stay within the circle that every mask leaves, of radius 40, with a little air.
_FARTHEST = 36
_RING = 7
_CELL = 22


class MonogramPictures(NamedTuple):
    """The drawings: with a shape of its own, filling its square to be masked, and as a silhouette.

    ``ground`` is the colour behind the letters, ``#rrggbb``.
    """

    source: Picture
    maskable: Picture
    badge: Picture
    ground: str


def monogram_sources(monogram: model.Monogram, app: model.App) -> IconSources:
    """Return the pictures that icons are made from where there is no logo.

    Raises `ConfigError` if a letter cannot be drawn.
    """
    unknown = "".join(letter for letter in monogram.text or "" if letter.upper() not in _letters())
    if unknown and monogram.design != "pattern":
        message = f"icons.monogram.text: {unknown} is in none of the scripts that pwagen has letters of"
        fix = "leave text out and write `design: pattern`, or name a picture with `icons: {source: logo.svg}`"
        raise ConfigError([Problem(CONFIG_NAME, message=message, fix=fix)])
    text = (monogram.text or monogram_text(app.name)).upper()
    color = rgb(monogram.color) if monogram.color else _theme(app)
    pictures = draw(app.name, text, color, monogram.design)
    return IconSources(pictures.source, pictures.maskable, pictures.badge, pictures.ground)


def monogram_text(name: str) -> str:
    """Return the initials of a name, one or two letters; empty if none of its letters can be drawn."""
    words = re.findall(r"\w+", unicodedata.normalize("NFC", name))
    initials = [initial for word in words if (initial := _capital(word[0]))]
    if not initials:
        return ""
    scripts = [unicodedata.name(initial, "").partition(" ")[0] for initial in initials]
    script = next((script for script in scripts if script != "DIGIT"), "LATIN")
    alike = [initial for initial, its in zip(initials, scripts, strict=True) if its in (script, "DIGIT")]
    return "".join(alike[: 2 if script in _WITH_CAPITALS else 1])


def own_color(name: str) -> str:
    """Return a colour for an app without one, the same for the same name."""
    return _COLORS[hashlib.sha256(name.encode()).digest()[0] % len(_COLORS)]


def draw(name: str, text: str, color: Rgb, design: Design) -> MonogramPictures:
    """Return the drawings of letters, or of a pattern that follows from the name where there are none.

    They are SVG without text, so that they look the same on every machine.
    """
    shapes = _text(text) if text and design != "pattern" else _pattern(name)
    ground, ink = _colors(color, design)
    whole = f'<rect width="{_SIDE}" height="{_SIDE}" fill="{ground}"/>'
    drawing = f'<g fill="{ink}">{shapes}</g>'
    return MonogramPictures(
        _picture(name, _shape(design, ground, ink) + drawing),
        _picture(name, whole + drawing),
        _picture(name, shapes),
        ground,
    )


def _theme(app: model.App) -> Rgb:
    """Return the app's colour, or one of its name's if there is none that can be painted."""
    with suppress(PwagenError):
        if app.theme_color:
            return rgb(app.theme_color)
    return rgb(own_color(app.name))


def _shape(design: Design, ground: str, ink: str) -> str:
    if design == "ring":
        circles = ((50, ink), (50 - _RING, ground))
        return "".join(f'<circle cx="50" cy="50" r="{radius}" fill="{fill}"/>' for radius, fill in circles)
    corner = 50 if design == "disc" else 22
    return f'<rect width="{_SIDE}" height="{_SIDE}" rx="{corner}" fill="{ground}"/>'


def _colors(color: Rgb, design: Design) -> tuple[str, str]:
    """Return the colours of the ground and of what is drawn on it, legible on each other."""
    ink = ink_on(color)
    if design != "ring":
        return hexadecimal(color), hexadecimal(ink)
    # In the ring, the app's colour is what is drawn: on white, or on near black where it is too light.
    ground = WHITE if contrast(WHITE, color) >= LEGIBLE else ink
    return hexadecimal(ground), hexadecimal(color)


def _picture(name: str, inner: str) -> Picture:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_SIDE} {_SIDE}">{inner}</svg>\n'
    return Picture(f"the monogram of {name}", svg.encode())


def _text(text: str) -> str:
    """Return the outlines of letters beside each other, as large as fits, in the middle."""
    placed, advance = [], 0
    boxes: list[tuple[float, float, float, float]] = []
    for letter in text:
        width, outline = _letters()[letter]
        left, top, right, bottom = _bounds(outline)
        boxes.append((left + advance, top, right + advance, bottom))
        placed.append((advance, outline))
        advance += width
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    left, top, right, bottom = min(lefts), min(tops), max(rights), max(bottoms)
    width, height = right - left, bottom - top
    farthest = ((width / 2) ** 2 + (height / 2) ** 2) ** 0.5
    scale = min(_WIDEST / width, _TALLEST / height, _FARTHEST / farthest)
    x, y = 50 - scale * (left + right) / 2, 50 - scale * (top + bottom) / 2
    paths = "".join(
        f'<path d="{outline}"/>' if offset == 0 else f'<path transform="translate({offset})" d="{outline}"/>'
        for offset, outline in placed
    )
    return f'<g transform="translate({x:.2f} {y:.2f}) scale({scale:.5f})">{paths}</g>'


def _pattern(name: str) -> str:
    """Return quarters of discs in a square of two by two cells, turned as the name's hash says."""
    digest = hashlib.sha256(unicodedata.normalize("NFC", name).encode()).digest()
    corners = ((0, 0), (1, 0), (1, 1), (0, 1))
    paths = []
    for index, (column, row) in enumerate(((0, 0), (1, 0), (0, 1), (1, 1))):
        x, y = 50 + (column - 1) * _CELL, 50 + (row - 1) * _CELL
        turn = digest[index] % 4
        (ax, ay), (bx, by), (cx, cy) = (corners[(turn + step) % 4] for step in (0, 1, 3))
        start, end = (x + bx * _CELL, y + by * _CELL), (x + cx * _CELL, y + cy * _CELL)
        paths.append(
            f'<path d="M{x + ax * _CELL} {y + ay * _CELL}L{start[0]} {start[1]}'
            f'A{_CELL} {_CELL} 0 0 1 {end[0]} {end[1]}Z"/>'
        )
    return "".join(paths)


def _capital(letter: str) -> str:
    """Return how a letter stands in a monogram, empty if it cannot be drawn."""
    base = unicodedata.normalize("NFD", letter)[0]
    forms = (letter.upper(), letter, base.upper(), base)
    return next((form for form in forms if form in _letters()), "")


@cache
def _letters() -> dict[str, tuple[int, str]]:
    """Return the advance and the outline of each letter, in thousandths of an em, y downwards."""
    letters = {}
    for line in source("monogram/letters.txt").splitlines():
        letter, advance, outline = line.split(" ", 2)
        letters[letter] = int(advance), outline
    return letters


def _bounds(outline: str) -> tuple[float, float, float, float]:
    """Return left, top, right and bottom of an outline in absolute commands, control points included."""
    x, y = 0.0, 0.0
    xs, ys = [], []
    for command, numbers in re.findall(r"([MLHVQCTZ])([^A-Z]*)", outline):
        values = [float(number) for number in re.findall(r"-?\d+", numbers)]
        if command == "H":
            points = [(value, y) for value in values]
        elif command == "V":
            points = [(x, value) for value in values]
        else:
            points = list(zip(values[::2], values[1::2], strict=True))
        if points:
            x, y = points[-1]
            xs += [point[0] for point in points]
            ys += [point[1] for point in points]
    return min(xs), min(ys), max(xs), max(ys)
