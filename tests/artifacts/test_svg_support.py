"""Which colours the renderer paints as browsers do."""

from __future__ import annotations

import pytest
from coloraide import Color

from pwagen.artifacts.icons.svg_support import in_attributes, in_declarations, in_style_sheet
from pwagen.config.checks.colors import NAMES

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
