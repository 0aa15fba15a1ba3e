"""The page that shows the icons: all of them, and nothing that it would have to load."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pwagen.artifacts.icons import icon_sources_of, make_icons
from pwagen.artifacts.icons.icon_preview import preview_page
from pwagen.cli import app as cli
from pwagen.config import model
from pwagen.errors import PwagenError

# Real pixels take their time.
pytestmark = pytest.mark.slow

MONOGRAM = model.Icons(monogram=model.Monogram())


def page(app: model.App) -> str:
    return preview_page(app, make_icons(icon_sources_of(MONOGRAM, app, Path()), None))


def test_page_shows_every_icon_and_loads_nothing() -> None:
    app = model.App(name="<Tides> & more", theme_color="#0b3d5c", background_color="#f4f7f9")
    html = page(app)
    assert "<h1>&lt;Tides&gt; &amp; more</h1>" in html
    addresses = re.findall(r"""(?:src|href)="([^"]*)""", html)
    assert {address[:5] for address in addresses} == {"data:"}
    assert len(set(addresses)) == 7
    assert not re.search(r"<script|url\(|@import|https?:", html)
    for path in ("icons/icon-192.png", "icons/badge-96.png", "favicon.ico"):
        assert f"<td>{path}</td>" in html
    for shape in ("circle", "squircle", "teardrop", "ios"):
        assert shape in html


def test_splash_screen_has_the_colours_of_both_schemes() -> None:
    dark = model.DarkColors(background_color="#010203")
    html = page(model.App(name="Tides", background_color="#f4f7f9", color_scheme_dark=dark))
    assert 'style="background:#f4f7f9"' in html
    assert 'style="background:#010203"' in html


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
