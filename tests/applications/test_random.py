"""Random lives of an application against a model: what must hold, holds after each step.

A failing life is made shorter, as long as it still fails, and printed with its seed.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import pytest

from tests.applications.application import Application, drop_connection, page
from tests.applications.conftest import App
from tests.applications.test_builds import deploy, shown

if TYPE_CHECKING:
    from aiohttp import web
    from playwright.sync_api import Page

T = TypeVar("T")

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# How often each is tried: what loses or mixes something takes several of the frequent ones in a row.
WEIGHTS = {
    "deploy": 2,
    "interrupted": 1,
    "settle": 2,
    "visit": 4,
    "type": 3,
    "post": 3,
    "offline": 1,
    "online": 2,
    "slow": 2,
    "drop": 2,
    "kill": 1,
    "click": 2,
    "accept": 2,
    "update": 4,
}
STEPS = 16
SHRINKING_RUNS = 12
# One life, the same each time, is a part of make test; make random asks for more.
SEEDS = range(1, 1 + int(os.environ.get("PWAGEN_RANDOM", "1")))
TYPED = "Half a letter"
NAVIGATION_SECONDS = 20
PARTS = ("build.css", "build.js")
# What Playwright says of a page that is just being left.
LEAVING = ("Execution context was destroyed", "Cannot find context", "interrupted by another navigation")


class Step(NamedTuple):
    """What happens, and in which of the tabs."""

    action: str
    tab: int


def random_steps(seed: int) -> list[Step]:
    chance = random.Random(seed)
    actions = chance.choices(list(WEIGHTS), list(WEIGHTS.values()), k=STEPS)
    return [Step(action, chance.randrange(2)) for action in actions]


def unless_it_navigates(opened: Page, ask: Callable[[], T]) -> T:
    """Return what a page answers, asked again where it left for another meanwhile."""
    from playwright.sync_api import Error

    deadline = time.monotonic() + NAVIGATION_SECONDS
    while True:
        try:
            opened.wait_for_load_state()
            return ask()
        except Error as error:
            if not any(sign in str(error) for sign in LEAVING) or time.monotonic() > deadline:
                raise
            opened.wait_for_timeout(200)  # lets Playwright hear of the page that comes


class Life:
    """An application with two tabs, and what is known to be true of it."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.build = 1
        self.orders = 0
        self.expected_orders = 0
        self.is_offline = False
        self.mixed_by_server: set[int] = set()
        self.accepted = 1
        """The build that was let in last: without a network nobody sees an older one."""
        app.site.handlers["POST", "order"] = self._take_order
        deploy(app, 1)
        self.tabs: list[Page] = [app.open("builds.html"), app.open("builds.html")]
        self.typed = [False, False]
        self.warned = [False, False]
        """The update was accepted over what is typed now: that it goes then was shown, as “held”."""

    def _take_order(self, request: web.Request) -> web.Response:
        self.orders += 1
        return page("Ordered")

    # --- steps ---

    def deploy(self, tab: int) -> None:
        self.app.site.answers.content.clear()
        self.build += 1
        deploy(self.app, self.build)

    def interrupted(self, tab: int) -> None:
        """Deploy all but a file: the old one is still served, as by a CDN, until that has settled."""
        name = PARTS[tab]
        old = (self.app.folder / "public" / name).read_bytes()
        self.deploy(tab)
        self.app.site.answers.content[name] = old

    def settle(self, tab: int) -> None:
        self.app.site.answers.content.clear()

    def visit(self, tab: int) -> None:
        self.typed[tab] = False  # the user's own act
        opened = self.tabs[tab]
        unless_it_navigates(opened, lambda: opened.goto(self.app.site.url + "builds.html"))
        shows = self._build_shown(tab)
        if self.is_offline:
            assert shows >= self.accepted, (
                f"build {shows} without a network, though {self.accepted} was let in"
            )
        else:
            assert shows == self.build, f"build {shows} with a network, though {self.build} is there"

    def _build_shown(self, tab: int) -> int:
        """Return the build of a tab's page; 0 for a page of none."""
        texts = unless_it_navigates(self.tabs[tab], partial(shown, self.tabs[tab]))
        return int(texts["html"] or 0)  # None where the page names none

    def type(self, tab: int) -> None:
        area = self.tabs[tab].locator("textarea")
        if area.count() and not self.typed[tab]:
            area.click()
            self.tabs[tab].keyboard.type(TYPED)
            self.typed[tab] = True
            self.warned[tab] = False

    def post(self, tab: int) -> None:
        self.typed[tab] = False
        with self.tabs[tab].expect_navigation():
            self.tabs[tab].evaluate(
                """() => void setTimeout(() => {
                  const form = document.createElement("form");
                  Object.assign(form, { method: "post", action: "order" });
                  document.body.append(form);
                  form.submit();
                })"""
            )
        self.expected_orders += not self.is_offline

    def offline(self, tab: int) -> None:
        self.is_offline = True
        self.app.chromium.set_offline(True)

    def online(self, tab: int) -> None:
        self.is_offline = False
        self.app.chromium.set_offline(False)
        self.app.site.answers.delay_seconds.clear()
        for name in PARTS:
            self.app.site.handlers.pop(("GET", name), None)

    def slow(self, tab: int) -> None:
        """Let a file take longer than the worker waits for it, until the network is good again."""
        self.app.site.answers.delay_seconds[PARTS[tab]] = 1.5

    def drop(self, tab: int) -> None:
        """Let the connection drop after the page, until the network is good again."""
        for name in PARTS:
            self.app.site.handlers["GET", name] = drop_connection

    def kill(self, tab: int) -> None:
        self.app.chromium.workers.stop(self.app.site.url)

    def click(self, tab: int) -> None:
        before = len(self.app.chromium.windows)
        subscriber = self.tabs[tab]
        self.app.click_push(subscriber, "about.html")
        arrived = f"{self.app.site.url}about.html"
        self.app.chromium.poll(
            lambda: any(window.url == arrived for window in self.app.chromium.windows),
            what="the click to arrive",
        )
        for index, kept in enumerate(self.tabs):
            if kept.url == arrived:
                assert not self.typed[index], "a click threw typed text away"
                kept.goto(self.app.site.url + "builds.html")
        for window in self.app.chromium.windows:
            if window not in self.tabs and len(self.app.chromium.windows) > before:
                window.close()

    def accept(self, tab: int) -> None:
        """Let the newest build in where it can be had; the page is of it then, unless text is typed.

        Text is given up by accepting once more in the very tab that holds it. The offline page has no page
        script, so there is nothing to accept in it.
        """
        site, opened = self.app.site, self.tabs[tab]
        if self.is_offline or site.answers.content or ("GET", PARTS[0]) in site.handlers:
            return
        deadline = time.monotonic() + NAVIGATION_SECONDS
        check = "window.pwagen?.update.check().catch(() => false)"
        is_coming = unless_it_navigates(opened, lambda: opened.evaluate(check))
        is_done = not is_coming and self._build_shown(tab) == self.build
        while not is_done:
            opened.wait_for_timeout(1500)
            if self.warned[tab]:
                self.typed[tab] = self.warned[tab] = False
            held = unless_it_navigates(opened, lambda: opened.evaluate("window.pwagen?.update.apply()"))
            self.warned[tab] = self.typed[tab] and bool(held)
            opened.wait_for_timeout(1500)
            is_done = self.typed[tab] or self._build_shown(tab) in (0, self.build)
            assert is_done or time.monotonic() < deadline, f"not build {self.build}, though it was let in"
        if not self.typed[tab] and self._build_shown(tab):
            self.accepted = self._worker_build(tab) or self.accepted

    def update(self, tab: int) -> None:
        """Deploy, and let it in at once: what the other tab holds meets a new build then."""
        self.deploy(tab)
        self.accept(tab)

    def _worker_build(self, tab: int) -> int:
        """Return the build of the worker, 0 if the page isn't of the worker's."""
        ask = "pwagen.version().then(({ page, worker }) => page === worker)"
        same = unless_it_navigates(self.tabs[tab], lambda: self.tabs[tab].evaluate(ask))
        return self._build_shown(tab) if same else 0

    # --- what holds ---

    def check(self) -> None:
        assert self.orders == self.expected_orders, "a POST was repeated, or lost"
        for index, opened in enumerate(self.tabs):
            if self.typed[index]:
                kept = unless_it_navigates(opened, opened.locator("textarea").input_value)
                assert kept == TYPED, "typed text was lost"
            texts = unless_it_navigates(opened, partial(shown, opened))
            parts = {part for part in texts.values() if part and part != "undefined"}
            # What a server mixes itself stays mixed in the pages that were loaded then.
            if len(parts) <= 1:
                self.mixed_by_server.discard(index)
            elif self.app.site.answers.content:
                self.mixed_by_server.add(index)
            assert len(parts) <= 1 or index in self.mixed_by_server, f"a page of builds {parts}"


def problem_of(app: App, folder: Path, steps: Sequence[Step]) -> str | None:
    """Return what goes wrong in a life on an origin of its own."""
    project = shutil.copytree(app.folder, folder)
    with Application(
        project / "public", "/", app.site.answers.__class__(accepts={"api/push/subscriptions"})
    ) as site:
        own = App(app.chromium, app.push_service, app.desktop, site, project, app.key_pair)
        try:
            life = Life(own)
            for step in steps:
                getattr(life, step.action)(step.tab)
                life.check()
        except Exception as error:
            return f"{type(error).__name__}: {error}".splitlines()[0]
        finally:
            app.chromium.set_offline(False)
            app.chromium.forget(site.url)
            app.desktop.clear()
    return None


def kind_of(problem: str) -> str:
    """Return what two problems of one reason have in common: all but numbers, such as those of builds."""
    return re.sub(r"\d+", "", problem)


def shrunk(app: App, folder: Path, steps: list[Step], problem: str) -> tuple[list[Step], str]:
    """Leave out steps as long as it still fails for the same reason."""
    index = 0
    for run in range(SHRINKING_RUNS):
        if index >= len(steps):
            break
        shorter = steps[:index] + steps[index + 1 :]
        other = problem_of(app, folder / f"run-{run}", shorter)
        if other and kind_of(other) == kind_of(problem):
            steps, problem = shorter, other
        else:
            index += 1
    return steps, problem


@pytest.mark.timeout(1200)  # shrinking takes as long as a dozen lives
@pytest.mark.parametrize("seed", SEEDS)
def test_a_random_life(app: App, tmp_path: Path, seed: int) -> None:
    app.configure("offline: {timeout: 800ms}")
    steps = random_steps(seed)
    problem = problem_of(app, tmp_path / "first", steps)
    if problem:
        steps, problem = shrunk(app, tmp_path, steps, problem)
        pytest.fail(f"seed {seed}: {problem}, after {[tuple(step) for step in steps]}")
