"""Failures of the system, as programs read them: a full disk, a limit on files, a read-only folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.site_rule import tree

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not hasattr(os, "fork"), reason="POSIX")]
PAGE = "<!doctype html>\n<html>\n<head>\n<title>a</title>\n</head>\n<body>a</body>\n</html>\n"
IN_PLACE = pytest.mark.parametrize("options", [[], ["--inject"]], ids=["beside", "in place"])


def make(project: Path) -> Path:
    (project / "public").mkdir(parents=True)
    (project / "public/index.html").write_text(PAGE)
    (project / "pwagen.yaml").write_text("app: {name: X}\nsite: public\nminify: false\n")
    return project


def failure(project: Path, *options: str, limit: str = "") -> dict[str, Any]:
    """Return the only error that a build reports as JSON."""
    command = f"{limit} exec {sys.executable} -m pwagen build {project} --json {' '.join(options)}"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    [error] = json.loads(done.stdout)["errors"]
    assert isinstance(error, dict)
    return error


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 64 KiB, whose owner is whoever runs the tests."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "none", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("nothing can be mounted here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@IN_PLACE
def test_a_full_disk(small_disk: Path, options: list[str]) -> None:
    project = make(small_disk / "project")
    before = tree(project)
    error = failure(project, *options)
    assert error["path"].startswith(str(project))
    assert error["message"] == "no space left on device"
    assert {path for path in tree(project) if not path.startswith(".pwagen")} == {*before}
    assert tree(project / "public") == {"index.html": before["public/index.html"]}


@IN_PLACE
def test_a_limit_on_files(tmp_path: Path, options: list[str]) -> None:
    project = make(tmp_path)
    error = failure(project, *options, limit="ulimit -f 8;")
    assert error["path"].startswith(str(project))
    assert error["message"] == "file too large"


@IN_PLACE
def test_a_folder_that_is_read_only(small_disk: Path, options: list[str]) -> None:
    project = make(small_disk / "project")
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    error = failure(project, *options)
    assert error["path"].startswith(str(project))
    assert error["message"] == "read-only file system"
