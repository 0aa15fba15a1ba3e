"""Users' type checkers read pwagen's annotations, from the package as it is installed."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from tests.folders import CACHE, ROOT

PROGRAM = ROOT / "tests" / "user_program.py"
MISTAKES = """\
from pathlib import Path

from pwagen.push import Message, Nonsense, Status, load_key_pair  # mistake: attr-defined
from pwagen.serve import RateLimit
from pwagen.testing import Chromium, Nowhere  # mistake: attr-defined

message = Message(title=3)  # mistake: arg-type
print(message.titel)  # mistake: attr-defined
number: int = Status.GONE  # mistake: assignment
key: str = load_key_pair(Path("vapid-private.pem").read_bytes())  # mistake: assignment
limit = RateLimit(per_minute="many")  # mistake: arg-type


def test(chromium: Chromium) -> int:
    return chromium.open(8000)  # mistake: return-value, arg-type
"""
PUBLIC = ("pwagen", "pwagen.push", "pwagen.serve", "pwagen.testing")


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the Python of an environment with pwagen's wheel, and with the dependencies of this one."""
    packages = tmp_path_factory.mktemp("packages")
    build = ("-m", "build", "--no-isolation", "--wheel", "--outdir", str(packages), str(ROOT))
    subprocess.run([sys.executable, *build], check=True, capture_output=True)
    (wheel,) = packages.glob("*.whl")
    folder = packages / "venv"
    venv.create(folder, symlinks=True)
    (own,) = folder.glob("lib/*/site-packages")
    zipfile.ZipFile(wheel).extractall(own)
    # Behind its own packages; an editable pwagen in there is not found this way.
    (own / "dependencies.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return folder / "bin" / "python"


def mypy(python: Path, program: str, folder: Path) -> str:
    """Return what a strict mypy says about a program; beside the tests it would find our sources.

    What it knows of files, by their hash, is kept for all runs: most of it is of Playwright.
    """
    (folder / "program.py").write_text(program, encoding="utf-8")
    options = ("--strict", "--python-executable", str(python), "--cache-dir", str(CACHE / "pwagen-mypy"))
    command = [sys.executable, "-m", "mypy", "--config-file=", *options, "program.py"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True).stdout


@pytest.mark.slow
def test_a_program_without_mistakes_passes(python: Path, tmp_path: Path) -> None:
    printed = mypy(python, PROGRAM.read_text(encoding="utf-8"), tmp_path)
    assert printed == "Success: no issues found in 1 source file\n"


@pytest.mark.slow
def test_each_mistake_is_found(python: Path, tmp_path: Path) -> None:
    marks = [re.search(r"# mistake: (.*)", line) for line in MISTAKES.splitlines()]
    expected = {(line, code) for line, mark in enumerate(marks, 1) if mark for code in mark[1].split(", ")}
    errors = re.findall(r"program.py:(\d+): error: .*\[([\w-]+)\]", mypy(python, MISTAKES, tmp_path))
    assert {(int(line), code) for line, code in errors} == expected


@pytest.mark.parametrize("package", PUBLIC)
def test_each_public_name_exists(package: str) -> None:
    module = importlib.import_module(package)
    assert module.__all__
    assert [name for name in module.__all__ if not hasattr(module, name)] == []


@pytest.mark.parametrize("package", PUBLIC)
def test_another_name_does_not(package: str) -> None:
    with pytest.raises(AttributeError, match="has no attribute 'nonsense'"):
        _ = importlib.import_module(package).nonsense
