"""Where problems are gathered while a config is read."""

from __future__ import annotations

from collections.abc import Mapping

from pwagen.binding.node import Place
from pwagen.errors import Problem

LIMIT = 100


class ProblemReport:
    """The problems of one file, each once.

    `start` is where to look for what is missing. `expressions` are what stands at places in a program, which
    are named by them and not by lines.
    """

    def __init__(self, path: str, start: Place = (1, 1)) -> None:
        """Begin with no problems in the file `path`."""
        self.path = path
        self.start = start
        self.expressions: Mapping[Place, str] = {}
        self.errors: set[Problem] = set()
        self.warnings: set[Problem] = set()

    def problem(self, place: Place, message: str, fix: str = "") -> Problem:
        """Return a problem of the file, without noting it."""
        if place in self.expressions:
            return Problem(self.expressions[place], message=message, fix=fix)
        return Problem(self.path, *place, message, fix)

    def error(self, place: Place, message: str, fix: str = "") -> None:
        """Note something that has to be mended."""
        self.errors.add(self.problem(place, message, fix))

    def warning(self, place: Place, message: str, fix: str = "") -> None:
        """Note something that works, though hardly as it was meant."""
        self.warnings.add(self.problem(place, message, fix))

    @property
    def is_long(self) -> bool:
        """Whether there are more errors than anyone reads, so that guessing what was meant can stop."""
        return len(self.errors) >= LIMIT

    def sorted_errors(self) -> list[Problem]:
        """Return the errors in the order of the file; of very many the first hundred, and their number."""
        problems = sorted(self.errors)
        if len(problems) <= LIMIT:
            return problems
        rest = len(problems) - LIMIT
        last = problems[LIMIT]
        return [
            *problems[:LIMIT],
            Problem(last.path, last.line, last.column, f"{rest} more problems from here on"),
        ]
