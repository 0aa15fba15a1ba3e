"""Each drawing of a table as Chromium paints it, and as an icon: the same, or refused, or warned of."""

from __future__ import annotations

import time

import pytest
import pyvips

from pwagen.artifacts.icons import IconSources, Picture, warnings_about
from pwagen.artifacts.icons.artwork import Artwork
from pwagen.artifacts.icons.contrast import LEGIBLE, contrast
from pwagen.artifacts.icons.icon_names import FAVICON_SVG
from pwagen.artifacts.icons.paint import paint
from pwagen.errors import ConfigError
from pwagen.testing.chromium.chromium import Chromium
from tests.browser.svg_drawings import (
    MOST_DIFFERENT,
    SIDE_PX,
    TABLE,
    drawing,
    in_chromium,
    share_that_differs,
)

pytestmark = pytest.mark.browser


LONG = [(2000, 2), (3, 900), (900, 20), (20_000, 1)]


def long_drawing(width: int, height: int) -> Picture:
    inner = f'<rect width="{width}" height="{height}" fill="red"/>'
    return drawing(inner, f'viewBox="0 0 {width} {height}"')


@pytest.fixture(scope="module")
def shown(chromium: Chromium) -> dict[Picture, pyvips.Image]:
    """Return each drawing as Chromium paints it: all of them in one page, for a page each costs more."""
    pictures = [drawing(inner) for fate, _, inner in TABLE if fate == "painted"]
    pictures += [long_drawing(*size) for size in LONG]
    return dict(zip(pictures, in_chromium(chromium, pictures), strict=True))


def of_fate(wanted: str) -> list[object]:
    return [pytest.param(inner, id=name) for fate, name, inner in TABLE if fate == wanted]


@pytest.mark.parametrize("inner", of_fate("painted"))
def test_drawing_is_painted_as_in_chromium(shown: dict[Picture, pyvips.Image], inner: str) -> None:
    picture = drawing(inner)
    assert share_that_differs(shown[picture], Artwork(picture).square(SIDE_PX)) < MOST_DIFFERENT
    assert warnings_about(IconSources(picture)) == ()


@pytest.mark.parametrize("inner", of_fate("noted"))
def test_drawing_that_may_look_otherwise_is_warned_of(inner: str) -> None:
    (warning,) = warnings_about(IconSources(drawing(inner)))
    assert (warning.path, warning.line) == ("logo.svg", 2)
    assert warning.column and warning.message and warning.fix


@pytest.mark.parametrize("inner", of_fate("refused"))
def test_drawing_that_would_be_wrong_is_refused_with_its_place(inner: str) -> None:
    with pytest.raises(
        ConfigError, match=r"^logo\.svg:2:\d+: .* (?:is|are) not (?:painted|heeded) - "
    ) as raised:
        Artwork(drawing(inner))
    (problem,) = raised.value.problems
    assert inner[problem.column - 2 :].strip()


@pytest.mark.parametrize(("width", "height"), LONG)
def test_very_long_drawing_keeps_its_shape(
    shown: dict[Picture, pyvips.Image], width: int, height: int
) -> None:
    picture = long_drawing(width, height)
    assert share_that_differs(shown[picture], Artwork(picture).square(SIDE_PX)) < MOST_DIFFERENT


def test_background_of_the_root_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"logo\.svg:1:1: the background of <svg> is not painted"):
        Artwork(drawing("<circle r='9'/>", 'viewBox="0 0 9 9" style="background:#0f0"'))


def test_place_in_a_style_sheet_is_that_of_the_rule() -> None:
    css = "<style>\n/* é: var(--no) */\n.a{fill:red}\n.b{ fill:var(--x) }</style>"
    with pytest.raises(ConfigError, match=r"^logo\.svg:5:5: var\(\) is not painted"):
        Artwork(drawing(css))


def test_icon_of_a_tab_is_seen_on_light_and_on_dark_tabs(chromium: Chromium) -> None:
    picture = drawing('<path fill="#101828" d="M0 0h99v99z"/>', 'viewBox="0 0 99 99"')
    icon = Picture("favicon.svg", paint(IconSources(picture), [FAVICON_SVG]).files[FAVICON_SVG])
    light, dark = (
        in_chromium(chromium, [icon], dark=dark)[0](SIDE_PX * 3 // 4, SIDE_PX // 4) for dark in (False, True)
    )
    assert light == [0x10, 0x18, 0x28, 255]
    assert contrast((int(dark[0]), int(dark[1]), int(dark[2])), (0x2B, 0x2B, 0x30)) >= LEGIBLE


@pytest.mark.parametrize("encoding", ["shift_jis", "euc-jp", "koi8-r"])
def test_other_encodings_are_refused_in_words(encoding: str) -> None:
    content = f'<?xml version="1.0" encoding="{encoding}"?><svg xmlns="http://www.w3.org/2000/svg"/>'
    with pytest.raises(ConfigError, match="save it as UTF-8"):
        Artwork(Picture("logo.svg", content.encode(encoding)))


BOMBS = {
    "use": lambda level: f'<use href="#a{level}"/>',
    "pattern": lambda level: f'<rect width="9" height="9" fill="url(#a{level})"/>',
    "mask": lambda level: f'<rect width="9" height="9" style="mask:url(#a{level})"/>',
}


@pytest.mark.parametrize("kind", BOMBS)
def test_drawing_that_multiplies_itself_is_refused_at_once(kind: str) -> None:
    element = "g" if kind == "use" else kind
    levels = "".join(
        f'<{element} id="a{level}">{BOMBS[kind](level - 1) * 10}</{element}>' for level in range(1, 12)
    )
    picture = drawing(f'<defs><rect id="a0" width="9" height="9"/>{levels}</defs>{BOMBS[kind](11)}')
    started = time.process_time()
    with pytest.raises(ConfigError, match="more than 50000 elements"):
        Artwork(picture)
    assert time.process_time() - started < 1


def test_references_in_a_circle_are_survived() -> None:
    picture = drawing(
        '<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g><rect width="9" height="9"/>'
    )
    started = time.process_time()
    Artwork(picture)
    assert time.process_time() - started < 1
