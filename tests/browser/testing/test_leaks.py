"""Nothing stays: no process, no port, no thread, no file, no warning."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from pwagen.testing.find_browser import find_chromium, find_firefox
from pwagen.testing.pytest_plugin import available
from tests.folders import TESTS

pytestmark = pytest.mark.browser

SCRIPT = TESTS / "browser/everything.py"


def processes_marked(mark: str) -> list[str]:
    """Return the command lines of the processes that inherited the mark in their environment."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (process / "environ").read_bytes():
                found.append((process / "cmdline").read_bytes().decode(errors="replace"))
        except OSError:
            continue  # it ended, or it isn't ours
    return found


@pytest.fixture
def short_path() -> Iterator[Path]:
    """Return an empty folder; tmp_path is too long for the socket that Chromium makes in TMPDIR."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


@pytest.fixture
def both_browsers(pytestconfig: pytest.Config) -> None:
    """Skip the test, by name, where a browser is missing; none is started beside those of the script."""
    for find in (find_chromium, find_firefox):
        available(pytestconfig, find)


@pytest.mark.usefixtures("both_browsers", "desktop")
def test_nothing_is_left_behind(short_path: Path) -> None:
    mark = uuid.uuid4().hex
    environment = os.environ | {"PWAGEN_TEST_MARK": mark, "TMPDIR": str(short_path)}
    ran = subprocess.run(
        [sys.executable, "-W", "error", SCRIPT], env=environment, capture_output=True, text=True, timeout=115
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    ports, threads = ran.stdout.splitlines()

    assert threads == ""
    for port in map(int, ports.split()):
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port), timeout=1)
    assert processes_marked(mark) == []
    assert [path.name for path in short_path.iterdir()] == []
