"""Whose fault an error is, in whatever order the browser reports it and the request: no browser is asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pytest

from pwagen.apptest.problems_to_blame import ProblemsToBlame
from pwagen.apptest.sites.site_under_test import SiteUnderTest
from pwagen.apptest.step import Step
from pwagen.testing.chromium.browser_problems import BrowserProblem
from pwagen.testing.chromium.failed_requests import FailedRequest

OURS, OTHERS = "http://localhost:1/data.json", "https://counts.invalid/shown"
THROWN = BrowserProblem("worker exception", "Uncaught (in promise) TypeError: Failed to fetch")


class Site:
    """A site whose browser reports some failed requests only when they are waited for."""

    origin = "http://localhost:1"

    def __init__(self, known: list[str], late: list[str]) -> None:
        self.problems = [THROWN]
        self.known, self.late = known, late
        self.waited = False

    def settle(self) -> None:
        """Nothing is under way."""

    def failed_requests(self) -> list[FailedRequest]:
        """Return those that are known by now."""
        return [FailedRequest(url, "net::ERR_FAILED") for url in self.known]

    def until(self, predicate: Callable[[], Any], seconds: float) -> Any:
        """Let the late reports in."""
        self.waited = True
        self.known += self.late
        return predicate()


def blamed(site: Site, tolerates: str = "") -> bool:
    step: Step[Any] = Step("offline", "Offline", "a page", lambda site: "", tolerates=tolerates)
    return ProblemsToBlame(cast("SiteUnderTest", site)).since_begin(step) == [THROWN]


@pytest.mark.parametrize(
    ("known", "late", "is_blamed"),
    [
        ([OTHERS], [OURS], True),
        ([OTHERS, OURS], [], True),
        ([], [OURS], True),
        ([], [OTHERS], False),
        ([OTHERS], [], False),
        ([], [], True),
    ],
)
def test_a_request_may_be_reported_after_the_error_that_it_led_to(
    known: list[str], late: list[str], is_blamed: bool
) -> None:
    assert blamed(Site(known, late)) is is_blamed


def test_nothing_is_waited_for_where_a_step_provokes_the_error() -> None:
    site = Site([OTHERS], [])
    assert not blamed(site, tolerates="Failed to fetch")
    assert not site.waited
