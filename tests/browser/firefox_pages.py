"""What tests wait for in pages of Firefox."""

from __future__ import annotations

import time
from typing import Any

import pytest

from pwagen.testing.firefox.bidi import BidiError
from pwagen.testing.firefox.firefox import FirefoxPage
from pwagen.testing.waiting import TIMEOUT_SECONDS


def until(page: FirefoxPage, expression: str) -> Any:
    """Return the expression's first true value, across navigations.

    The pauses are here: what waits in a page that is left gets no answer.
    """
    end = time.monotonic() + TIMEOUT_SECONDS
    while time.monotonic() < end:
        try:
            if value := page.evaluate(expression):
                return value
        except BidiError:
            pass  # the page is being replaced
        time.sleep(0.05)
    pytest.fail(f"{expression} stayed false")
