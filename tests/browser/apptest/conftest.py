"""Sites that `pwagen test` tests, and what runs its steps on them in the browser of the session."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any

import pytest

from pwagen.apptest.run_steps import run_steps
from pwagen.apptest.sites.chromium_site import ChromiumSite
from pwagen.apptest.sites.firefox_site import FirefoxSite
from pwagen.apptest.step import Result, Step
from pwagen.apptest.step_screenshots import save_screenshot
from pwagen.apptest.steps import STEPS
from pwagen.apptest.steps.firefox_steps import FIREFOX_STEPS
from pwagen.apptest.target import TargetSite, open_target
from pwagen.keys.key_pair import KeyPair
from pwagen.testing.chromium.chromium import Chromium
from pwagen.testing.desktop import Desktop
from pwagen.testing.firefox.firefox import Firefox
from pwagen.testing.push_service import PushService
from tests.folders import SAMPLE

BROKEN = Path(__file__).with_name("broken")

Run = Callable[..., dict[str, Result]]
BeforeStep = Callable[[Step[Any]], None]


def _nothing(step: Step[Any]) -> None:
    """Let the step run as it is."""


def site(folder: Path, *defects: str) -> TargetSite:
    """Return the site that is right, or the same with defects in it, each in a file of its own."""
    shutil.copytree(BROKEN / "good", folder)
    for defect in defects:
        shutil.copytree(BROKEN / defect, folder, dirs_exist_ok=True)
    return TargetSite(" ".join(defects) or "good", "folder", folder)


@pytest.fixture(scope="session")
def built_sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the sample's published folder with the app in it; not to be changed."""
    folder = open_target(str(SAMPLE), tmp_path_factory.mktemp("sample")).folder
    assert folder
    return folder


@pytest.fixture
def run(chromium: Chromium, push_service: PushService, desktop: Desktop) -> Run:
    """Return a function that runs the chosen steps on a target, and returns the results by their ids."""

    def run(
        target: TargetSite, *ids: str, before: BeforeStep = _nothing, key_pair: KeyPair | None = None
    ) -> dict[str, Result]:
        tested_site = ChromiumSite(target, chromium, push_service, desktop, key_pair=key_pair)
        return _results(tested_site, STEPS, ids, before)

    return run


@pytest.fixture
def run_in_firefox(firefox: Firefox, push_service: PushService, desktop: Desktop) -> Run:
    """Return the same for Firefox, which writes what the steps show into ``shots``."""

    def run(
        target: TargetSite,
        *ids: str,
        before: BeforeStep = _nothing,
        key_pair: KeyPair | None = None,
        shots: Path | None = None,
    ) -> dict[str, Result]:
        tested_site = FirefoxSite(target, push_service, desktop, firefox=firefox, key_pair=key_pair)

        def look(result: Result) -> None:
            if shots:
                save_screenshot(shots, result, tested_site)

        return _results(tested_site, FIREFOX_STEPS, ids, before, look)

    return run


def _results(
    tested_site: Any,
    steps: Sequence[Step[Any]],
    ids: Collection[str],
    before: BeforeStep,
    look: Callable[[Result], None] = lambda result: None,
) -> dict[str, Result]:
    try:
        chosen = [step for step in steps if not ids or step.id in ids]
        results = run_steps(tested_site, chosen, before, look=look)
    finally:
        tested_site.close()
    return {result.id: result for result in results}
