"""The Sphinx extension, in the themes that most manuals have, in Chromium."""

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


def build(run: Run, *options: str, fails: bool = False) -> str:
    return run("sphinx", "-W", "-q", ".", "_build/html", *options, fails=fails)


@pytest.mark.browser
@pytest.mark.parametrize(
    ("theme", "builder"),
    [
        ("furo", "html"),
        ("sphinx_rtd_theme", "dirhtml"),
        ("alabaster", "html"),
        ("pydata_sphinx_theme", "html"),
    ],
)
def test_one_line_makes_an_app(
    chromium: Chromium,
    serve_site: Callable[..., SiteServer],
    project: Path,
    run: Run,
    theme: str,
    builder: str,
) -> None:
    settings = project / "conf.py"
    if theme == "furo":  # The second build writes only the page that has changed, in whichever theme.
        build(run, "-b", builder)
    else:
        without_options = settings.read_text().replace("html_theme_options", "other_theme")
        settings.write_text(without_options.replace('"furo"', f'"{theme}"'))
    moorings = project / "guide/moorings.rst"
    moorings.write_text(moorings.read_text() + "\nAnother build.\n")
    build(run, "-b", builder)

    assert findings_in(project / "_build/html") == []
    site = serve_site(project / "_build/html", "/en/latest/")
    page = chromium.open(site.url, wait_for_worker=True)
    assert chromium.manifest(page).errors == []
    assert chromium.installability_errors(page) == []
    chromium.set_offline(True)
    suffix = "/" if builder == "dirhtml" else ".html"
    page.goto(f"{site.url}guide/moorings{suffix}")
    page.locator("text=Another build.").wait_for()
    sheets = "[...document.querySelectorAll('link[rel=stylesheet]')].every((link) => link.sheet)"
    assert page.evaluate(sheets), "a style sheet is not stored"
    page.goto(f"{site.url}search{suffix}?q=halyard&check_keywords=yes&area=default")
    page.locator("#search-results li a >> text=Moorings").wait_for()
    chromium.set_offline(False)
    chromium.forget(site.url)


def test_a_mistake_names_the_file_and_what_to_write(project: Path, run: Run) -> None:
    settings = project / "conf.py"
    settings.write_text(settings.read_text() + 'pwagen = {"app": {"nmae": "X"}}\n')
    output = build(run, fails=True)
    assert 'conf.py: pwagen["app"]["nmae"]: app.nmae: unknown key - did you mean "name"?' in output


def test_the_settings_say_what_the_app_is_and_a_build_without_changes_leaves_the_sources_alone(
    project: Path, run: Run
) -> None:
    settings = project / "conf.py"
    options = {
        "app": {"short_name": "Manual"},
        "offline": {"max_file_size": "100 B"},
        "hosting": "nginx",
    }
    settings.write_text(f"{settings.read_text()}pwagen = {options}\n")

    def written() -> dict[str, int]:
        files = (path for path in project.rglob("*") if path.is_file())
        return {str(file): file.stat().st_mtime_ns for file in files if "_build" not in file.parts}

    output = run("sphinx", ".", "_build/html")
    assert "more: not stored, it is larger than max_file_size (100 B)" in output
    # Whoever has accessible-pygments, as furo does, sees what every library has to say.
    assert "VIPS" not in output
    manifest = json.loads((project / "_build/html/manifest.json").read_text())
    assert (manifest["name"], manifest["short_name"]) == ("Harbour Manual", "Manual")
    assert manifest["lang"] == "en"
    assert manifest["theme_color"] == "#0b3d5c"
    assert (project / "_build/html/icons/icon-512.png").is_file()
    assert not (project / "pwagen.lock").exists()
    # The headers for a host are not published.
    assert (project / "dist/hosting/README.md").is_file()
    assert not (project / "_build/html/hosting").exists()

    # sphinx-autobuild watches the sources, and builds again at each change.
    before = written()
    assert "VIPS" not in run("sphinx", ".", "_build/html")
    assert written() == before


def test_other_builders_are_left_alone(project: Path, run: Run) -> None:
    run("sphinx", "-W", "-q", "-b", "text", ".", "_build/text")
    assert not (project / "_build/text/sw.js").exists()
