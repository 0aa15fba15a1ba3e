"""Drawings that would take minutes to paint are refused at once, whatever multiplies them."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from pwagen.artifacts.icons.svg import inspect_svg
from pwagen.errors import ConfigError

RECT = '<rect width="9" height="9"/>'
EIGHT = range(8)


def drawing(inner: str) -> bytes:
    svg = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    return f'<svg {svg} viewBox="0 0 64 64">{inner}</svg>'.encode()


def chain(part: Callable[[int, str], str], reference: str, last: str) -> str:
    """Return eight definitions, each with eight references to the one before, and what shows the last."""
    return "".join(part(level, reference.format(level - 1) * 8 if level else RECT) for level in EIGHT) + last


def marked(sides: int) -> str:
    return f'<path d="M0 0{"h1" * sides}"/>'


def classed(number: int) -> str:
    return RECT.replace("/>", f' class="c{number}"/>')


WIDE = RECT * 2000
PICTURE = '<feImage href="#g"/>'
MARKER = f'<marker id="k">{WIDE}</marker>'
GRADIENT = '<linearGradient id="g"><stop/><stop/></linearGradient>'
HUGE = {
    "use": chain(
        lambda level, inner: f'<g id="a{level}">{inner}</g>', '<use href="#a{}"/>', '<use href="#a7"/>'
    ),
    "symbol": chain(
        lambda level, inner: f'<symbol id="a{level}">{inner}</symbol>',
        '<use xlink:href="#a{}"/>',
        '<use href="#a7"/>',
    ),
    "mask": chain(
        lambda level, inner: f'<mask id="a{level}">{inner}</mask>',
        '<rect width="9" height="9" mask="url(#a{})"/>',
        '<rect width="9" height="9" mask="url(#a7)"/>',
    ),
    "clip path": chain(
        lambda level, inner: f'<clipPath id="a{level}">{inner}</clipPath>',
        '<rect width="9" height="9" clip-path="url(#a{})"/>',
        '<rect width="9" height="9" clip-path="url(#a7)"/>',
    ),
    "pattern": chain(
        lambda level, inner: f'<pattern id="a{level}" width="9" height="9">{inner}</pattern>',
        '<rect width="9" height="9" style="fill: url(#a{})"/>',
        '<rect width="9" height="9" fill="url(#a7)"/>',
    ),
    "pattern by another's href": chain(
        lambda level, inner: (
            f'<pattern id="b{level}" width="9" height="9">{inner}</pattern>'
            f'<pattern id="a{level}" xlink:href="#b{level}"/>'
        ),
        '<rect width="9" height="9" fill="url(#a{})"/>',
        '<rect width="9" height="9" fill="url(#a7)"/>',
    ),
    "pattern by inheritance": "".join(
        f'<pattern id="a{level}" width="9" height="9">'
        + (f'<g fill="url(#a{level - 1})">{RECT * 8}</g>' if level else RECT)
        + "</pattern>"
        for level in EIGHT
    )
    + '<rect width="9" height="9" fill="url(#a7)"/>',
    "pattern by inheritance into what is used": f'<g id="g">{RECT * 8}</g>'
    + "".join(
        f'<pattern id="a{level}" width="9" height="9">'
        + (f'<use href="#g" fill="url(#a{level - 1})"/>' if level else RECT)
        + "</pattern>"
        for level in EIGHT
    )
    + '<rect width="9" height="9" fill="url(#a7)"/>',
    "mask by a style sheet": "<style>"
    + "".join(f"g .m{level} {{ mask: url(#a{level}) }}" for level in EIGHT)
    + "</style>"
    + chain(
        lambda level, inner: f'<mask id="a{level}">{inner}</mask>',
        '<rect width="9" height="9" class="m{}"/>',
        '<rect width="9" height="9" class="m7"/>',
    ),
    "marker": f'{MARKER}{marked(2000)[:-2]} marker-mid="url(#k)"/>',
    "marker by a style sheet": f"<style>path{{marker:url(#k)}}</style>{MARKER}{marked(2000)}",
    "picture of an element": f'<filter id="f">{PICTURE * 100}</filter><g id="g">{RECT * 400}</g>'
    + '<rect width="9" height="9" filter="url(#f)"/>' * 20,
    "filter": '<filter id="f"><feGaussianBlur stdDeviation="9"/></filter>'
    + '<rect width="9" height="9" filter="url(#f)"/>' * 1000,
    "filter by functions": f'<rect width="9" height="9" style="filter:{"blur(9px) " * 1000}"/>',
    "octaves of noise": '<filter id="f"><feTurbulence baseFrequency=".5" numOctaves="1000"/></filter>'
    '<rect width="9" height="9" filter="url(#f)"/>',
    "layers": f'<g opacity=".9">{RECT}</g>' * 5000,
    "gradients in a row": "".join(
        f'<linearGradient id="a{level}" href="#a{level - 1}"/>' for level in range(2000)
    )
    + '<rect width="9" height="9" fill="url(#a1999)"/>',
    "rules": f"<style>{'rect{fill:red}' * 20_000}</style>{RECT * 2000}",
    "points": f'<path d="M0 0{"l1 1-1 1" * 300_000}"/>',
}


@pytest.mark.parametrize("inner", HUGE.values(), ids=HUGE)
def test_drawing_that_multiplies_is_refused_at_once(inner: str) -> None:
    started = time.process_time()
    with pytest.raises(
        ConfigError, match=r"has more than 50000 elements where all that it refers to is drawn"
    ):
        inspect_svg("logo.svg", drawing(inner))
    assert time.process_time() - started < 2


def test_nested_elements_are_refused_with_their_place() -> None:
    content = drawing("\n" + "<g>" * 100_000 + RECT + "</g>" * 100_000)
    with pytest.raises(ConfigError, match=r"logo\.svg:2:748: has elements in more than 250 others"):
        inspect_svg("logo.svg", content)


ORDINARY = {
    "shadows": '<filter id="f"><feFlood/><feColorMatrix/><feOffset/><feGaussianBlur/><feBlend/></filter>'
    + f'<g filter="url(#f)">{RECT}</g>' * 60,
    "gradients by classes": "<style>"
    + "".join(f".c{number}{{fill:url(#g{number})}}" for number in range(200))
    + "</style>"
    + "".join(
        f'<linearGradient id="g{number}">{"<stop/>" * 3}</linearGradient>{classed(number) * 20}'
        for number in range(200)
    ),
    "one gradient for all": f"{GRADIENT}<style>.a,path{{fill:url(#g)}}</style>"
    + f'<g class="a">{RECT * 3000}</g>',
    "marks on a line": f'<marker id="k">{RECT}</marker>{marked(3000)[:-2]} marker-mid="url(#k)"/>',
    "rules": f"<style>{'rect,.a{fill:red}' * 500}</style>{RECT * 5000}",
    "circle": f'<g id="a"><use href="#a"/>{RECT}</g>',
    "map": f'<path d="M0 0{"l1 1-1 1" * 50_000}"/>',
}


@pytest.mark.parametrize("inner", ORDINARY.values(), ids=ORDINARY)
def test_ordinary_drawing_is_not_refused(inner: str) -> None:
    inspect_svg("logo.svg", drawing(inner))
