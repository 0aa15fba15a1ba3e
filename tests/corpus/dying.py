"""A command that dies in the middle, in a process that nothing has run in before."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from typing import Any

from typer.testing import CliRunner

from pwagen.cli import app

DEAD = 77
NAMES = ("replace", "unlink", "rmdir", "link")
# Not a fork of this process: that would have none of the threads that the minifier's garbage collector and
# the painters of icons wait for.
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(
    [
        __name__,
        # What takes the longest to import.
        *("jinja2", "pwagen.build.plan", "pwagen.build.project", "pwagen.build.write"),
        *("pwagen.config.parsing.parse", "pwagen.inject.in_place_build"),
    ]
)


def killed_command(number: int, *arguments: str) -> bool:
    """Run a command that dies before its change of the disk with this number; tell whether it did."""
    process = _PROCESSES.Process(target=_run, args=(number, arguments))
    process.start()
    process.join()
    assert process.exitcode in (0, DEAD)
    return process.exitcode == DEAD


def _run(number: int, arguments: tuple[str, ...]) -> None:
    count = 0

    def counted(original: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            nonlocal count
            count += 1
            if count == number:
                os._exit(DEAD)
            return original(*arguments, **named)

        return call

    for name in NAMES:
        setattr(os, name, counted(getattr(os, name)))
    os._exit(CliRunner().invoke(app, arguments).exit_code)
