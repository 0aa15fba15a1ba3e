"""The errors that a site is to blame for: not those of hosts that are out of reach on purpose."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from pwagen.apptest.sites.site_under_test import SiteUnderTest
from pwagen.apptest.step import Step
from pwagen.testing.chromium.browser_problems import BrowserProblem

# What a worker or a script says that passes such a request on; it doesn't say of which host.
_FETCH_FAILED = re.compile("Failed to fetch|NetworkError when attempting to fetch")
# In Chromium's words, then in Firefox's.
_NOT_LOADED = re.compile(
    "Failed to load resource|net::ERR_|"
    "Failed to load ‘|Cross-Origin Request Blocked|can’t establish a connection"
)

REPORT_SECONDS = 1
"""How long the report of a failed request may take once a script has thrown its error."""


class ProblemsToBlame:
    """The site's own errors, each named for one step of a run alone."""

    def __init__(self, site: SiteUnderTest) -> None:
        self._site = site
        self._named: set[BrowserProblem] = set()
        self._excused_request = False
        """Whether one has failed in this run that is not the site's fault; its error may be a step late."""

    def since_begin(self, step: Step[Any]) -> list[BrowserProblem]:
        """Return those since the step began that no step has named before."""
        self._site.settle()
        if any(_FETCH_FAILED.search(problem.text) for problem in self._unexpected(step)):
            # Of a worker's failed request the console has no line that names the host, and the browser's own
            # report of it comes before the error or after it.
            self._site.until(lambda: any(self._failed_here()), REPORT_SECONDS)
        self.note_requests(step)
        fetches_excused = self._excused_request and not any(self._failed_here())
        problems = []
        for problem in self._unexpected(step):
            is_excused = self._is_foreign(problem) or (fetches_excused and _FETCH_FAILED.search(problem.text))
            if not is_excused and problem not in self._named:
                self._named.add(problem)
                problems.append(problem)
        return problems

    def note_requests(self, step: Step[Any]) -> None:
        """Note whether a request of the step failed that is not the site's fault, whatever its result."""
        failed = self._failed_here()
        was_provoked = bool(step.tolerates and failed)
        is_elsewhere = not all(failed) or any(map(self._is_foreign, self._site.problems))
        self._excused_request |= was_provoked or is_elsewhere

    def _unexpected(self, step: Step[Any]) -> list[BrowserProblem]:
        """Return the errors since the step began that it doesn't provoke."""
        problems = list(self._site.problems)
        if not step.tolerates:
            return problems
        return [problem for problem in problems if not re.search(step.tolerates, problem.text)]

    def _failed_here(self) -> list[bool]:
        """Return of each request of the step that failed whether it is to the site itself."""
        return [self._is_here(request.url) for request in self._site.failed_requests()]

    def _is_foreign(self, problem: BrowserProblem) -> bool:
        """Tell whether it is about another host, which a machine without internet can't have."""
        failed_to_load = bool(_NOT_LOADED.search(problem.text))
        return failed_to_load and bool(urlsplit(problem.url).netloc) and not self._is_here(problem.url)

    def _is_here(self, url: str) -> bool:
        parts = urlsplit(url)
        return f"{parts.scheme}://{parts.netloc}" == self._site.origin
