"""Pages that are too large to be held in memory are published and stored as they are."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from pwagen.inject.merge import LARGEST_PAGE
from tests.site_rule import built, keeps_the_rule

pytestmark = pytest.mark.slow

START = b"<!doctype html>\n<html>\n<head>\n<title>a</title>\n</head>\n<body>x</body>\n</html>\n"
SIZE = 160 << 20


@pytest.fixture
def project(tmp_path: Path, icons_of_another_test: None) -> Path:
    (tmp_path / "public").mkdir()
    (tmp_path / "public/index.html").write_bytes(START)
    (tmp_path / "pwagen.yaml").write_text("app: {name: X}\nsite: public\nminify: false\n")
    return tmp_path


def large_page(project: Path, size: int) -> Path:
    page = project / "public/large.html"
    page.write_bytes(START)
    os.truncate(page, size)
    return page


@pytest.mark.skipif(sys.platform != "linux", reason="/proc")
@pytest.mark.parametrize("options", [[], ["--inject"], ["--inject", "--undo"]], ids=" ".join)
def test_a_huge_page_takes_no_memory(project: Path, options: list[str]) -> None:
    large_page(project, SIZE)
    code = (
        "import pathlib, sys\n"
        "from pwagen.cli import app\n"
        "try:\n    app(sys.argv[1:])\n"
        # getrusage would give the size of the tests' own process, which this one was forked from.
        "finally:\n    print(pathlib.Path('/proc/self/status').read_text(), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "build", str(project), *options],
        capture_output=True,
        text=True,
        check=True,
    )
    peak = re.search(r"^VmHWM:\s+(\d+) kB$", done.stderr, re.MULTILINE)
    assert peak
    assert int(peak[1]) << 10 < SIZE * 3 // 4


def test_a_page_that_is_too_large_is_left_and_named(project: Path) -> None:
    page = large_page(project, LARGEST_PAGE + 1)
    result = built(project)
    assert "large.html: left as it is: it is larger than 32 MiB" in result.stderr
    assert page.stat().st_size == LARGEST_PAGE + 1


def test_a_page_that_its_tags_would_make_too_large_keeps_the_rule(project: Path) -> None:
    large_page(project, LARGEST_PAGE - 10)
    keeps_the_rule(project, project / "public")
