"""One browser for several files of tests: starting one costs what four or five tests do.

Not for all of them: after hundreds of sites some work in the background, such as a download, begins no more;
and after a test that failed the next file begins with a new one.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from typing import Generic, TypeVar

import pytest

Browser = TypeVar("Browser")

MOST_TESTS = 60


class SharedBrowser(Generic[Browser]):
    """Starts a browser when a file of tests needs one, and ends it after ``MOST_TESTS`` or one file."""

    def __init__(self, start: Callable[[], AbstractContextManager[Browser]]) -> None:
        self._start = start
        self._running = ExitStack()
        self._browser: Browser | None = None
        self._tests = 0
        self._failed = 0

    @property
    def is_running(self) -> bool:
        """Whether a browser runs."""
        return self._browser is not None

    def for_file(self, request: pytest.FixtureRequest) -> Browser:
        """Return what the tests of the requesting fixture's file use."""
        session = request.session
        tests = sum(item.path == request.path for item in session.items)
        is_worn = self._tests + tests > MOST_TESTS or session.testsfailed != self._failed
        if self._browser is None or is_worn:
            self.close()
            self._browser = self._running.enter_context(self._start())
            self._failed = session.testsfailed
        self._tests += tests
        return self._browser

    def close(self) -> None:
        """End the browser that runs, if one does."""
        self._browser, self._tests = None, 0
        self._running.close()
