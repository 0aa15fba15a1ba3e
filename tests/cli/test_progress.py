"""The bar of what takes long: on a terminal, after a second, and nowhere else."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are those of Unix")

SCRIPT = """
import sys, time
from pwagen.cli import progress
progress.PATIENCE_SECONDS = 0.1
with progress.progress_if_slow("Painting"):
    time.sleep({seconds})
print("rich" in sys.modules)
"""


def on_terminal(script: str) -> tuple[str, str]:
    """Run a script with a terminal for its errors; return what it printed, and what the terminal got."""
    ours, theirs = os.openpty()
    try:
        environment = {**os.environ, "TERM": "xterm", "COLUMNS": "80"}
        command = [sys.executable, "-c", script]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=theirs, check=True, env=environment)
        os.set_blocking(ours, False)
        try:
            shown = os.read(ours, 100_000)
        except BlockingIOError:
            shown = b""
        return done.stdout.decode().strip(), shown.decode()
    finally:
        os.close(ours)
        os.close(theirs)


def test_bar_is_drawn_past_the_patience() -> None:
    printed, shown = on_terminal(SCRIPT.format(seconds=0.8))
    assert printed == "True"
    assert "Painting" in shown


def test_nothing_is_drawn_or_loaded_before() -> None:
    assert on_terminal(SCRIPT.format(seconds=0)) == ("False", "")


def test_nothing_is_drawn_without_a_terminal() -> None:
    command = [sys.executable, "-c", SCRIPT.format(seconds=0.5)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert (done.stdout.strip(), done.stderr) == ("False", "")


@pytest.mark.parametrize("command", ["build", "icons"])
def test_slow_icons_have_a_bar(command: str, tmp_path: Path) -> None:
    (tmp_path / "pwagen.yaml").write_text("app: {name: Tides}\nicons: {monogram: {}}\n")
    script = (
        "from pwagen.cli import app, progress; progress.PATIENCE_SECONDS = 0.01; "
        f"app([{command!r}, {str(tmp_path)!r}])"
    )
    shown = on_terminal(script)[1]
    assert {"build": "Building", "icons": "Painting"}[command] in shown
