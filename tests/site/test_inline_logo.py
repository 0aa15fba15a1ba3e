"""Logos that a page draws itself, as files of their own: which are found, and what they bring along."""

from __future__ import annotations

import time

import pytest
import pyvips

from pwagen.artifacts.icons.svg import inspect_svg
from pwagen.site.inline_logo import drawn_logos
from pwagen.site.page_facts import read_page
from pwagen.site.stylesheets import Sheet, rules_of

DISC = '<circle cx="5" cy="5" r="5" fill="#0b3d5c"/>'
BLUE, RED, WHITE = [0x0B, 0x3D, 0x5C, 255], [255, 0, 0, 255], [255, 255, 255, 255]


def logos(body: str, css: str = "", theme: str = "") -> list[bytes]:
    page = read_page(f"<!doctype html><title>Tides</title><body>{body}")
    return list(drawn_logos(page.drawings, [Sheet("/", tuple(rules_of(css)))], theme))


def middle(svg: bytes) -> list[float]:
    """Return the colour in the middle of a drawing that may be published as it is."""
    assert inspect_svg("logo.svg", svg).publishable
    pixel: list[float] = pyvips.Image.thumbnail_buffer(svg, 32)(16, 16)
    return pixel


def svg(inner: str = DISC, attributes: str = 'viewBox="0 0 10 10"') -> str:
    return f"<svg {attributes}>{inner}</svg>"


FOUND = {
    "class": svg(attributes='class="site-logo" viewBox="0 0 10 10"'),
    "id": svg(attributes='id="Logo" viewBox="0 0 10 10"'),
    "label": svg(attributes='aria-label="Tides brand" viewBox="0 0 10 10"'),
    "class around it": f'<a class="navbar-brand" href="/x"><span>{svg()}</span></a>',
    "link to the home page in the header": f"<header><a href=/>{svg()}</a></header>",
    "link to the home page in the navigation": f'<nav><a href="index.html">{svg()}</a></nav>',
    "sizes alone": f"<div id=logo>{svg(attributes='width=10 height=10')}</div>",
    "sizes of the text": f'<div id=logo><svg width=1em height=1em viewBox="0 0 10 10">{DISC}</svg></div>',
    "after a menu": f'<header><svg viewBox="0 0 9 9"></svg><i class=logo>{svg()}</i></header>',
}
NOT_FOUND = {
    "no name and no link": f"<header>{svg()}</header>",
    "menu": f'<header class="logo-bar"><button class="menu">{svg()}</button></header>',
    "search": f'<header><a href=/ ><svg class="icon-search" viewBox="0 0 10 10">{DISC}</svg></a></header>',
    "sponsor": f'<div class="sponsors"><a class="logo">{svg()}</a></div>',
    "in the footer": f'<footer><a class="logo" href="/">{svg()}</a></footer>',
    "words": f'<a class=logo><svg viewBox="0 0 90 10">{DISC}</svg></a>',
    "hidden": f'<a class=logo><svg hidden viewBox="0 0 10 10">{DISC}</svg></a>',
    "without a size": f"<a class=logo>{svg(attributes='')}</a>",
    "template code": "<a class=logo>" + svg('<path d="{{ path }}"/>') + "</a>",
    "part that is nowhere": "<a class=logo>" + svg('<use href="#mark"/>') + "</a>",
    "part in another file": "<a class=logo>" + svg('<use href="sprite.svg#mark"/>') + "</a>",
}  # fmt: skip


@pytest.mark.parametrize("body", FOUND.values(), ids=FOUND)
def test_logo_is_found(body: str) -> None:
    assert [middle(logo) for logo in logos(body)] == [BLUE]


@pytest.mark.parametrize("body", NOT_FOUND.values(), ids=NOT_FOUND)
def test_other_drawings_are_not_taken_for_a_logo(body: str) -> None:
    assert logos(body) == []


def test_drawing_of_html_becomes_xml() -> None:
    inner = """<defs><LinearGradient ID=g gradientunits=userSpaceOnUse x2=10><stop stop-color=#0b3d5c></stop>
        </lineargradient></defs><script>alert(1 < 2)</script><!-- a -- b -->
        <title>Tides &amp; &nbsp;more</title>
        <path d="M0 0h10v10H0z" fill=url(#g) onclick="x()" @click="y" :class="z" data-v-1></path>"""
    (logo,) = logos(f'<div class=logo><svg viewbox="0 0 10 10" data-x=1>{inner}</svg></div>')
    assert middle(logo) == BLUE
    assert b"viewBox=" in logo and b"<linearGradient" in logo
    assert not {word for word in (b"click", b"data-", b"alert") if word in logo}


def test_what_a_drawing_uses_elsewhere_in_the_page_comes_along() -> None:
    gradient = '<linearGradient id="g"><stop stop-color="#0b3d5c"/></linearGradient>'
    symbol = f'<symbol id="mark" viewBox="0 0 10 10">{DISC.replace("#0b3d5c", "url(#g)")}</symbol>'
    sprite = f'<svg style="display:none">{gradient}{symbol}</svg>'
    use = '<use xlink:href="#mark"></use>'
    (logo,) = logos(f"{sprite}<a class=logo>{svg(use)}</a>")
    assert middle(logo) == BLUE
    (logo,) = logos(f"<a class=logo>{svg(use)}</a>{sprite}")
    assert middle(logo) == BLUE


BLACK = [0, 0, 0, 255]
PAINTED_BY_THE_PAGE = {
    "class of a part": ("class=a", ".a{fill:#f00}", RED),
    "variable": ("fill=var(--ink)", ":root{--ink:var(--red);--red:#f00}", RED),
    "below the header": ("class=a", "header .logo > svg .a{fill:#f00}", RED),
    "below what is not there": ("class=a", "footer .a{fill:#f00}", BLACK),
    "only while hovered": ("class=a", ".a:hover{fill:#f00}", BLACK),
    "dark scheme": ("class=a", "@media (prefers-color-scheme:dark){svg{fill:#f00}}", BLACK),
    "colour of the text": ("fill=currentColor", ".logo{color:#f00}", RED),
    "colour of the header": ("fill=currentColor", "header{color:#f00}", RED),
    "colour that is not seen on white": ("fill=currentColor", ".logo{color:#fff}", BLUE),
    "colour of nothing": ("fill=currentColor", "", BLUE),
}


@pytest.mark.parametrize(
    ("attributes", "css", "color"), PAINTED_BY_THE_PAGE.values(), ids=PAINTED_BY_THE_PAGE
)
def test_colours_of_the_page_come_along(attributes: str, css: str, color: list[int]) -> None:
    (logo,) = logos(
        f"<header><a class=logo>{svg(f'<rect {attributes} width=10 height=10 />')}</a></header>",
        css,
        theme="#0b3d5c",
    )
    assert middle(logo) == color


@pytest.mark.parametrize(
    "body",
    [
        "<svg class=logo>" * 3000,
        "<a class=logo><svg><g" + " x=1" * 9000,
        "<svg class=logo>&" + "<use href=#a>" * 3000,
        "<svg class=logo></svg>" * 9000,
    ],
)
def test_broken_page_is_read_in_no_time(body: str) -> None:
    started = time.process_time()
    assert logos(body) == []
    assert time.process_time() - started < 1
