"""What a rule between fields may ask: the values, whether each is sound, and where it was written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pwagen.binding.bind import Bound
from pwagen.binding.crumbs import Path, crumb
from pwagen.binding.node import Place
from pwagen.binding.problem_report import ProblemReport
from pwagen.errors import Problem


@dataclass
class Context:
    """A config whose single values have been judged, and where to report what is wrong between them."""

    bound: Bound
    report: ProblemReport

    def get(self, *path: str | int) -> Any:
        """Return the value at a path, None if it isn't there or if it, or what it is in, is wrong."""
        if not self.is_good(*path):
            return None
        value: Any = self.bound.value
        for part in path:
            if value is None or value is False:
                return None
            if isinstance(value, dict):
                value = value.get(part)
            else:
                value = value[part] if isinstance(part, int) else getattr(value, part, None)
        return value

    def each(self, *path: str | int) -> Iterator[tuple[Path, Any]]:
        """Yield (path, entry) of a list; what is wrong in an entry, `get` has to tell."""
        for index, entry in enumerate(self.get(*path) or ()):
            if entry is not None:
                yield (*path, index), entry

    def is_good(self, *path: str | int) -> bool:
        """Return whether nothing is wrong with the value itself, nor with what it is in."""
        broken = self.bound.broken
        return not broken or not any(path[:end] in broken for end in range(1, len(path) + 1))

    def is_written(self, *path: str | int) -> bool:
        """Return whether the file says it, or it is a default."""
        return path in self.bound.places

    def place(self, path: Path) -> Place:
        """Return where a value is written, or what it would be in."""
        for end in range(len(path), 0, -1):
            if path[:end] in self.bound.places:
                return self.bound.places[path[:end]]
        return self.report.start

    def problem(self, path: Path, message: str, fix: str = "") -> Problem:
        """Return a problem with the value at a path, for whoever finds it after the file was judged."""
        return self.report.problem(self.place(path), f"{crumb(path, self.bound.labels)}: {message}", fix)

    def error(self, path: Path, message: str, fix: str = "") -> None:
        """Note something about the value at a path that has to be mended."""
        self.report.error(self.place(path), f"{crumb(path, self.bound.labels)}: {message}", fix)

    def warning(self, path: Path, message: str, fix: str = "") -> None:
        """Note something about the value at a path that works, though hardly as it was meant."""
        self.report.warning(self.place(path), f"{crumb(path, self.bound.labels)}: {message}", fix)

    def unique(self, paths: Iterable[Path], what: str) -> None:
        """Note every value that an earlier one of the same kind has already."""
        first: dict[object, Path] = {}
        for path in paths:
            value = self.get(*path)
            if value is None:
                continue
            if value in first:
                line = self.place(first[value])[0]
                where = f"on line {line}" if line else f"in {crumb(first[value], self.bound.labels)}"
                self.error(path, f'the {what} "{value}" is already used {where}', "choose another")
            first.setdefault(value, path)
