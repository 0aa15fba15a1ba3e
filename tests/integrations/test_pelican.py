"""The Pelican plug-in, in Chromium."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pwagen.testing.site_server.site_server import SiteServer
from tests.audit.test_projects import findings_in
from tests.integrations.conftest import Run

if TYPE_CHECKING:
    from pwagen.testing.chromium.chromium import Chromium

pytestmark = pytest.mark.slow
BUILD = ("pelican", "content", "-s", "publishconf.py", "--fatal", "warnings")


@pytest.mark.browser
def test_one_line_makes_an_app(
    chromium: Chromium, serve_site: Callable[..., SiteServer], project: Path, run: Run
) -> None:
    run(*BUILD)
    tides = project / "content/tides.md"
    tides.write_text(tides.read_text() + "\nAnother build.\n")
    run(*BUILD)
    assert json.loads((project / "output/manifest.json").read_text())["name"] == "Harbour Diary"
    assert findings_in(project / "output") == []
    site = serve_site(project / "output", "/diary/")
    page = chromium.open(site.url, wait_for_worker=True)
    assert chromium.manifest(page).errors == []
    assert chromium.installability_errors(page) == []
    chromium.set_offline(True)
    page.goto(f"{site.url}tides.html")
    page.locator("text=Another build.").wait_for()
    chromium.set_offline(False)
    chromium.forget(site.url)


def test_a_mistake_names_the_setting_and_what_to_write(project: Path, run: Run) -> None:
    settings = project / "publishconf.py"
    settings.write_text(settings.read_text() + 'PWAGEN = {"app": {"nmae": "X"}}\n')
    output = " ".join(run(*BUILD, fails=True).split())
    assert 'PWAGEN["app"]["nmae"]: app.nmae: unknown key - did you mean "name"?' in output


def test_the_headers_for_a_host_are_not_published(project: Path, run: Run) -> None:
    settings = project / "publishconf.py"
    settings.write_text(settings.read_text() + 'PWAGEN = {"hosting": "nginx"}\n')
    run(*BUILD)
    assert (project / "dist/hosting/README.md").is_file()
    assert not (project / "output/hosting").exists()
