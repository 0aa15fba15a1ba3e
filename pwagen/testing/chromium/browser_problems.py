"""What went wrong in pages and workers, as the browser reports it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, ConsoleMessage, WebError

Kind = Literal["console error", "page exception", "worker console error", "worker exception"]


@dataclass(frozen=True)
class BrowserProblem:
    """One error; ``line`` counts from 1, 0 when the browser doesn't say."""

    kind: Kind
    text: str
    url: str = ""
    line: int = 0

    def __str__(self) -> str:
        """Return ``kind: text (url:line)``."""
        place = f" ({self.url}{f':{self.line}' if self.line else ''})" if self.url else ""
        return f"{self.kind}: {self.text}{place}"


def in_short(problems: Sequence[BrowserProblem], most: int = 3) -> str:
    """Return the first few problems on one line, and how many more there are."""
    more = f"; and {len(problems) - most} more" if len(problems) > most else ""
    return "; ".join(map(str, problems[:most])) + more


class Problems:
    """The errors since the last ``clear``, in order, each once."""

    def __init__(self) -> None:
        self._seen: list[BrowserProblem] = []

    def __iter__(self) -> Iterator[BrowserProblem]:
        return iter(list(self._seen))

    def __len__(self) -> int:
        return len(self._seen)

    def __repr__(self) -> str:
        return "\n".join(map(str, self._seen)) or "no problems"

    def in_short(self, most: int = 3) -> str:
        """Return the first few on one line, and how many more there are."""
        return in_short(self._seen, most)

    def clear(self) -> None:
        """Forget what was seen."""
        self._seen.clear()

    def of(self, kind: Kind) -> list[BrowserProblem]:
        """Return those of one kind."""
        return [problem for problem in self._seen if problem.kind == kind]

    def add(self, problem: BrowserProblem) -> None:
        """Remember a problem; what Chromium reports of a worker comes more than once."""
        reported = {(seen_problem.kind, seen_problem.text) for seen_problem in self._seen}
        if not problem.kind.startswith("worker") or (problem.kind, problem.text) not in reported:
            self._seen.append(problem)

    def watch(self, context: BrowserContext) -> None:
        """Collect the console errors and exceptions of every page and worker of the context."""
        context.on("console", self._console)
        context.on("weberror", self._page_exception)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "assert"):
            in_worker = message.page is None
            place = message.location
            self.add(
                BrowserProblem(
                    "worker console error" if in_worker else "console error",
                    message.text,
                    place.get("url", ""),
                    # Playwright counts lines from 0 here.
                    place.get("lineNumber", -1) + 1,
                )
            )

    def _page_exception(self, error: WebError) -> None:
        page = error.page
        self.add(BrowserProblem("page exception", str(error.error), page.url if page else ""))
