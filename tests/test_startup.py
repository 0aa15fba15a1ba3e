"""Start-up is most of a small build: what a command doesn't use, it doesn't import."""

from __future__ import annotations

import gc
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pwagen.__main__ import main

HEAVY = (
    "aiohttp",
    "asyncio",
    "cryptography",
    "dbus_fast",
    "http.client",
    "jinja2",
    "playwright",
    "pydantic",
    "pyvips",
    "rich",
    "minify",
    "sqlalchemy",
    "starlette",
    "uvicorn",
)
RUN = """
import sys
from pwagen.cli import run
sys.argv = ["pwagen", *sys.argv[1:]]
try:
    run()
except SystemExit as done:
    assert not done.code, done.code
print("\\n".join(sys.modules))
"""


SEARCHED = """
import gc, sys
searched = [0]
def note(phase, collection):
    if phase == "start":
        generations = range(collection["generation"] + 1)
        searched.append(sum(len(gc.get_objects(generation)) for generation in generations))
gc.callbacks.append(note)
from pwagen.__main__ import main
sys.argv = ["pwagen", *sys.argv[1:]]
try:
    main()
except SystemExit as done:
    assert not done.code, done.code
print(max(searched))
"""


def modules_after(*arguments: str) -> set[str]:
    """Return the modules that a command has imported when it ends."""
    done = subprocess.run([sys.executable, "-c", RUN, *arguments], capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines())


def copy_project(target: Path) -> None:
    """Copy the project that has everything on, without what was cached beside it."""
    ignored = shutil.ignore_patterns(".pwagen", "out")
    shutil.copytree(Path(__file__).parent / "golden/full", target, ignore=ignored)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = tmp_path_factory.mktemp("startup") / "project"
    copy_project(project)
    modules_after("build", str(project))
    return project


def test_help_loads_no_part_of_a_build() -> None:
    modules = modules_after("--help")
    assert modules & {*HEAVY, "yaml", "msgspec", "pwagen.config.model", "pwagen.build.plan"} == set()


@pytest.mark.slow
def test_an_unchanged_build_loads_only_what_it_uses(built: Path) -> None:
    modules = modules_after("build", str(built))
    assert {"msgspec", "yaml"} <= modules
    assert modules & set(HEAVY) == set()
    others = tuple(f"pwagen.{part}." for part in ("browser", "serve", "hosting", "inject", "starter"))
    assert [name for name in modules if f"{name}.".startswith(others)] == []


@pytest.mark.slow
def test_a_build_is_not_searched_for_garbage(built: Path) -> None:
    command = [sys.executable, "-c", SEARCHED, "build", str(built)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    # A build leaves some 30,000 objects, which take longer to look at than the whole site.
    assert int(done.stdout.splitlines()[-1]) < 3000


@pytest.mark.slow
def test_an_unchanged_build_into_the_site_loads_only_what_it_uses(tmp_path: Path) -> None:
    project = tmp_path / "project"
    copy_project(project)
    (project / "public").mkdir()
    (project / "public/index.html").write_text("<!doctype html><head><title>X</title></head>")
    with (project / "pwagen.yaml").open("a") as config:
        config.write("\nsite: public\n")
    modules_after("build", "--inject", str(project))
    modules = modules_after("build", "--inject", str(project))
    assert "pwagen.inject.injection" in modules
    assert modules & set(HEAVY) == set()
    others = tuple(f"pwagen.{part}." for part in ("browser", "serve", "starter"))
    assert [name for name in modules if f"{name}.".startswith(others)] == []


@pytest.mark.slow
def test_an_unchanged_build_loads_no_more_modules_than_it_did(built: Path) -> None:
    own = {name for name in modules_after("build", str(built)) if name.partition(".")[0] == "pwagen"}
    # Each costs about as much as to read and hash three files. One more has to be worth that.
    assert len(own) <= 99


@pytest.mark.slow
def test_a_first_build_loads_what_makes_icons_and_texts(tmp_path: Path) -> None:
    copy_project(tmp_path / "project")
    assert {"jinja2", "pyvips"} <= modules_after("build", str(tmp_path / "project"))


def test_commands_that_run_for_long_have_their_garbage_collected(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    monkeypatch.setattr("pwagen.cli.run", lambda: seen.append(gc.isenabled()))
    main()
    gc.unfreeze()
    assert seen == [True]
