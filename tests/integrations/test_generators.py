"""Generators with a build of their own, and the step that follows it, in Chromium."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pwagen.testing.site_server.site_server import SiteServer
from tests.audit.test_projects import findings_in
from tests.folders import ROOT

if TYPE_CHECKING:
    from pwagen.testing.chromium.chromium import Chromium

pytestmark = pytest.mark.slow
PROJECTS = Path(__file__).parent / "generators"
INSTALL_SECONDS = 200
NPM_BUILD = ("npm", "run", "--silent", "build")


@dataclass(frozen=True)
class Project:
    """A project of a generator: ``build`` are its commands, ``page`` a deep one, ``source`` that of it.

    ``step`` is what `pwagen init` says to write; ``mount`` the path that the site is served below;
    ``hashed`` matches the names of its assets with a hash.
    """

    build: tuple[tuple[str, ...], ...]
    step: str
    folder: str
    source: str
    style: str
    page: str = "guide/moorings/"
    mount: str = "/"
    hashed: str = ""


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
    "vite": Project((NPM_BUILD,), IN_PACKAGE_JSON, "dist", "src/main.js", "src/style.css", hashed=HASHED),
}  # fmt: skip


@pytest.fixture(scope="module")
def node_modules() -> Path:
    """Return the generators of package.json, installed once for all runs."""
    if not shutil.which("npm"):
        pytest.skip("npm is not installed")
    versions = (PROJECTS / "package.json").read_bytes()
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "pwagen-generators"
    folder = cache / hashlib.sha256(versions).hexdigest()[:16]
    if not folder.is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as scratch:
            shutil.copy(PROJECTS / "package.json", scratch)
            command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
            try:
                done = subprocess.run(
                    command, cwd=scratch, timeout=INSTALL_SECONDS, capture_output=True, text=True
                )
            except subprocess.TimeoutExpired:
                pytest.skip(f"npm installed no generators in {INSTALL_SECONDS} s: is there a network?")
            if done.returncode:
                pytest.skip(f"npm installed no generators: {done.stderr.strip()}")
            shutil.copytree(scratch, folder, symlinks=True, dirs_exist_ok=True)
    return folder / "node_modules"


class Terminal:
    """Runs commands in a project, ``pwagen`` among them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        programs = folder.parent / "programs"
        programs.mkdir()
        (programs / "pwagen").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m pwagen "$@"\n')
        (programs / "pwagen").chmod(0o755)
        path = (str(programs), str(Path(sys.executable).parent), os.environ["PATH"])
        self._environment = {
            **os.environ,
            "PATH": os.pathsep.join(path),
            "HOME": str(folder.parent),
            "ASTRO_TELEMETRY_DISABLED": "1",
            "NPM_CONFIG_UPDATE_NOTIFIER": "false",
        }

    def run(self, *command: str, fails: bool = False) -> str:
        """Return what a command prints."""
        done = subprocess.run(
            command, cwd=self.folder, env=self._environment, capture_output=True, text=True, timeout=100
        )
        output = done.stdout + done.stderr
        assert (done.returncode != 0) == fails, output
        assert "Traceback" not in output
        return output


@pytest.fixture(params=GENERATORS)
def generator(request: pytest.FixtureRequest) -> str:
    """Return the name of a generator that is installed."""
    name: str = request.param
    if "npm" in GENERATORS[name].build[0]:
        request.getfixturevalue("node_modules")
    elif not (shutil.which(name) or (Path(sys.executable).parent / name).exists()):
        pytest.skip(f"{name} is not installed")
    return name


@pytest.fixture
def terminal(generator: str, request: pytest.FixtureRequest, tmp_path: Path) -> Terminal:
    """Return a terminal in a copy of the generator's project."""
    folder = shutil.copytree(PROJECTS / generator, tmp_path / "project")
    if (folder / "package.json").exists():
        (folder / "node_modules").symlink_to(request.getfixturevalue("node_modules"))
    return Terminal(folder)


@pytest.mark.browser
def test_one_step_after_the_build_makes_an_app(
    chromium: Chromium, serve_site: Callable[..., SiteServer], generator: str, terminal: Terminal
) -> None:
    project, folder = GENERATORS[generator], terminal.folder
    terminal.run(*project.build[0])
    assert project.step in terminal.run("pwagen", "init", "--yes")
    if project.step == IN_PACKAGE_JSON:
        change(folder / "package.json", '"scripts": {', f'"scripts": {{ {IN_PACKAGE_JSON},')
    for command in project.build:
        terminal.run(*command)
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
    page.goto(f"{site.url}{project.page}")
    page.locator("text=Another build").wait_for()
    color = page.evaluate("getComputedStyle(document.body).color")
    assert color == "rgb(92, 61, 11)", "the style sheet is not that of the second build"
    chromium.set_offline(False)
    chromium.forget(site.url)

    config = folder / "pwagen.yaml"
    config.write_text(config.read_text().replace("  name:", "  nmae:", 1))
    output = terminal.run(*project.build[-1], fails=True)
    assert re.search(r'pwagen\.yaml:6:3: app\.nmae: unknown key - did you mean "name"\?', output), output


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
