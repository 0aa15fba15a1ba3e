"""A worker's first minutes: whether it is registered, installed and active."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from pwagen.apptest.explanations import CONNECT_SRC, forbidding_directive
from pwagen.apptest.step import StepFailedError

if TYPE_CHECKING:
    from pwagen.apptest.sites.site_under_test import SiteUnderTest

WORKER_SECONDS = 15
"""How long a page may take to register its worker and the worker to install; some wait on purpose."""


def wait_for_worker(site: SiteUnderTest, state: Callable[[], str], url: str, seconds: float) -> str:
    """Return the script of the URL's worker once it is active; raises StepFailedError as soon as it can't be.

    ``state`` returns the active worker's script, else the newest worker's status, else nothing.
    """
    states: set[str] = set()

    def look() -> str:
        now = state()
        if not now and states:
            return "gone"
        states.update(now and [now])
        return now if now.startswith("http") else ""

    script = site.until(look, seconds)
    if not script.startswith("http"):
        summary = "a worker was registered, but never became active" if states else "no worker was registered"
        if directive := forbidding_directive(site.problems):
            reason = f"its requests are forbidden by “{directive}” of its Content-Security-Policy"
            raise StepFailedError(f"{summary}: {reason}", where=url, hint=CONNECT_SRC)
        problems = site.in_words(list(site.problems))
        raise StepFailedError(f"{summary}{': ' + problems if problems else ''}", where=url)
    return script
