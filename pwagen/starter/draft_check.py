"""The problems that a build would report for values, before they are written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pwagen.names import KEY_NAME
from pwagen.starter.config_text import Start, document
from pwagen.starter.starter_files import problem_in
from pwagen.starter.takeover import Check


def member_check(project: Path, public_key: str) -> Check:
    """Return a function that tells what is wrong with members of ``app``, None if nothing is."""

    def check(app: dict[str, Any]) -> str | None:
        error = problem_in(project, document(Start({"name": "App", **app}), public_key, KEY_NAME))
        if error is None:
            return None
        return "; ".join(
            f"{problem.message} - {problem.fix}" if problem.fix else problem.message
            for problem in error.problems
        )

    return check
