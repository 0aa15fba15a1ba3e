"""What the integrations' tests share: a copy of a framework's project, and its command line."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.folders import share_icons

HERE = Path(__file__).parent
Run = Callable[..., str]


@pytest.fixture
def project(request: pytest.FixtureRequest, tmp_path: Path, icon_cache: Path) -> Path:
    """Return a copy of the project in the folder that the test's module is about, e.g. test_mkdocs.py."""
    name = request.path.stem.removeprefix("test_")
    folder = shutil.copytree(HERE / name, tmp_path / "project", ignore=shutil.ignore_patterns("__pycache__"))
    share_icons(folder, icon_cache)
    return folder


@pytest.fixture
def run(project: Path) -> Run:
    """Return a function that runs a Python module in the project: it returns the output."""

    def run(*arguments: str, fails: bool = False) -> str:
        done = subprocess.run(
            [sys.executable, "-m", *arguments],
            cwd=project,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=100,
        )
        output = done.stdout + done.stderr
        assert (done.returncode != 0) == fails, output
        assert "Traceback" not in output
        return output

    return run
