"""A build that is killed at any moment leaves nothing behind that the next command doesn't put right."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from pwagen.build.interrupted import alone
from pwagen.cli import app
from pwagen.errors import PwagenError
from tests.folders import share_icons
from tests.site_rule import built, run, tree, wrong_hashes

PAGE = "<!doctype html>\n<html>\n<head>\n<title>{0}</title>\n</head>\n<body>{0}</body>\n</html>\n"


@pytest.fixture
def project(tmp_path: Path, icon_cache: Path) -> Path:
    project = tmp_path / "project"
    share_icons(project, icon_cache)
    (project / "public/deep").mkdir(parents=True)
    for path in ("index.html", "deep/page.html", "other.html"):
        (project / "public" / path).write_text(PAGE.format(path))
    (project / "public/manifest.json").write_text('{"name": "Theirs"}')
    (project / "pwagen.yaml").write_text(
        "app: {name: X}\nsite: public\ninject: {manifest: replace}\nhosting: nginx\n"
    )
    return project


def copy_of(project: Path, name: str) -> Path:
    copy = project.parent / name
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(project, copy, symlinks=True)
    return copy


def built_files(project: Path) -> dict[str, str]:
    """Return what is in a project but for the cache of hashes, which has the times of files."""
    return {path: hash for path, hash in tree(project).items() if path != ".pwagen/hashes"}


def copies_before_changes(project: Path, monkeypatch: pytest.MonkeyPatch, *command: str) -> list[Path]:
    """Run a command; return copies of the project, one as it was before each change of the disk.

    They are what a process leaves that dies there: what it has yet to write is in its memory alone.
    """
    copies: list[Path] = []

    def copied_before(original: Callable[..., Any]) -> Callable[..., Any]:
        def change(*arguments: Any, **named: Any) -> Any:
            copies.append(copy_of(project, f"death-{len(copies)}"))
            return original(*arguments, **named)

        return change

    with monkeypatch.context() as patch:
        for name in ("replace", "unlink", "rmdir", "link"):
            patch.setattr(os, name, copied_before(getattr(os, name)))
        assert CliRunner().invoke(app, [*command, str(project)]).exit_code == 0
    return copies


def temporary(project: Path) -> list[str]:
    return [str(path) for path in project.rglob("*") if ".tmp" in path.name or path.name == "journal"]


@pytest.mark.slow
@pytest.mark.parametrize("options", [[], ["--undo"]], ids=["build", "undo"])
def test_killed_at_every_change_of_the_disk(
    project: Path, options: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    original = tree(project / "public")
    whole = copy_of(project, "whole")
    built(whole)
    expected = built_files(whole)
    assert wrong_hashes(whole / "public") == []
    assert temporary(whole) == []
    assert run(whole, "--check").exit_code == 0
    deaths = copies_before_changes(whole if options else project, monkeypatch, "build", "--inject", *options)
    assert len(deaths) >= 20
    for number, back in enumerate(deaths):
        again = copy_of(back, "again")
        built(again)
        assert built_files(again) == expected, number
        built(back, "--undo")
        assert tree(back / "public") == original, number
        assert temporary(back) == [], number


@pytest.mark.slow
@pytest.mark.parametrize("command", ["build", "remove"])
def test_a_killed_build_beside_the_site_leaves_nothing_either(
    project: Path, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "pwagen.yaml").write_text("app: {name: X}\nsite: public\nminify: false\noffline: false\n")
    original = tree(project)
    whole = copy_of(project, "whole")
    deaths = copies_before_changes(whole, monkeypatch, command)
    expected = tree(whole / "dist")
    left = 0
    for number, victim in enumerate(deaths):
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


def test_a_check_reports_a_killed_build_and_writes_nothing(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built(project)
    (project / "public/index.html").write_text(PAGE.format("new"))
    # Two of them are the cache of minified scripts.
    victim = copies_before_changes(project, monkeypatch, "build", "--inject")[4]
    before = tree(victim / "public")
    result = run(victim, "--check")
    assert result.exit_code == 1
    assert "interrupted" in result.stderr
    assert tree(victim / "public") == before


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
