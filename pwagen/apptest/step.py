"""What a step of ``pwagen test`` is, and its result."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

Site = TypeVar("Site", contravariant=True)
"""The site in one browser, as that browser's steps want it."""
Status = Literal["passed", "failed", "skipped"]


class StepFailedError(Exception):
    """The site doesn't do what the step expects.

    ``where`` is the file, URL or console line to look at; ``expected``, and what to write instead (``hint``),
    are given if they aren't the step's own.
    """

    def __init__(self, seen: str, *, where: str = "", expected: str = "", hint: str = "") -> None:
        super().__init__(seen)
        self.seen, self.where, self.expected, self.hint = seen, where, expected, hint


class StepSkippedError(Exception):
    """The step doesn't apply, with the reason."""


@dataclass(frozen=True)
class Step(Generic[Site]):
    """One check of the site. ``run`` returns what was seen; raises StepFailedError, StepSkippedError."""

    id: str
    title: str
    expected: str
    run: Callable[[Site], str]
    tolerates: str = ""
    """A regular expression for console errors that the step itself provokes."""
    hint: str = ""
    """What to write where it fails, if that is known."""


@dataclass(frozen=True)
class Result:
    """The result of a step."""

    id: str
    title: str
    browser: str
    status: Status
    expected: str
    seen: str
    where: str
    seconds: float
    hint: str = ""


def step(
    id: str, title: str, expected: str, *, tolerates: str = "", hint: str = ""
) -> Callable[[Callable[[Site], str]], Step[Site]]:
    """Make a step of the function below: what it does, what it expects, and what to write where it fails."""

    def make(run: Callable[[Site], str]) -> Step[Site]:
        return Step(id, title, expected, run, tolerates, hint)

    return make
