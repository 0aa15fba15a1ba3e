"""What stands for a logo: its letters in any script, its contrast, and where it lies."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest
import pyvips

from pwagen.artifacts.icons import icon_list, icon_sources_of
from pwagen.artifacts.icons.contrast import LEGIBLE, WHITE, contrast, ink_on
from pwagen.artifacts.icons.css_color import rgb
from pwagen.artifacts.icons.icon_cache import cache_key
from pwagen.artifacts.icons.monogram import Design, draw, monogram_sources, monogram_text, own_color
from pwagen.config import model
from pwagen.errors import ConfigError
from tests.artifacts.test_icons import outside_safe_zone, painted

BLUE = (0x0B, 0x3D, 0x5C)
YELLOW = (0xFF, 0xCC, 0)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Harbour News", "HN"),
        ("harbour", "H"),
        ("The big red bus", "TB"),
        ("7 days", "7D"),
        ("École élémentaire", "ÉÉ"),
        ("Новости дня", "НД"),
        ("Ωmega", "Ω"),
        ("أخبار اليوم", "أ"),
        ("שלום עולם", "ש"),
        ("दैनिक समाचार", "द"),
        ("ニュース", "ニ"),
        ("ข่าว", "ข"),
        ("ሰላም", "ሰ"),
        ("საქართველო", "ს"),
        ("เมือง", "ม"),
        ("ໂລກ", "ລ"),
        ("བོད", "བ"),
        ("ᐃᓄᒃᑎᑐᑦ", "ᐃ"),
        ("ⵜⴰⵎⴰⵣⵉⵖⵜ", "ⵜ"),
        ("𞤆𞤵𞤤𞤢𞤪", "𞤆"),
        ("東京 Tides", "東"),
        ("東京", "東"),
        ("臺灣日報", "臺"),
        ("语言", "语"),
        ("뉴스", "뉴"),
        ("龘龘", ""),
        ("한국", "한"),
        ("🌊 Tides", "T"),
        ("— !", ""),
    ],
)
def test_initials_in_any_script(name: str, text: str) -> None:
    assert monogram_text(name) == text


@pytest.mark.slow
@pytest.mark.parametrize(
    "color", [BLUE, YELLOW, (255, 255, 255), (0, 0, 0), (0xE5, 0x39, 0x35), (119, 119, 119)]
)
def test_letters_are_legible_on_any_colour(color: tuple[int, int, int]) -> None:
    assert contrast(ink_on(color), color) >= LEGIBLE
    for design in get_args(Design):
        pictures = draw("Tides", "T", color, design)
        ground = rgb(pictures.ground)
        image = pyvips.Image.thumbnail_buffer(pictures.maskable.content, 200).flatten()
        pixels = bytes(image.crop(0, 60, 200, 80).write_to_memory())
        colors = set(zip(pixels[::3], pixels[1::3], pixels[2::3], strict=True))
        assert max(contrast(color, ground) for color in colors) >= LEGIBLE


def test_contrast_is_that_of_wcag() -> None:
    assert contrast(WHITE, (0, 0, 0)) == 21
    assert contrast(WHITE, (0x76, 0x76, 0x76)) == pytest.approx(4.54, abs=0.005)


@pytest.mark.slow
@pytest.mark.parametrize("design", get_args(Design))
@pytest.mark.parametrize("text", ["W", "WM", "ÅÅÅ", "ش", "鬱", "한", "東A", "ს"])
def test_monogram_lies_within_every_mask_and_is_no_filled_square(text: str, design: Design) -> None:
    sources = monogram_sources(model.Monogram(text=text, design=design), model.App(name="Harbour"))
    assert len(icon_list(sources)) == 8
    files = painted(sources, "icons/icon-maskable-512.png", "icons/badge-96.png")
    assert sources.background
    assert outside_safe_zone(files["icons/icon-maskable-512.png"], rgb(sources.background)) <= 2
    badge = pyvips.Image.new_from_buffer(files["icons/badge-96.png"], "")
    assert 0.05 < badge[3].avg() / 255 < 0.85


def test_colour_is_chosen_then_the_apps_then_one_of_the_name() -> None:
    def ground(color: str | None, theme_color: str | None) -> str | None:
        app = model.App(name="Harbour", theme_color=theme_color)
        return monogram_sources(model.Monogram(color=color), app).background

    assert ground("#112233", "#445566") == "#112233"
    assert ground(None, "#445566") == "#445566"
    assert ground(None, "navy") == "#000080"
    assert ground(None, None) == own_color("Harbour") != own_color("7 days")
    assert all(contrast(WHITE, rgb(own_color(str(number)))) >= LEGIBLE for number in range(99))


def test_patterns_tell_names_apart_and_stay_the_same() -> None:
    patterns = {draw(name, "", BLUE, "pattern").source.content for name in ("東京", "大阪", "京都", "東京")}
    assert len(patterns) == 3


def test_letter_that_cannot_be_drawn_is_refused_in_words() -> None:
    with pytest.raises(ConfigError, match=r"icons\.monogram\.text: 龘 is in none .* `design: pattern`"):
        monogram_sources(model.Monogram(text="龘A"), model.App(name="x"))
    assert monogram_sources(model.Monogram(text="龘", design="pattern"), model.App(name="x")).source


def test_files_that_exist_come_first(tmp_path: Path) -> None:
    icons = model.Icons(monogram=model.Monogram(), files=(model.ImageResource(src="a.png"),))
    assert icon_sources_of(icons, model.App(name="x"), tmp_path).source is None
    one, other = (
        icon_sources_of(model.Icons(monogram=model.Monogram(text=text)), model.App(name="x"), tmp_path)
        for text in "AB"
    )
    assert cache_key(one) != cache_key(other)
