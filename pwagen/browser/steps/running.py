"""Running steps one after the other, each from a clean start."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable
from typing import TypeVar
from urllib.parse import urlsplit

from pwagen.browser.problems import BrowserProblem, in_short
from pwagen.browser.steps.site import SiteOnTrial
from pwagen.browser.steps.step import Result, Status, Step, StepFailed, StepSkipped
from pwagen.errors import PwagenError

Site = TypeVar("Site", bound=SiteOnTrial)

# In Chromium's words, then in Firefox's.
_NOT_LOADED = re.compile(
    "Failed to load resource|net::ERR_|"
    "Failed to load ‘|Cross-Origin Request Blocked|can’t establish a connection"
)


def run_steps(
    trial: Site,
    steps: Iterable[Step[Site]],
    before: Callable[[Step[Site]], None] = lambda step: None,
    after: Callable[[Result], None] = lambda result: None,
) -> list[Result]:
    """Run the steps and return what came of them.

    ``before`` is told of each step that begins, ``after`` of each that has ended, while its pages are open.
    """
    results = []
    reported: set[BrowserProblem] = set()
    for one in steps:
        before(one)
        result = _run(trial, one, reported)
        results.append(result)
        after(result)
        with trial.limited():
            trial.tidy()
    return results


def _run(trial: Site, one: Step[Site], reported: set[BrowserProblem]) -> Result:
    from playwright.sync_api import Error

    trial.step_id = one.id
    trial.problems.clear()
    start = time.monotonic()
    status: Status = "passed"
    expected, where, limit = one.expected, "", None
    try:
        with trial.limited() as limit:
            seen = one.run(trial)
        if found := _new_problems(trial, one, reported):
            first = found[0]
            raise StepFailed(in_short(found), where=_place(trial, first), expected="no error")
    except StepSkipped as reason:
        status, seen = "skipped", str(reason)
    except StepFailed as failure:
        status, seen, where = "failed", failure.seen, failure.where
        expected = failure.expected or expected
    except PwagenError as error:
        status, seen = "failed", str(error)
    except Error as error:
        status, seen = "failed", str(error).splitlines()[0]
    seconds = time.monotonic() - start
    if limit and limit.reached:
        status, seen, where = "failed", f"no answer within {seconds:.0f} s: a page hangs", trial.url
    return Result(one.id, one.title, trial.browser, status, expected, seen, where, round(seconds, 3))


def _new_problems(trial: Site, one: Step[Site], reported: set[BrowserProblem]) -> list[BrowserProblem]:
    """Return the errors of pages and workers that count: the site's own, that no step has named before."""
    trial.settle()
    found = []
    for problem in trial.problems:
        is_expected = one.tolerates and re.search(one.tolerates, problem.text)
        if not is_expected and not _is_foreign(trial, problem) and problem not in reported:
            reported.add(problem)
            found.append(problem)
    return found


def _is_foreign(trial: SiteOnTrial, problem: BrowserProblem) -> bool:
    """Tell whether it is about another host, which a machine without internet can't have."""
    parts = urlsplit(problem.url)
    failed_to_load = bool(_NOT_LOADED.search(problem.text))
    return failed_to_load and bool(parts.netloc) and f"{parts.scheme}://{parts.netloc}" != trial.origin


def _place(trial: SiteOnTrial, problem: BrowserProblem) -> str:
    line = f":{problem.line}" if problem.line else ""
    return f"{trial.place(problem.url)}{line}" if problem.url else "the console"
