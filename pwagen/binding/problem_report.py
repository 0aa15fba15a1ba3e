"""Where problems are gathered while a config is read."""

from __future__ import annotations

from pwagen.binding.node import Place
from pwagen.errors import Problem

LIMIT = 100


class ProblemReport:
    """The problems of one file, each once."""

    def __init__(self, path: str) -> None:
        """Begin with no problems in the file `path`."""
        self.path = path
        self.errors: set[Problem] = set()
        self.warnings: set[Problem] = set()

    def error(self, place: Place, message: str, fix: str = "") -> None:
        """Note something that has to be mended."""
        self.errors.add(Problem(self.path, *place, message, fix))

    def warning(self, place: Place, message: str, fix: str = "") -> None:
        """Note something that works, though hardly as it was meant."""
        self.warnings.add(Problem(self.path, *place, message, fix))

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
            Problem(self.path, last.line, last.column, f"{rest} more problems from here on"),
        ]
