"""A site on trial in Chromium."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import TYPE_CHECKING, Any, TypeVar, cast
from urllib.parse import urljoin

from pwagen.browser.server import Answers, SiteServer
from pwagen.browser.steps.arrival import WORKER_SECONDS, wait_for_worker
from pwagen.browser.steps.site import SiteOnTrial
from pwagen.browser.steps.step import StepFailed, StepSkipped
from pwagen.browser.worker_events import events_of_worker
from pwagen.errors import PwagenError

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from pwagen.browser.chromium import Chromium
    from pwagen.browser.desktop import Desktop
    from pwagen.browser.installed_app import InstalledApp
    from pwagen.browser.push_service import PushService
    from pwagen.browser.subject import Subject
    from pwagen.browser.time_limit import TimeLimit
    from pwagen.push.keys import KeyPair

T = TypeVar("T")

LOAD_SECONDS = 15
STEP_SECONDS = 90

_CLOSE_ALL = "self.registration.getNotifications().then((shown) => shown.forEach((one) => one.close()))"
_CONFIG = "self.pwagen?.config ? JSON.stringify(self.pwagen.config) : null"


class Trial(SiteOnTrial):
    """The site in Chromium."""

    browser = "chromium"

    def __init__(
        self,
        subject: Subject,
        chromium: Chromium,
        push_service: PushService,
        desktop: Desktop,
        *,
        key_pair: KeyPair | None = None,
        mount: str = "/",
    ) -> None:
        super().__init__(subject, push_service, desktop, key_pair=key_pair, mount=mount)
        self.chromium = chromium
        self.problems = chromium.problems
        self.arrival_seconds = 0.0
        """How long the site took to have an active worker."""
        chromium.background_events.record("pushMessaging", "notifications")

    # --- made once ---

    def _arrive(self) -> str:
        start = time.monotonic()
        page = self.chromium.open(self.url)
        script = wait_for_worker(self.chromium, self.url, WORKER_SECONDS)
        self.arrival_seconds = time.monotonic() - start
        self.first_requests = self.server.requests if self.server else []
        page.close()
        return script

    @property
    def events(self) -> frozenset[str]:
        """The events that the worker listens to."""
        url = self.script and self.url
        return self.once("the worker's events", lambda: events_of_worker(self.chromium, url))

    @property
    def config(self) -> dict[str, Any] | None:
        """What pwagen wrote into the worker; None for a worker that pwagen didn't make."""
        url = self.script and self.url

        def read() -> dict[str, Any] | None:
            text = self.chromium.workers.evaluate(url, _CONFIG)
            return json.loads(text) if text else None

        return self.once("the worker's config", read)

    @property
    def app(self) -> InstalledApp:
        """The installed app."""

        def install() -> InstalledApp:
            page = self.visit()
            if errors := self.chromium.installability_errors(page):
                raise StepFailed(
                    f"the browser doesn't offer to install it: {', '.join(errors)}", where=self.url
                )
            return self.chromium.install(page)

        return self.once("an installed app", install)

    def needs_event(self, name: str) -> None:
        """Skip the step unless the worker listens to the event."""
        if name not in self.events:
            raise StepSkipped(f"not applicable: the worker has no {name} listener")

    # --- pages ---

    def visit(self, path: str = "", *, before: Callable[[Page], object] | None = None) -> Page:
        """Return a new page of the site that its worker controls; ``before`` gets it empty."""
        from playwright.sync_api import TimeoutError

        address = self.script and urljoin(self.url, path)
        page = self.chromium.context.new_page()
        if before:
            before(page)
        # A page that never finishes loading is judged by what it shows.
        with suppress(TimeoutError):
            page.goto(address, timeout=LOAD_SECONDS * 1000)
        self.until(lambda: page.evaluate("navigator.serviceWorker.controller !== null"), 5)
        return page

    def windows(self) -> list[Page]:
        """Return the pages that the user sees, the oldest first."""
        return self.chromium.windows

    def until(self, predicate: Callable[[], T], seconds: float = 5) -> T:
        """Return the predicate's first true value, or the last false one: nothing is raised."""
        from pwagen.browser.chromium import BrowserTimeout

        value = _unless_it_navigates(predicate)

        def look() -> bool:
            nonlocal value
            value = _unless_it_navigates(predicate)
            return bool(value)

        if not value:
            with suppress(BrowserTimeout):
                self.chromium.poll(look, seconds)
        return value

    # --- the site elsewhere ---

    @contextmanager
    def elsewhere(self, mount: str = "/", answers: Answers | None = None) -> Iterator[SiteServer]:
        """Serve the same folder at a new origin, as a new visitor meets it."""
        here = self.needs_server("it needs another server")
        with SiteServer(here.folder, mount, answers or Answers()) as server:
            try:
                yield server
            finally:
                self.chromium.set_offline(False)
                self.chromium.forget(server.url)

    def limited(self) -> AbstractContextManager[TimeLimit]:
        """Return what ends a step that takes too long."""
        return self.chromium.time_limit.of(STEP_SECONDS)

    def settle(self) -> None:
        """Let the browser's last reports in."""
        self.chromium.control_page.wait_for_timeout(0)

    def tidy(self) -> None:
        """Close what a step left open."""
        from playwright.sync_api import Error

        self.chromium.set_offline(False)
        self.chromium.close_pages()
        if self.has("a worker"):
            # Where the worker is gone by now, the next step that needs it says so.
            with suppress(PwagenError, Error):
                self.chromium.workers.evaluate(self.url, _CLOSE_ALL)
        self.desktop.clear()

    def close(self) -> None:
        """Uninstall the app, remove what the site left in the browser, and stop serving."""
        try:
            if self.has("an installed app"):
                self.app.uninstall()
            self.chromium.set_offline(False)
            self.chromium.background_events.stop()
            self.chromium.forget(self.url)
        finally:
            if self.server:
                self.server.close()


def _unless_it_navigates(predicate: Callable[[], T]) -> T:
    """Return the predicate's value, a false one while its page leaves for another."""
    from playwright.sync_api import Error

    try:
        return predicate()
    except Error as error:
        if "Execution context was destroyed" in str(error):
            return cast("T", None)
        raise
