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

    ``where`` is the file, URL or console line to look at, ``expected`` is given if it isn't the step's own.
    """

    def __init__(self, seen: str, *, where: str = "", expected: str = "") -> None:
        super().__init__(seen)
        self.seen, self.where, self.expected = seen, where, expected


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


def step(
    id: str, title: str, expected: str, *, tolerates: str = ""
) -> Callable[[Callable[[Site], str]], Step[Site]]:
    """Make a step of the function below: what it does, and what it expects."""

    def make(run: Callable[[Site], str]) -> Step[Site]:
        return Step(id, title, expected, run, tolerates)

    return make
