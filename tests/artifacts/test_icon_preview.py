"""The page that shows the icons: all of them, and nothing that it would have to load."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pwagen.artifacts.artifact import Artifact
from pwagen.artifacts.icons import Icon, icon_list, icon_sources_of, make_icons
from pwagen.artifacts.icons.icon_preview import preview_page, preview_pictures, served_preview_page
from pwagen.build.project import Project
from pwagen.build.screenshot_files import screenshot_files
from pwagen.cli import app as cli
from pwagen.config import model
from pwagen.errors import PwagenError

# Real pixels take their time.
pytestmark = pytest.mark.slow

EMPTY: Mapping[str, bytes] = {}
MONOGRAM = model.Icons(monogram=model.Monogram())


def page(app: model.App, screenshots: Mapping[str, bytes] = EMPTY) -> str:
    return preview_page(app, make_icons(icon_sources_of(MONOGRAM, app, Path()), None), screenshots)


def test_page_shows_every_icon_and_loads_nothing() -> None:
    app = model.App(name="<Tides> & more", theme_color="#0b3d5c", background_color="#f4f7f9")
    html = page(app)
    assert "<h1>&lt;Tides&gt; &amp; more</h1>" in html
    addresses = re.findall(r"""(?:src|href)="([^"]*)""", html)
    assert {address[:5] for address in addresses} == {"data:"}
    assert len(set(addresses)) == 7
    assert not re.search(r"<script|url\(|@import|https?:", html)
    for path in ("icons/icon-192.png", "icons/badge-96.png", "favicon.ico"):
        assert f'<th scope="row">{path}</th>' in html
    for shape in ("circle", "squircle", "teardrop", "ios"):
        assert shape in html


def test_splash_screen_has_the_colours_of_both_schemes() -> None:
    dark = model.DarkColors(background_color="#010203")
    html = page(model.App(name="Tides", background_color="#f4f7f9", color_scheme_dark=dark))
    assert "  --background: #f4f7f9;\n" in html
    assert "  --dark-background: #010203;\n" in html
    assert "  --on-background: #141414;\n" in html
    assert "  --on-dark-background: #ffffff;\n" in html


def test_page_shows_the_pictures_on_request() -> None:
    dark = model.DarkColors(background_color="oklch(0.2 0.05 30)")
    app = model.App(name="Tides", background_color="#f4f7f9", color_scheme_dark=dark)
    icons = model.Icons(monogram=model.Monogram(), ios_splash=True, open_graph="https://example.com/")
    # Which of them are shown depends on their names, not on what is painted.
    made = tuple(
        Icon(Artifact(name.path, b"pixels"), name.sizes, name.type, name.purpose, name.rel, name.media)
        for name in icon_list(icon_sources_of(icons, app, Path()))
    )
    html = preview_page(app, made, EMPTY)
    splash = html.partition("iPhone and iPad, splash screen")[2].partition("</figure>")[0]
    assert splash.count('<img src="data:image/png') == 3
    assert html.count('class="shared"><img src="data:image/png') == 2
    without = page(app)
    assert "splashes" not in without.partition("<body>")[2]
    assert "shared" not in without.partition("<body>")[2]


def test_page_has_every_platform_in_light_and_in_dark() -> None:
    html = page(model.App(name="Tides"))
    parts = re.split("<figure>", html)[1:]
    schemes: dict[str, set[str]] = {}
    for part in parts:
        heading = re.search("<h2>([^:,]*)", part)
        assert heading
        stages = re.findall(r'class="stage[^"]*\b(light|dark)\b', part)
        schemes.setdefault(heading[1], set()).update(stages)
    assert {name for name, both in schemes.items() if both == {"light", "dark"}} == {
        "Android",
        "iPhone and iPad",
        "Windows and Linux",
        "macOS",
        "Browser",
        "Notification on Android",
        "Store and install dialog",
    }


def test_store_shows_the_screenshots_that_are_here() -> None:
    app = model.App(
        name="Tides",
        description="When to sail",
        screenshots=(
            model.Screenshot(src="screenshots/a.png", label="The <harbour>"),
            model.Screenshot(src="https://example.org/b.png"),
        ),
    )
    html = page(app, {"screenshots/a.png": b"pixels"})
    assert html.count('<img src="data:image/png;base64,cGl4ZWxz" alt="The &lt;harbour&gt;">') == 2
    assert html.count("<small>When to sail</small>") == 2
    assert "example.org" not in html
    assert "pwagen screenshots takes them" in page(model.App(name="Tides"))


def test_served_page_has_nothing_inline() -> None:
    app = model.App(name="Tides")
    icons = make_icons(icon_sources_of(MONOGRAM, app, Path()), None)
    html = served_preview_page(app, icons, {}, 1.5)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|data:|https?:", html)
    assert 'data-built="1.5"' in html
    assert 'src="pictures/icons/icon-192.png"' in html


def test_pictures_are_never_of_a_type_that_runs() -> None:
    app = model.App(name="Tides", screenshots=(model.Screenshot(src="a.js", type="text/javascript"),))
    assert preview_pictures(app, (), {"a.js": b""}) == {}
    assert preview_pictures(app, (), {"a.js": b"1"})["a.js"].type == "image/png"


def test_screenshots_are_those_that_were_taken_or_are_in_the_site(tmp_path: Path) -> None:
    (tmp_path / "public" / "shots").mkdir(parents=True)
    (tmp_path / "public" / "shots" / "a b.png").write_bytes(b"a")
    (tmp_path / "secret.png").write_bytes(b"secret")
    sources = (
        "shots/a%20b.png",
        "../secret.png",
        "gone.png",
        "https://example.org/b.png",
        "screenshots/c.png",
    )
    app = model.App(name="Tides", screenshots=tuple(model.Screenshot(src=src) for src in sources))
    project = Project(tmp_path, model.Config(app=app, site="public"))
    assert screenshot_files(project) == {"shots/a%20b.png": b"a"}
    taken = replace(project, screenshots=(Artifact("screenshots/c.png", b"c"),))
    assert screenshot_files(taken) == {"shots/a%20b.png": b"a", "screenshots/c.png": b"c"}
    assert screenshot_files(replace(project, config=model.Config(app=app))) == {}


def test_command_lists_the_icons_and_writes_the_page(tmp_path: Path) -> None:
    (tmp_path / "pwagen.yaml").write_text("app: {name: Tides}\nicons: {monogram: {}}\n")
    result = CliRunner().invoke(cli, ["icons", str(tmp_path), "--preview", str(tmp_path / "icons.html")])
    assert result.exit_code == 0, result.output
    assert [line.split()[0] for line in result.stdout.splitlines()[:8]][-2:] == [
        "favicon.ico",
        "icons/favicon.svg",
    ]
    assert "a placeholder" in result.stderr
    assert (tmp_path / "icons.html").read_text().startswith("<!doctype html>")
    assert {path.name for path in tmp_path.iterdir()} == {"pwagen.yaml", "icons.html"}


def test_project_with_icons_of_its_own_is_told_what_to_write(tmp_path: Path) -> None:
    (tmp_path / "pwagen.yaml").write_text(
        "app: {name: Tides}\nicons: {files: [{src: a.png, sizes: 192x192}]}\n"
    )
    result = CliRunner().invoke(cli, ["icons", str(tmp_path)])
    assert isinstance(result.exception, PwagenError)
    assert "pwagen.yaml: icons.files: " in str(result.exception)
    assert "write icons: {source: logo.svg}" in str(result.exception)
