"""The package as users get it: built from the source distribution, installed where nothing else is."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import venv
import zipfile
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

import pytest

from tests.folders import copy_sample

ROOT = Path(__file__).resolve().parents[1]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a wheel that was built from a source distribution, so that both are complete."""
    out = tmp_path_factory.mktemp("packages")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(ROOT))
    (built,) = out.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the Python of an environment that has the wheel and what it declares to need, nothing else."""
    folder = tmp_path_factory.mktemp("clean") / "venv"
    venv.create(folder, symlinks=True)
    python = folder / "bin" / "python"
    packages = Path(run(str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip())
    run(
        sys.executable, "-m", "pip", "--python", str(python), "install", "--no-deps", "--no-index", str(wheel)
    )
    for needed in declared_dependencies(packages):
        link(needed, packages)
    return python


def declared_dependencies(packages: Path) -> list[Distribution]:
    """Return what pwagen's metadata in ``packages`` asks for, and what that asks for, without extras.

    They are taken from the environment that runs the tests, so that no registry is asked.
    """
    (own,) = Distribution.discover(name="pwagen", path=[str(packages)])
    found: dict[str, Distribution] = {}
    queue = list(own.requires or ())
    while queue:
        requirement = queue.pop()
        match = re.match(r"[\w.-]+", requirement)
        if match is None or "extra ==" in requirement or match[0].lower() in found:
            continue
        try:
            needed = distribution(match[0])
        except PackageNotFoundError:
            continue  # for another platform or Python
        found[match[0].lower()] = needed
        queue += needed.requires or ()
    return list(found.values())


def link(needed: Distribution, packages: Path) -> None:
    """Make an installed distribution importable from ``packages`` too."""
    for name in {file.parts[0] for file in needed.files or () if file.parts[0] not in ("..", "__pycache__")}:
        target = packages / name
        if not target.exists():
            target.symlink_to(Path(str(needed.locate_file(name))))


def run(*command: str, cwd: Path | None = None) -> str:
    """Run a command in a neutral environment and return its output; a failure shows all that it said."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    done = subprocess.run(command, cwd=cwd, env=clean, capture_output=True, text=True)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}{done.stderr}"
    return done.stdout


def test_the_wheel_holds_every_template(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())
    templates = {
        f"pwagen/{file.relative_to(ROOT).as_posix()}"
        for file in (ROOT / "templates").rglob("*")
        if file.is_file()
    }
    assert len(templates) > 20
    assert templates <= inside


def test_the_wheel_holds_nothing_but_the_package(wheel: Path) -> None:
    top = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {name.split("-")[0] for name in top} == {"pwagen"}


def test_the_installed_command_explains_itself(python: Path, tmp_path: Path) -> None:
    text = run(str(python.with_name("pwagen")), "--help", cwd=tmp_path)
    assert "build" in text


def test_the_installed_command_builds_the_sample_site(python: Path, tmp_path: Path) -> None:
    project = copy_sample(tmp_path / "sample_site")
    run(str(python.with_name("pwagen")), "build", str(project), cwd=tmp_path)
    built = {file.relative_to(project / "dist").as_posix() for file in (project / "dist").rglob("*")}
    assert {"manifest.json", "sw.js", "register.js", "register.d.ts", "head.html", "offline.html"} <= built
    assert "icons/icon-512.png" in built


def test_the_installed_package_is_the_one_that_runs(python: Path, tmp_path: Path) -> None:
    where = run(
        str(python),
        "-c",
        "import pwagen.render, sys; print(pwagen.__file__, *sys.path)",
        cwd=tmp_path,
    )
    assert str(ROOT) not in where
