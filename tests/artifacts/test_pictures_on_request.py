"""Splash screens of iOS and the picture of shared links: sizes, colours, where the logo lies, their tags."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import pyvips

from pwagen.artifacts.artifact import Artifact
from pwagen.artifacts.head_tags import head_tags
from pwagen.artifacts.icons import Icon, IconName, IconSources, icon_list, icon_sources_of, make_icons
from pwagen.artifacts.icons.ink import differs, extent
from pwagen.artifacts.icons.paint import paint
from pwagen.config import model
from pwagen.inject.existing_tags import kinds_of
from tests.site_rule import built

BLUE, SAND, NIGHT = [0x0B, 0x3D, 0x5C], [0xF4, 0xE9, 0xD8], [0x10, 0x18, 0x20]
NAMESPACE = 'xmlns="http://www.w3.org/2000/svg"'
DISC = f'<svg {NAMESPACE} viewBox="0 0 9 9"><circle cx="4.5" cy="4.5" r="4.5" fill="{{}}"/></svg>'


def app(*, dark: bool = True) -> model.App:
    schemes = model.DarkColors(theme_color=None, background_color="#101820") if dark else None
    return model.App(
        name="Tides", theme_color="#0b3d5c", background_color="#f4e9d8", color_scheme_dark=schemes
    )


def icons(folder: Path, fill: str = "#c00", *, dark: bool = True, **members: Any) -> tuple[Icon, ...]:
    (folder / "logo.svg").write_text(DISC.format(fill))
    section = model.Icons(source="logo.svg", **members)
    return make_icons(icon_sources_of(section, app(dark=dark), folder), None)


def image(icon: Icon) -> pyvips.Image:
    return pyvips.Image.new_from_buffer(icon.artifact.content, "")[:3]


def box(picture: pyvips.Image, background: list[int]) -> list[int]:
    """Return left, top, width and height of what is not background."""
    drawn = extent(differs(picture, [float(channel) for channel in background], 20))
    assert drawn
    return list(drawn.box)


def names_of(folder: Path, fill: str = "#c00", *, dark: bool = True) -> tuple[IconSources, list[IconName]]:
    """Return the sources of a logo, and the names of its splash screens."""
    (folder / "logo.svg").write_text(DISC.format(fill))
    sources = icon_sources_of(model.Icons(source="logo.svg", ios_splash=True), app(dark=dark), folder)
    return sources, [name for name in icon_list(sources) if name.rel == "apple-touch-startup-image"]


@pytest.mark.slow
def test_none_is_made_by_default(tmp_path: Path) -> None:
    assert len(icons(tmp_path)) == 8
    sources, splash = names_of(tmp_path)
    assert len({name.path for name in icon_list(sources)}) == len(splash) + 8 > 90
    assert len(names_of(tmp_path, dark=False)[1]) == len(splash) / 2


@pytest.mark.slow
def test_splash_screens_have_the_size_of_their_device_and_the_logo_in_the_middle(
    tmp_path: Path,
) -> None:
    sources, splash = names_of(tmp_path)
    # Phones and tablets, in both schemes and orientations.
    for name, content in paint(sources, splash[::13]).files.items():
        picture = pyvips.Image.new_from_buffer(content, "")[:3]
        width, height = (int(side) for side in name.sizes.split("x"))
        assert (picture.width, picture.height) == (width, height)
        background = NIGHT if "dark" in name.path else SAND
        assert picture(0, 0) == background
        left, top, drawn_width, drawn_height = box(picture, background)
        assert abs(left + drawn_width / 2 - width / 2) <= 1
        assert abs(top + drawn_height / 2 - height / 2) <= 1
        assert 0.2 < drawn_width / min(width, height) < 0.5
        assert picture(width // 2, height // 2) == [0xCC, 0, 0]


def test_splash_screens_are_told_apart_by_their_media(tmp_path: Path) -> None:
    splash = [
        Icon(Artifact(name.path, b""), name.sizes, name.type, name.purpose, name.rel, name.media)
        for name in names_of(tmp_path)[1]
    ]
    tags = head_tags(model.Config(app=app()), splash, "../")
    (tag,) = [tag for tag in tags if "splash-dark-1206x2622" in tag]
    assert tag == (
        '<link rel="apple-touch-startup-image" href="../icons/splash-dark-1206x2622.png" '
        'media="(device-width: 402px) and (device-height: 874px) and (-webkit-device-pixel-ratio: 3) '
        'and (orientation: portrait) and (prefers-color-scheme: dark)">'
    )
    assert len({tag.partition("media=")[2] for tag in tags if "startup" in tag}) == len(splash)
    assert '<meta name="apple-mobile-web-app-capable" content="yes">' in tags


def test_light_scheme_alone_needs_no_media_for_it(tmp_path: Path) -> None:
    assert not any("scheme" in (name.media or "") for name in names_of(tmp_path, dark=False)[1])


@pytest.mark.slow
def test_logo_that_is_not_seen_on_the_splash_screen_gets_a_plate(tmp_path: Path) -> None:
    sources, splash = names_of(tmp_path, "#101820")
    painted = paint(sources, [name for name in splash if name.sizes == "750x1334"]).files.values()
    light, dark = (pyvips.Image.new_from_buffer(content, "")[:3] for content in painted)
    assert (light(0, 0), light(375, 667), dark(0, 0), dark(375, 667)) == (SAND, NIGHT, NIGHT, NIGHT)
    assert box(dark, NIGHT)[2] > 100


OPEN_GRAPH = {
    "on the theme colour": ("#fff", BLUE),
    "on the background": ("#0b3d5c", SAND),
}


@pytest.mark.slow
@pytest.mark.parametrize(("fill", "background"), OPEN_GRAPH.values(), ids=OPEN_GRAPH)
def test_open_graph_image_shows_the_logo_in_its_middle(
    tmp_path: Path, fill: str, background: list[int]
) -> None:
    made = icons(tmp_path, fill, open_graph="https://example.org/tides/")
    (icon,) = [icon for icon in made if "open-graph" in icon.artifact.path]
    picture = image(icon)
    assert (picture.width, picture.height) == (1200, 630)
    assert picture(0, 0) == background
    left, top, width, height = box(picture, background)
    assert (abs(left + width / 2 - 600) <= 1, abs(top + height / 2 - 315) <= 1, width > 250) == (True,) * 3


@pytest.mark.slow
def test_open_graph_image_has_an_absolute_address(tmp_path: Path) -> None:
    section = model.Icons(source="logo.svg", open_graph="https://example.org/tides")
    made = icons(tmp_path, open_graph="https://example.org/tides")
    tags = head_tags(model.Config(app=app(), icons=section), made, "../")
    assert [tag for tag in tags if "og:" in tag] == [
        '<meta property="og:image" content="https://example.org/tides/icons/open-graph.png">',
        '<meta property="og:image:type" content="image/png">',
        '<meta property="og:image:width" content="1200">',
        '<meta property="og:image:height" content="630">',
        '<meta property="og:image:alt" content="Tides">',
    ]
    assert {kind for tag in tags for kind, _ in kinds_of(tag) if kind.startswith("og")} == {"og:image"}


PAGE = "<!doctype html>\n<html>\n<head>\n<title>a</title>\n{}</head>\n<body>a</body>\n</html>\n"
OWN = '<meta property="og:image" content="https://example.org/own.png">\n'


@pytest.mark.slow
def test_pages_get_the_tags_and_keep_their_own(tmp_path: Path) -> None:
    (tmp_path / "public/deep").mkdir(parents=True)
    (tmp_path / "public/index.html").write_text(PAGE.format(""))
    (tmp_path / "public/deep/own.html").write_text(PAGE.format(OWN))
    (tmp_path / "logo.svg").write_text(DISC.format("#c00"))
    (tmp_path / "pwagen.yaml").write_text(
        "app: {name: X, lang: en}\nsite: public\n"
        "icons: {source: logo.svg, ios_splash: true, open_graph: https://example.org/}\n"
    )
    built(tmp_path)
    plain, own = ((tmp_path / "public" / path).read_text() for path in ("index.html", "deep/own.html"))
    assert '<meta property="og:image" content="https://example.org/icons/open-graph.png">' in plain
    assert plain.count("apple-touch-startup-image") == own.count("apple-touch-startup-image") > 40
    assert own.count("og:image") == 1
    assert 'href="../icons/splash-750x1334.png"' in own
    assert (tmp_path / "public/icons/splash-750x1334.png").is_file()
    manifest = json.loads((tmp_path / "public/manifest.json").read_text())
    assert not [icon for icon in manifest["icons"] if "splash" in icon["src"] or "graph" in icon["src"]]
    worker = (tmp_path / "public/sw.js").read_text()
    assert "icons/splash" not in worker
    assert "icons/open-graph" not in worker
