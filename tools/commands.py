"""Write docs/commands.md, the help text of every command: ``python tools/commands.py``."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from typer.testing import CliRunner

from pwagen.cli import app

TERMINAL_WIDTH = 78  # Typer's own in a terminal of 80 columns or more
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


@cache
def _help(command: str) -> str:
    arguments = [*command.split(), "--help"]
    printed = CliRunner().invoke(app, arguments, prog_name="pwagen", terminal_width=TERMINAL_WIDTH)
    assert printed.exit_code == 0, printed.output
    return re.sub(r" +$", "", printed.stdout, flags=re.MULTILINE)


if __name__ == "__main__":
    TARGET.write_text(text(), encoding="utf-8")
    print(f"{TARGET}: written")
