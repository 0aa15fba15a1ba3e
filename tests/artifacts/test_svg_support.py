"""Which colours the renderer paints as browsers do."""

from __future__ import annotations

import pytest
from coloraide import Color

from pwagen.artifacts.icons.css_color import rgb, with_alpha
from pwagen.artifacts.icons.svg_support import in_attributes, in_declarations, in_style_sheet
from pwagen.config.checks.colors import NAMES
from pwagen.errors import PwagenError

# https://www.w3.org/TR/css-color-4/#css-system-colors, and some of those that are deprecated
SYSTEM = ["AccentColor", "CanvasText", "graytext", "ButtonFace", "Mark", "VISITEDTEXT", "WindowText", "Menu"]


@pytest.mark.parametrize("name", sorted(NAMES))
def test_named_colours_are_painted(name: str) -> None:
    assert Color.match(name)
    assert in_attributes("rect", {"fill": name, "stroke": name.upper()}, is_root=False) is None
    assert in_declarations(f"fill: {name} !important; stop-color:{name}") is None


@pytest.mark.parametrize("name", SYSTEM)
def test_colours_of_the_system_are_refused(name: str) -> None:
    problem = in_attributes("rect", {"fill": name}, is_root=False)
    assert problem and problem.message == f"the system colour {name} is not painted"
    assert in_declarations(f"color:{name}!important")
    assert list(in_style_sheet(f"rect {{ stroke: {name} }}"))


@pytest.mark.parametrize("color", ["oklch(1e308 1e308 1e308)", "lch(50 1e999 1e999deg)"])
def test_numbers_that_nobody_can_reckon_with_are_no_colour(color: str) -> None:
    assert with_alpha(color) == color
    with pytest.raises(PwagenError, match="write it as #rrggbb"):
        rgb(color)


def test_what_goes_beyond_srgb_is_cut_off() -> None:
    assert with_alpha("color(srgb 1e999 -1 none / 50%)") == "#ff000080"
