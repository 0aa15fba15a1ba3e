"""The generated files, whole: `make golden` rewrites them, a review of the difference shows what changed."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.golden.snapshot import CASES, FOLDER, actual, expected


@pytest.mark.parametrize("case", CASES)
def test_a_build_makes_the_golden_files(case: str) -> None:
    built, kept = actual(case), expected(case)
    assert sorted(built) == sorted(kept)
    for path, text in kept.items():
        assert built[path] == text, f"{case}/out/{path}: `make golden` rewrites it if the change is wanted"


@pytest.mark.parametrize("case", CASES)
def test_a_build_is_deterministic(case: str) -> None:
    assert actual(case) == actual(case)


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_the_scripts_are_valid_javascript_and_the_manifest_is_json(case: str, node: Path) -> None:
    for script in ("sw.js", "readable/register.js", "readable/register.more.js"):
        done = subprocess.run(
            [node, "--check", FOLDER / case / "out" / script], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
    assert json.loads((FOLDER / case / "out/manifest.json").read_text())["name"]
