"""What keeps `make quick` quick: a limit to the processor time of each of its tests."""

from __future__ import annotations

import os
import time
from collections.abc import Generator

import pytest

STARTED = pytest.StashKey[float]()


class QuickLimit:
    """A plug-in under which a test fails if it takes more than ``most_seconds`` of processor time.

    Those marked slow or for a browser have no limit. A clock would depend on what else the machine does.
    Child processes count as soon as they have ended, what several tests share for the first of them.
    """

    def __init__(self, most_seconds: float) -> None:
        self.most_seconds = most_seconds

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Generator[None]:
        item.stash[STARTED] = _processor_seconds()
        return (yield)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> Generator[None]:
        yield
        if item.get_closest_marker("slow") or item.get_closest_marker("browser"):
            return
        seconds = _processor_seconds() - item.stash[STARTED]
        if seconds > self.most_seconds:
            pytest.fail(
                f"{seconds:.1f} s of processor time, and quick tests have {self.most_seconds:g} s: "
                "make it cheaper, or mark it slow, for make test alone",
                pytrace=False,
            )


def _processor_seconds() -> float:
    times = os.times()
    return time.process_time() + times.children_user + times.children_system
