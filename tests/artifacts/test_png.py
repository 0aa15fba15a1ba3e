"""Icons as PNG files: half as large with a palette, which is used only where nobody sees it."""

from __future__ import annotations

import os
import threading

import pytest
import pyvips

from pwagen.artifacts.icons import IconSources, Picture, make_icons
from pwagen.artifacts.icons import paint as painting
from pwagen.artifacts.icons.artwork import Artwork
from pwagen.artifacts.icons.png import SAMPLE_PX, encoder_for, exact_png, small_png

FLAT = '<circle cx="32" cy="32" r="30" fill="#c2185b"/><path d="M8 44L32 6l24 38z" fill="#fff"/>'
GRADIENTS = (
    '<linearGradient id="a" x2="1" y2="1"><stop stop-color="#ff7043"/><stop offset="1" stop-color="#7b1fa2"/>'
    '</linearGradient><rect width="64" height="64" fill="url(#a)"/><radialGradient id="b"><stop '
    'stop-color="#fffde7"/><stop offset="1" stop-color="#00838f"/></radialGradient>'
    '<circle cx="32" cy="32" r="20" fill="url(#b)"/>'
)
NAMESPACE = "http://www.w3.org/2000/svg"


def drawing(inner: str) -> Picture:
    return Picture("logo.svg", f'<svg xmlns="{NAMESPACE}" viewBox="0 0 64 64">{inner}</svg>'.encode())


def most_difference(content: bytes, image: pyvips.Image) -> float:
    decoded = pyvips.Image.new_from_buffer(content, "").colourspace("srgb")
    decoded = decoded if decoded.hasalpha() else decoded.addalpha()
    most: float = (decoded.premultiply() - image.premultiply()).abs().max()
    return most


def test_drawing_of_a_few_colours_is_half_as_large_and_looks_the_same() -> None:
    image = Artwork(drawing(FLAT)).square(512)
    content = encoder_for(Artwork(drawing(FLAT)).square(SAMPLE_PX))(image)
    assert b"PLTE" in content[:100]
    assert len(content) < 0.6 * len(exact_png(image))
    assert most_difference(content, image) <= 8


@pytest.mark.parametrize("size_px", [192, 512])
def test_gradient_keeps_all_of_its_colours(size_px: int) -> None:
    image = Artwork(drawing(GRADIENTS)).square(size_px)
    assert encoder_for(Artwork(drawing(GRADIENTS)).square(SAMPLE_PX)) is exact_png
    assert most_difference(small_png(image), image) == 0


@pytest.mark.slow
def test_cores_paint_side_by_side(monkeypatch: pytest.MonkeyPatch) -> None:
    threads = set()

    def noted(image: pyvips.Image) -> bytes:
        threads.add(threading.get_ident())
        return exact_png(image)

    monkeypatch.setattr(os, "cpu_count", lambda: 3)
    monkeypatch.setattr(painting, "encoder_for", lambda _: noted)
    make_icons(IconSources(drawing(FLAT), name="Tides"), None)
    assert len(threads) > 1
    assert threading.get_ident() not in threads


@pytest.mark.slow
def test_one_core_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    many = make_icons(IconSources(drawing(FLAT), name="Tides"), None)
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    assert make_icons(IconSources(drawing(FLAT), name="Tides"), None) == many
