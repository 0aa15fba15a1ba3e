"""What a command says where pwagen alone is installed, without the packages of an extra."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pwagen.imports.optional_packages import install_command

WITHOUT = """
import sys
sys.modules[{module!r}] = None
from pwagen.cli import run
sys.argv = ["pwagen", *{command!r}]
run()
"""
STORE = ("--store", "store.db")
COMMANDS = (
    ("send", "list.jsonl", "--title", "x", "--subject", "mailto:push@harbour.news"),
    ("broadcasts", *STORE),
    ("subscriptions", "list", *STORE),
    ("subscriptions", "count", *STORE),
    ("subscriptions", "export", *STORE),
    ("subscriptions", "export", "-o", "new.jsonl", *STORE),
    ("subscriptions", "import", "list.jsonl", *STORE),
    ("subscriptions", "prune", "--gone", *STORE),
    ("subscriptions", "prune", *STORE),
)


def run_without(module: str, folder: Path, *command: str) -> tuple[int, str, str]:
    """Return the exit code, the output and the errors of a command that can't import a module."""
    source = WITHOUT.format(module=module, command=command)
    done = subprocess.run(
        [sys.executable, "-c", source], cwd=folder, capture_output=True, text=True, check=False, timeout=60
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("module", ["sqlalchemy", "httptools"])
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_command_says_which_extra_it_needs(command: tuple[str, ...], module: str, tmp_path: Path) -> None:
    code, output, errors = run_without(module, tmp_path, *command)
    assert (code, output) == (2, "")
    assert errors == f"sending needs {module}, which is not installed - {install_command('send')}\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "command", [("send",), ("broadcasts",), ("subscriptions",), ("subscriptions", "prune")], ids=" ".join
)
def test_the_help_needs_no_extra(command: tuple[str, ...], tmp_path: Path) -> None:
    code, output, errors = run_without("sqlalchemy", tmp_path, *command, "--help")
    assert (code, errors) == (0, "")
    assert "Usage:" in output


@pytest.mark.slow
@pytest.mark.parametrize(
    ("module", "package", "extra"),
    [
        ("sqlalchemy", "pwagen.integrations.flask", "flask"),
        ("starlette", "pwagen.integrations.starlette", "starlette"),
    ],
)
def test_an_integration_says_which_extra_it_needs(module: str, package: str, extra: str) -> None:
    source = f"import sys; sys.modules[{module!r}] = None; import {package}"
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, timeout=60)
    assert done.stderr.splitlines()[-1] == (
        f"ImportError: {package} needs {module}, which is not installed - {install_command(extra)}"
    )


def test_a_public_name_says_which_extra_it_needs() -> None:
    source = "import sys; sys.modules['sqlalchemy'] = None; from pwagen.push import Store"
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, timeout=60)
    assert done.stderr.splitlines()[-1] == (
        f"ImportError: pwagen.push needs sqlalchemy, which is not installed - {install_command('send')}"
    )
