"""What `pwagen test` tells: progress while it runs, then a table, JSON or JUnit XML."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Protocol

from pwagen.apptest.step import Result, Step

if TYPE_CHECKING:
    from rich.console import Console
    from rich.status import Status

WIDEST = 200
"""Characters of what was seen in the table; a failure has all of it below."""

MARKS = {"passed": "✓", "failed": "✗", "skipped": "–"}
_STYLES = {"passed": "green", "failed": "bold red", "skipped": "dim"}


class Progress(Protocol):
    """An observer of the run."""

    def note(self, text: str) -> None:
        """The run begins, with these notes about it."""

    def begins(self, browser: str, step: Step[Any]) -> None:
        """A step begins."""

    def ended(self, result: Result) -> None:
        """The step has ended with this result."""

    def close(self) -> None:
        """The run has ended."""


class Lines:
    """One line a step on stderr, for logs."""

    def note(self, text: str) -> None:
        """Print it."""
        print(text, file=sys.stderr)

    def begins(self, browser: str, step: Step[Any]) -> None:
        """Print nothing: the seconds show which step is slow."""

    def ended(self, result: Result) -> None:
        """Print the result."""
        print(f"{result.status:7} {result.seconds:5.1f} s  {result.browser}: {result.id}", file=sys.stderr)

    def close(self) -> None:
        """Do nothing."""


class Live:
    """The running step on the last line of a terminal, the results above it."""

    def __init__(self) -> None:
        from rich.console import Console

        self._console = Console(stderr=True, highlight=False)
        self._status: Status = self._console.status("starting the browser")
        self._status.start()

    def note(self, text: str) -> None:
        """Print it above the running step."""
        self._console.print(_plain(text))

    def begins(self, browser: str, step: Step[Any]) -> None:
        """Show the step."""
        from rich.markup import escape

        self._status.update(f"{browser}: {escape(step.title)}")

    def ended(self, result: Result) -> None:
        """Move the result above the running step."""
        from rich.markup import escape

        style = _STYLES[result.status]
        mark = f"[{style}]{MARKS[result.status]}[/]"
        self._console.print(f"{mark} {escape(result.title)} [dim]{result.seconds:.1f} s[/]")

    def close(self) -> None:
        """Take the last line away."""
        self._status.stop()


class Collected:
    """Forwards every call, and keeps the results: those of an aborted run count, too."""

    def __init__(self, progress: Progress) -> None:
        self.results: list[Result] = []
        self._progress = progress
        self.note, self.begins, self.close = progress.note, progress.begins, progress.close

    def ended(self, result: Result) -> None:
        """Keep the result."""
        self.results.append(result)
        self._progress.ended(result)


def progress() -> Progress:
    """Return the progress that fits stderr."""
    return Live() if sys.stderr.isatty() else Lines()


def counts(results: Sequence[Result]) -> dict[str, int]:
    """Return how many steps passed, failed and were skipped."""
    return {status: sum(result.status == status for result in results) for status in MARKS}


def as_data(target: str, results: Sequence[Result], seconds: float) -> dict[str, Any]:
    """Return the whole run for JSON."""
    steps = [asdict(result) for result in results]
    return {"target": target, "seconds": round(seconds, 3), **counts(results), "steps": steps}


def print_table(results: Sequence[Result], seconds: float, console: Console) -> None:
    """Print what was seen in each step, every failure at length, and the sum."""
    from rich.table import Table

    table = Table(box=None, padding=(0, 1, 0, 0), header_style="dim")
    table.add_column("", no_wrap=True)
    table.add_column("step", no_wrap=True)
    table.add_column("s", justify="right", no_wrap=True)
    table.add_column("seen", overflow="fold")
    several = len({result.browser for result in results}) > 1
    for result in results:
        name = f"{result.browser}: {result.id}" if several else result.id
        cells = (MARKS[result.status], name, f"{result.seconds:.1f}", _shortened(result.seen))
        table.add_row(*map(_plain, cells), style=_STYLES[result.status] if result.status != "passed" else "")
    console.print(table)
    for result in results:
        if result.status == "failed":
            _print_failure(result, console)
    number = ", ".join(f"{number} {status}" for status, number in counts(results).items())
    console.print(f"\n{number}, in {seconds:.1f} s")


def _print_failure(result: Result, console: Console) -> None:
    console.print(
        _plain(f"\n{MARKS['failed']} {result.browser}: {result.id}: {result.title}"), style="bold red"
    )
    console.print(_plain(f"  expected  {result.expected}"))
    console.print(_plain(f"  seen      {result.seen}"))
    if result.where:
        console.print(_plain(f"  look at   {result.where}"))
    if result.hint:
        console.print(_plain(f"  hint      {result.hint}"))


def _shortened(text: str) -> str:
    return text if len(text) <= WIDEST else f"{text[: WIDEST - 1]}…"


def _plain(text: str) -> str:
    """Return a text of the site's as data: no markup, no control characters for the terminal."""
    from rich.markup import escape

    return escape("".join(char if char.isprintable() or char == "\n" else "�" for char in text))
