"""An icon for an app that has no picture: its initials, or a pattern of its own, on its colour."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import cache
from typing import Literal, NamedTuple

from pwagen.artifacts.icons.contrast import LEGIBLE, WHITE, Rgb, contrast, hexadecimal, ink_on
from pwagen.artifacts.icons.css_color import rgb
from pwagen.artifacts.icons.icon_sources import IconSources, Picture
from pwagen.config import model
from pwagen.errors import ConfigError, Problem
from pwagen.names import CONFIG_NAME
from pwagen.render import templates_folder

Design = Literal["plate", "disc", "ring", "pattern"]

# Dark enough for white letters, and far enough apart to tell apps from one another.
_COLORS = (
    "#0b5cad", "#00695c", "#2e7d32", "#8a4b08", "#b3261e",
    "#ad1457", "#7b1fa2", "#4a3fb5", "#37576b", "#5d4037",
)  # fmt: skip
# Scripts with capitals, whose names are abbreviated to two initials; elsewhere one letter stands for a word.
_WITH_CAPITALS = ("LATIN", "GREEK", "CYRILLIC", "ARMENIAN", "ADLAM")
_VOWELS_BEFORE = "เแโใไເແໂໃໄ"
_SIDE = 100
_WIDEST, _TALLEST = 62, 46
# All letters stay within the circle that every mask leaves, of radius 40, with a little air.
_FARTHEST = 36
_RING = 7
_CELL = 22
# The files of letters by the first and last of them, and how much of a thousandth of an em their units are.
_FILES = (("一", "鿿", "han", 4), ("가", "힣", "hangul", 2))


class Letter(NamedTuple):
    """A letter's advance and outline, y downwards, in units of ``scale`` thousandths of an em."""

    advance: int
    outline: str
    scale: int


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
    unknown = "".join(letter for letter in monogram.text or "" if not _capital(letter))
    if unknown and monogram.design != "pattern":
        message = f"icons.monogram.text: {unknown} is in none of the scripts that pwagen has letters of"
        fix = "leave text out and write `design: pattern`, or name a picture with `icons: {source: logo.svg}`"
        raise ConfigError([Problem(CONFIG_NAME, message=message, fix=fix)])
    text = "".join(map(_capital, monogram.text or "")) or monogram_text(app.name)
    color = rgb(monogram.color) if monogram.color else _theme(app)
    pictures = draw(app.name, text, color, monogram.design)
    return IconSources(pictures.source, pictures.maskable, pictures.badge, pictures.ground)


def monogram_text(name: str) -> str:
    """Return the initials of a name, one or two letters; empty if none of its letters can be drawn."""
    words = re.findall(r"\w+", unicodedata.normalize("NFC", name))
    initials = [initial for word in words if (initial := _capital(_first_letter(word)))]
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
    """Return the app's colour, or one of its name's if it has none."""
    return rgb(app.theme_color or own_color(app.name))


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
        drawn = _letter(letter)
        assert drawn, letter
        left, top, right, bottom = (drawn.scale * edge for edge in _bounds(drawn.outline))
        boxes.append((left + advance, top, right + advance, bottom))
        placed.append((advance, drawn))
        advance += drawn.advance * drawn.scale
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    left, top, right, bottom = min(lefts), min(tops), max(rights), max(bottoms)
    width, height = right - left, bottom - top
    farthest = ((width / 2) ** 2 + (height / 2) ** 2) ** 0.5
    scale = min(_WIDEST / width, _TALLEST / height, _FARTHEST / farthest)
    x, y = 50 - scale * (left + right) / 2, 50 - scale * (top + bottom) / 2
    paths = "".join(_path(offset, drawn) for offset, drawn in placed)
    return f'<g transform="translate({x:.2f} {y:.2f}) scale({scale:.5f})">{paths}</g>'


def _path(offset: int, letter: Letter) -> str:
    moved = [f"translate({offset})"] if offset else []
    scaled = [f"scale({letter.scale})"] if letter.scale != 1 else []
    transform = f' transform="{" ".join(moved + scaled)}"' if moved or scaled else ""
    return f'<path{transform} d="{letter.outline}"/>'


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


def _first_letter(word: str) -> str:
    """Return a word's first letter, which in Thai and Lao some vowels are written before."""
    return (word.lstrip(_VOWELS_BEFORE) or word)[0]


def _capital(letter: str) -> str:
    """Return how a letter stands in a monogram, empty if it cannot be drawn."""
    base = unicodedata.normalize("NFD", letter)[0]
    forms = (letter.upper(), letter, base.upper(), base)
    return next((form for form in forms if _letter(form)), "")


@cache
def _letter(letter: str) -> Letter | None:
    """Return how a letter is drawn, None if it can't be."""
    name, scale = next(
        ((name, scale) for first, last, name, scale in _FILES if first <= letter <= last), ("alphabets", 1)
    )
    text = _letters(name)
    start = text.find(f"\n{letter} ")
    if start < 0 or len(letter) != 1:
        return None
    _, advance, outline = text[start + 1 : text.index("\n", start + 1)].split(" ", 2)
    return Letter(int(advance), outline, scale)


@cache
def _letters(name: str) -> str:
    """Return a file of letters, each in a line of its own after an empty one."""
    import lzma

    with lzma.open(templates_folder() / "monogram" / f"{name}.xz") as file:
        return f"\n{file.read().decode()}"


def _bounds(outline: str) -> tuple[float, float, float, float]:
    """Return left, top, right and bottom of an outline in relative commands, control points included."""
    x = y = start_x = start_y = 0.0
    xs, ys = [], []
    for command, numbers in re.findall(r"([mlhvqcz])([^a-z]*)", outline):
        values = [float(number) for number in re.findall(r"-?\d+", numbers)]
        if command == "z":
            x, y = start_x, start_y
            continue
        if command == "h":
            points = [(x + value, y) for value in values]
        elif command == "v":
            points = [(x, y + value) for value in values]
        else:
            points = [(x + dx, y + dy) for dx, dy in zip(values[::2], values[1::2], strict=True)]
        x, y = points[-1]
        if command == "m":
            start_x, start_y = x, y
        xs += [point[0] for point in points]
        ys += [point[1] for point in points]
    return min(xs), min(ys), max(xs), max(ys)
