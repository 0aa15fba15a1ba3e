"""Running steps one after the other, each from a clean start."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeVar

from pwagen.apptest.explanations import CONNECT_SRC, forbidding_directive
from pwagen.apptest.problems_to_blame import ProblemsToBlame
from pwagen.apptest.sites.site_under_test import SiteUnderTest
from pwagen.apptest.step import Result, Status, Step, StepFailedError, StepSkippedError
from pwagen.errors import PwagenError
from pwagen.testing.chromium.browser_problems import BrowserProblem

Site = TypeVar("Site", bound=SiteUnderTest)


def run_steps(
    site: Site,
    steps: Iterable[Step[Site]],
    before: Callable[[Step[Site]], None] = lambda step: None,
    after: Callable[[Result], None] = lambda result: None,
    *,
    look: Callable[[Result], None] = lambda result: None,
) -> list[Result]:
    """Run the steps and return their results.

    ``before`` is called for each step that begins, ``after`` for each that has ended; ``look`` is called
    between the two, while the step's pages are open. What fails there fails the step, and the next one runs.
    """
    results = []
    to_blame = ProblemsToBlame(site)
    for step in steps:
        before(step)
        result = _left_clean(site, _run(site, step, to_blame), look)
        results.append(result)
        after(result)
    return results


def _left_clean(site: Site, result: Result, look: Callable[[Result], None]) -> Result:
    """Return the result once everything is as it was before the step, a failure if it can't be made so."""
    try:
        look(result)
        with site.limited():
            site.tidy()
    except browser_failures() as error:
        if result.status == "passed":
            seen = f"{result.seen}; but afterwards: {in_words(error)}"
            return replace(result, status="failed", seen=seen, where=site.url)
    return result


def browser_failures() -> tuple[type[Exception], ...]:
    """Return the exceptions raised when a browser fails a command, or has ended."""
    from playwright.sync_api import Error

    # OSError: its connection broke, or it gave no answer in time, or a file can't be written.
    return (PwagenError, Error, OSError)


def in_words(error: Exception) -> str:
    """Return such an error as one line for people."""
    if isinstance(error, TimeoutError) and not isinstance(error, PwagenError):
        return "the browser gives no answer"
    if isinstance(error, ConnectionError):
        return "the browser is gone"
    if "has been closed" in str(error):  # Playwright says the same of a page that has crashed
        return "the page or the browser is gone"
    return str(error).partition("\n")[0] or type(error).__name__


def _run(site: Site, step: Step[Site], to_blame: ProblemsToBlame) -> Result:
    site.begin(step.id)
    start = time.monotonic()
    status: Status = "passed"
    expected, where, hint, limit = step.expected, "", "", None
    try:
        with site.limited() as limit:
            seen = step.run(site)
        if problems := to_blame.since_begin(step):
            first = problems[0]
            raise StepFailedError(site.in_words(problems), where=_place(site, first), expected="no error")
    except StepSkippedError as reason:
        status, seen = "skipped", str(reason)
    except StepFailedError as failure:
        status, seen, where = "failed", failure.seen, failure.where or site.url
        # The step's own hint is about what it expects, and not about errors of any kind.
        expected, hint = failure.expected or expected, failure.hint or ("" if failure.expected else step.hint)
    except browser_failures() as error:
        status, seen, where = "failed", in_words(error), site.url
        if directive := forbidding_directive(site.problems):
            seen, hint = f"{seen}: the worker may not fetch, by “{directive}” of its policy", CONNECT_SRC
    finally:
        to_blame.note_requests(step)
    seconds = time.monotonic() - start
    if limit and limit.reached:
        status, seen, where = "failed", f"no answer within {seconds:.0f} s: a page hangs", site.url
    seconds = round(seconds, 3)
    return Result(step.id, step.title, site.browser, status, expected, seen, where, seconds, hint)


def _place(site: SiteUnderTest, problem: BrowserProblem) -> str:
    line = f":{problem.line}" if problem.line else ""
    return f"{site.place(problem.url)}{line}" if problem.url else "the console"
