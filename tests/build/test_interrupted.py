"""A build that is killed at any moment leaves nothing behind that the next command doesn't put right."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pwagen.build.interrupted import alone
from pwagen.cli import app
from pwagen.errors import PwagenError
from tests.build.dying import killed_command
from tests.site_rule import built, run, tree, wrong_hashes

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no fork")
PAGE = "<!doctype html>\n<html>\n<head>\n<title>{0}</title>\n</head>\n<body>{0}</body>\n</html>\n"


@pytest.fixture
def project(tmp_path: Path, icon_cache: Path) -> Path:
    project = tmp_path / "project"
    (project / ".pwagen").mkdir(parents=True)
    (project / ".pwagen/icons").symlink_to(icon_cache)
    (project / "public/deep").mkdir(parents=True)
    for path in ("index.html", "deep/page.html", "other.html"):
        (project / "public" / path).write_text(PAGE.format(path))
    (project / "public/manifest.json").write_text('{"name": "Theirs"}')
    (project / "pwagen.yaml").write_text(
        "app: {name: X}\nsite: public\ninject: {manifest: replace}\nhosting: nginx\n"
    )
    return project


def killed(project: Path, number: int, *options: str) -> bool:
    """Run an in-place build that dies before its change of the disk with this number; tell whether it did."""
    return killed_command(number, "build", str(project), "--inject", *options)


def temporary(project: Path) -> list[str]:
    return [str(path) for path in project.rglob("*") if ".tmp" in path.name or path.name == "journal"]


def copy_of(project: Path, name: str) -> Path:
    copy = project.parent / name
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(project, copy, symlinks=True)
    return copy


@pytest.mark.slow
@pytest.mark.parametrize("options", [[], ["--undo"]], ids=["build", "undo"])
def test_killed_at_every_change_of_the_disk(project: Path, options: list[str]) -> None:
    original = tree(project / "public")
    whole = copy_of(project, "whole")
    built(whole)
    expected = tree(whole / "public")
    start = whole if options else project
    number = 0
    while True:
        number += 1
        victim = copy_of(start, "victim")
        if not killed(victim, number, *options):
            break
        again, back = copy_of(victim, "again"), copy_of(victim, "back")
        built(again)
        assert tree(again / "public") == expected, number
        assert wrong_hashes(again / "public") == [], number
        assert temporary(again) == [], number
        assert run(again, "--check").exit_code == 0, number
        built(back, "--undo")
        assert tree(back / "public") == original, number
        assert temporary(back) == [], number
    assert number > 20


@pytest.mark.slow
@pytest.mark.parametrize("command", ["build", "remove"])
def test_a_killed_build_beside_the_site_leaves_nothing_either(project: Path, command: str) -> None:
    (project / "pwagen.yaml").write_text("app: {name: X}\nsite: public\nminify: false\noffline: false\n")
    original = tree(project)
    whole = copy_of(project, "whole")
    assert CliRunner().invoke(app, [command, str(whole)]).exit_code == 0
    expected = tree(whole / "dist")
    number = left = 0
    while True:
        number += 1
        victim = copy_of(project, "victim")
        if not killed_command(number, command, str(victim)):
            break
        if temporary(victim):
            left += 1
            back = copy_of(victim, "back")
            check = CliRunner().invoke(app, ["build", str(back), "--check"])
            assert check.exit_code == 1, number
            assert "interrupted" in check.stderr, number
            built(back, "--undo")
            assert temporary(back) == [], number
            assert {*tree(back / "public")} == {*tree(project / "public")}, number
        assert CliRunner().invoke(app, [command, str(victim)]).exit_code == 0, number
        assert tree(victim / "dist") == expected, number
        assert temporary(victim) == [], number
    assert left >= 3
    assert tree(project) == original


def test_a_check_reports_a_killed_build_and_writes_nothing(project: Path) -> None:
    built(project)
    (project / "public/index.html").write_text(PAGE.format("new"))
    # Two of them are the cache of minified scripts.
    assert killed(project, 5)
    before = tree(project / "public")
    result = run(project, "--check")
    assert result.exit_code == 1
    assert "interrupted" in result.stderr
    assert tree(project / "public") == before


def test_a_build_keeps_others_out_only_while_it_lives(project: Path) -> None:
    with alone(project):
        result = run(project)
        assert result.exit_code != 0
        assert "another build is at work" in str(result.exception)
    built(project)


def test_a_dead_builds_lock_holds_nobody_up(project: Path) -> None:
    code = (
        "import os; from pathlib import Path; from pwagen.build.interrupted import alone\n"
        f"with alone(Path({str(project)!r})): os._exit(1)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 1
    built(project)


def test_undo_never_overwrites_what_was_put_there_since(project: Path) -> None:
    built(project)
    theirs = project / "public/manifest.json"
    theirs.unlink()
    theirs.symlink_to("nowhere.json")
    (project / "public/register.js").write_text("// mine now")
    run(project, "--undo")
    assert theirs.is_symlink()
    assert (project / "public/register.js").read_text() == "// mine now"


@pytest.mark.parametrize("length", [245, 250, 255])
def test_file_names_may_be_as_long_as_the_file_system_allows(project: Path, length: int) -> None:
    (project / "public" / f"{'p' * (length - 5)}.html").write_text(PAGE.format("long"))
    built(project)
    assert wrong_hashes(project / "public") == []


def test_two_builds_at_once_are_told_apart(project: Path) -> None:
    with alone(project), pytest.raises(PwagenError), alone(project):
        pass
