"""Write docs/commands.md, the help text of every command: ``python tools/commands.py``."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

TARGET = Path(__file__).resolve().parents[1] / "docs" / "commands.md"
INTRODUCTION = """# Commands

Every command prints its result on standard output, and progress and diagnostics on standard error. It exits
with 0 if all is well, with 1 if it found something, and with 2 if it was used wrongly or the config has a
mistake; the message then says where, what is wrong and what to write instead.

This page is what `--help` prints, written by `tools/commands.py`.
"""


def text() -> str:
    """Return the page as it should be."""
    commands = [
        full
        for command in _commands("")
        for full in [command, *(f"{command} {name}" for name in _commands(command))]
    ]
    return INTRODUCTION + "".join(
        f"\n## pwagen {command}\n\n```text\n{_help(command)}```\n" for command in commands
    )


def _commands(of: str) -> list[str]:
    """Return the names of the commands, or of a command's own."""
    return re.findall(r"^  (\w[\w-]*)  ", _help(of).partition("Commands:\n")[2], re.MULTILINE)


def _help(command: str) -> str:
    run = [sys.executable, "-c", "from pwagen.cli import run; run()", *command.split(), "--help"]
    environment = {"COLUMNS": "100", "TERM": "dumb", "PATH": "", "PYTHONPATH": ":".join(sys.path)}
    printed = subprocess.run(run, capture_output=True, text=True, check=True, env=environment)  # noqa: S603
    return re.sub(r" +$", "", printed.stdout.replace("Usage: -c ", "Usage: pwagen "), flags=re.MULTILINE)


if __name__ == "__main__":
    TARGET.write_text(text(), encoding="utf-8")
    print(f"{TARGET}: written")
