"""The page of `pwagen check --html`, as people with and without good eyes read it, in light and in dark."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest
from typer.testing import CliRunner

from pwagen.cli import app
from pwagen.testing.chromium.chromium import Chromium
from pwagen.testing.site_server.site_server import SiteServer
from tests.audit.examples import write_example
from tests.folders import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

AXE = ROOT / "tests/js/node_modules/axe-core/axe.min.js"
# Findings of each severity, long addresses, and icons of every purpose.
BROKEN = {
    "manifest.json": json.dumps(
        {
            "name": None,
            "short_name": None,
            "lang": "nonsense!",
            "icons": [
                {"src": "icons/icon-512.png", "sizes": "512x512"},
                {"src": "icons/maskable-512.png", "sizes": "512x512", "purpose": "maskable"},
                {"src": "icons/badge-96.png", "sizes": "96x96", "purpose": "monochrome"},
            ],
        }
    ),
    "icons/maskable-512.png": '<svg xmlns="http://www.w3.org/2000/svg" width="512" height="512"'
    ' viewBox="0 0 100 100"><rect width="100" height="100" fill="#00f"/>'
    '<path d="M0 0h100v3H0zM0 97h100v3H0z" fill="#f00"/></svg>',
    "index.html#viewport": "",
}


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("report")
    site = write_example(folder / ("long-" * 20), BROKEN)
    file = folder / "report.html"
    CliRunner().invoke(app, ["check", str(site), "--html", str(file)])
    return file.read_text(encoding="utf-8")


@pytest.fixture
def page(report: str, chromium: Chromium, serve_site: Callable[..., SiteServer], tmp_path: Path) -> Page:
    (tmp_path / "index.html").write_text(report, encoding="utf-8")
    return chromium.open(serve_site(tmp_path).url)


def test_it_is_accessible_in_light_and_dark_and_fits_a_phone(page: Page) -> None:
    """axe-core has the rules of WCAG 2.2 AA, and those for headings, landmarks, language and alternatives."""
    assert page.locator(".finding").count() >= 3
    assert {"error", "warning", "note"} == set(page.locator(".level").all_inner_texts())
    page.evaluate(AXE.read_text(encoding="utf-8"))
    schemes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
    for scheme in schemes:
        page.emulate_media(color_scheme=scheme)
        result = page.evaluate("axe.run()")
        assert [(scheme, fault["id"], fault["nodes"][0]["html"]) for fault in result["violations"]] == []
        passed = {rule["id"] for rule in result["passes"]}
        assert passed >= {"color-contrast", "heading-order", "html-has-lang", "image-alt", "region"}
    page.set_viewport_size({"width": 360, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_masks_cut_as_launchers_do_and_a_badge_is_seen_on_both_grounds(page: Page) -> None:
    """The red edge is outside of what a launcher shows: 44 % of the side around the middle."""
    import pyvips

    for shape in ("round", "squircle", "drop", "square"):
        shown = page.locator(f".dark .{shape}").first.screenshot()
        pixels = pyvips.Image.new_from_buffer(shown, "")[:3]
        red = ((pixels[0] > 128) & (pixels[2] < 128)).max()
        assert red == 0, shape
        assert pixels(pixels.width // 2, pixels.height // 2) == [0, 0, 255]
    for ground, expected in (("light", 0), ("dark", 255)):
        shown = page.locator(f".{ground} .tint").first.screenshot()
        pixels = pyvips.Image.new_from_buffer(shown, "")[:3]
        darkest_or_lightest = pixels.min() if ground == "light" else pixels.max()
        assert darkest_or_lightest == expected
