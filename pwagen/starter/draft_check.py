"""The problems that a build would report for values, before they are written."""

from __future__ import annotations

from pathlib import Path

from pwagen.names import KEY_NAME
from pwagen.starter.config_text import Start, document
from pwagen.starter.icon_takeover import CheckIcons
from pwagen.starter.starter_files import problem_in
from pwagen.starter.takeover import Check


def member_check(project: Path, public_key: str) -> Check:
    """Return a function that tells what is wrong with members of ``app``, nothing if they are right."""

    return lambda app: _problems(project, Start({"name": "App", **app}), public_key)


def icon_check(project: Path, public_key: str) -> CheckIcons:
    """Return a function that tells what is wrong with icons that exist already, nothing if they are right."""
    return lambda files: _problems(project, Start({"name": "App"}, icon_files=tuple(files)), public_key)


def _problems(project: Path, start: Start, public_key: str) -> list[str]:
    error = problem_in(project, document(start, public_key, KEY_NAME))
    return [
        f"{problem.message} - {problem.fix}" if problem.fix else problem.message
        for problem in (error.problems if error else ())
    ]
