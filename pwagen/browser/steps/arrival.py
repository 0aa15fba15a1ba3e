"""A worker's first minutes: whether it is registered, installed and active."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pwagen.browser.steps.step import StepFailed
from pwagen.browser.workers import WorkerMissing
from pwagen.errors import PwagenError

if TYPE_CHECKING:
    from pwagen.browser.chromium import Chromium

WORKER_SECONDS = 15
"""How long a page may take to register its worker and the worker to install; some wait on purpose."""


def wait_for_worker(chromium: Chromium, url: str, seconds: float) -> str:
    """Return the script of the URL's worker once it is active; raises StepFailed as soon as it can't be."""
    seen: set[str] = set()

    def look() -> str:
        state = _state(chromium, url)
        if not state and seen:
            return "gone"
        seen.update(state and [state])
        return state if state.startswith("http") else ""

    try:
        script = chromium.poll(look, seconds)
    except PwagenError:
        script = ""
    if not script.startswith("http"):
        what = "a worker was registered, but never became active" if seen else "no worker was registered"
        problems = chromium.problems.in_short()
        raise StepFailed(f"{what}{': ' + problems if problems else ''}", where=url)
    return script


def _state(chromium: Chromium, url: str) -> str:
    """Return the active worker's script, else the newest worker's status, else nothing."""
    try:
        chromium.workers.scope(url, timeout=0)
        versions = chromium.workers.versions(url)
    except WorkerMissing:
        return ""
    active = next((version.script for version in versions if version.status == "activated"), "")
    return active or (versions[-1].status if versions else "")
