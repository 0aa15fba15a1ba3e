"""A site under test in Chromium."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from typing import TYPE_CHECKING, Any, TypeVar, cast
from urllib.parse import urljoin

from pwagen.apptest.explanations import install_hint
from pwagen.apptest.sites.chromium_clicks import click, dismiss
from pwagen.apptest.sites.chromium_notifications import notified
from pwagen.apptest.sites.click_result import Click
from pwagen.apptest.sites.site_under_test import LOAD_SECONDS, STEP_SECONDS, SiteUnderTest
from pwagen.apptest.sites.worker_arrival import WORKER_SECONDS, wait_for_worker
from pwagen.apptest.step import StepFailedError, StepSkippedError
from pwagen.errors import PwagenError
from pwagen.testing.chromium.worker_listeners import events_of_worker
from pwagen.testing.chromium.workers import WorkerMissingError

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from pwagen.apptest.sites.page import Page as AnyPage
    from pwagen.apptest.target import TargetSite
    from pwagen.keys.key_pair import KeyPair
    from pwagen.testing.chromium.chromium import Chromium
    from pwagen.testing.chromium.failed_requests import FailedRequest
    from pwagen.testing.chromium.installed_app import InstalledApp
    from pwagen.testing.chromium.permissions import State
    from pwagen.testing.desktop import Desktop, ShownNotification
    from pwagen.testing.push_service import PushService, SubscriptionRecord
    from pwagen.testing.site_server.site_server import SiteServer
    from pwagen.testing.time_limit import TimeLimit

T = TypeVar("T")

_CLOSE_ALL = "self.registration.getNotifications().then((shown) => shown.forEach((one) => one.close()))"
_CONFIG = "self.pwagen?.config ? JSON.stringify(self.pwagen.config) : null"


class ChromiumSite(SiteUnderTest):
    """The site in Chromium."""

    browser = "chromium"

    def __init__(
        self,
        target: TargetSite,
        chromium: Chromium,
        push_service: PushService,
        desktop: Desktop,
        *,
        key_pair: KeyPair | None = None,
        mount: str = "/",
    ) -> None:
        super().__init__(target, push_service, desktop, key_pair=key_pair, mount=mount)
        self.chromium = chromium
        self.problems = chromium.problems
        chromium.background_events.record("pushMessaging", "notifications")

    # --- made once ---

    def _arrive(self) -> str:
        start = time.monotonic()
        page = self.chromium.open(self.url)
        script = self.worker_at(self.url, WORKER_SECONDS)
        self.arrival_seconds = time.monotonic() - start
        self.first_requests = self.server.requests if self.server else []
        # Some pages are loaded again as soon as they have a worker.
        self.close_page(page)
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
                raise StepFailedError(
                    f"the browser doesn't offer to install it: {', '.join(errors)}",
                    where=self.url,
                    hint=install_hint(errors),
                )
            return self.chromium.install(page)

        return self.once("an installed app", install)

    def needs_event(self, name: str) -> None:
        """Skip the step unless the worker listens to the event."""
        if name not in self.events:
            raise StepSkippedError(f"not applicable: the worker has no {name} listener")

    # --- pages ---

    def visit(self, path: str = "", *, before: Callable[[Page], object] | None = None) -> Page:
        """Return a new page of the site that its worker controls; ``before`` gets it empty."""
        from playwright.sync_api import TimeoutError

        address = self.script and urljoin(self.url, path)
        page = self.chromium.new_page()
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
        from pwagen.testing.time_limit import BrowserTimeoutError

        value = _unless_it_navigates(predicate)

        def look() -> bool:
            nonlocal value
            value = _unless_it_navigates(predicate)
            return bool(value)

        if not value:
            with suppress(BrowserTimeoutError):
                self.chromium.poll(look, seconds)
        return value

    def new_page(self) -> Page:
        """Return a new, empty page."""
        return self.chromium.new_page()

    def opened(self, page: AnyPage, url: str) -> tuple[str, int]:
        """Return why the URL did not open, and the status of the response."""
        from playwright.sync_api import Error

        try:
            answer = page.goto(url)
        except Error as error:
            return f"the browser's error page: {str(error).splitlines()[0]}", 0
        return "", answer.status if answer else 0

    def reload_hard(self, page: Page) -> None:
        """Load the page again without its worker."""
        with self.chromium.new_session(page) as session, page.expect_navigation():
            session.send("Page.reload", {"ignoreCache": True})

    def close_page(self, page: Page) -> None:
        """Close one page, whatever it is about to load."""
        self.chromium.close_page(page)

    def close_pages(self) -> None:
        """Close them all."""
        self.chromium.close_pages()

    def failed_requests(self) -> list[FailedRequest]:
        """Return the requests of the running step that failed."""
        return self.chromium.failed_requests.seen

    def begin(self, step_id: str) -> None:
        """Forget what went wrong before the step."""
        super().begin(step_id)
        self.chromium.failed_requests.clear()

    def press(self, page: Any, name: str) -> bool:
        """Click the page's control ``data-pwagen=NAME`` once it is visible; False where there is none."""
        if not page.locator(f"[data-pwagen={name}]").count():
            return False
        control = page.locator(f"[data-pwagen={name}]:visible")
        if not self.until(control.count):
            return False
        control.first.click()
        return True

    def page_log(self, page: Page) -> list[str]:
        """Return the live list of what the page, which is not loaded yet, logs and throws."""
        lines: list[str] = []
        # What the browser logs by itself comes without arguments, and no page can act on it.
        page.on("console", lambda message: lines.extend([message.text] if message.args else []))
        page.on("pageerror", lambda error: lines.append(str(error)))
        return lines

    # --- states ---

    def worker_at(self, url: str, seconds: float) -> str:
        """Return the script of the worker of a page just opened; raises StepFailedError without one."""
        return wait_for_worker(self, lambda: _worker_state(self.chromium, url), url, seconds)

    def set_offline(self, offline: bool) -> None:
        """Switch pages and workers offline, or online again; push messages still arrive."""
        self.chromium.set_offline(offline)

    def cut_off(self, server: SiteServer) -> None:
        """Cut off the server from `elsewhere`, until `leave` is called."""
        self.set_offline(True)

    def leave(self, server: SiteServer) -> None:
        """Be online, and forget the origin."""
        self.set_offline(False)
        self.chromium.forget(server.url)

    def set_permission(self, state: State) -> None:
        """Set the site's permission to notify."""
        self.chromium.set_permission(self.origin, "notifications", state)

    def answer_prompt(self, page: Page) -> None:
        """Let the user agree when the page, which is not loaded yet, asks whether it may notify."""
        self.chromium.permissions.answer_prompt(page, "granted")

    # --- push ---

    def subscription_of(self, page: Page) -> dict[str, Any] | None:
        """Return the page's subscription as JSON."""
        return self.chromium.subscription(page)

    def subscribe(self, page: Page, application_server_key: str) -> dict[str, Any]:
        """Return a new subscription of the page as JSON."""
        return self.chromium.subscribe(page, application_server_key)

    def end_subscription(self, subscription: dict[str, Any]) -> None:
        """Withdraw the permission and give it back, whereupon the worker gets pushsubscriptionchange."""
        record = self.push_service.subscription(subscription["endpoint"])
        self.set_permission("denied")
        self.push_service.wait_for(lambda: record.gone, what="the browser to end the subscription")
        self.set_permission("granted")

    def live_subscription(self) -> SubscriptionRecord | None:
        """Return the subscription that the site has now, without a page that could make one."""
        return next(iter(self.push_service.live_subscriptions(self.origin)), None)

    def notified(self, send: Callable[[], None]) -> ShownNotification:
        """Send a push and return the site's notification; raises StepFailedError if the site shows none."""
        return notified(self, self.chromium, send)

    def click(self, notification: ShownNotification, action: str | None = None) -> Click:
        """Click, and return the result once the worker is done; ``action`` is a button's title."""
        return click(self, self.chromium, notification, action)

    def dismiss(self, notification: ShownNotification) -> Click:
        """Dismiss the notification, and return what the page did."""
        return dismiss(self, self.chromium, notification)

    # --- from step to step ---

    def limited(self) -> AbstractContextManager[TimeLimit]:
        """Return what ends a step that takes too long."""
        return self.chromium.time_limit(STEP_SECONDS)

    def settle(self) -> None:
        """Let the browser's last reports in."""
        self.chromium.control_page.wait_for_timeout(0)

    def tidy(self) -> None:
        """Close what a step left open."""
        from playwright.sync_api import Error

        self.chromium.set_offline(False)
        self.chromium.close_pages()
        # A worker that is asked is started, and one that is being replaced keeps its asker waiting.
        if self.desktop.notifications and self.has("a worker"):
            # Where the worker has ended by now, the next step that needs it fails.
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


def _worker_state(chromium: Chromium, url: str) -> str:
    """Return the active worker's script, else the newest worker's status, else nothing."""
    try:
        chromium.workers.scope(url, timeout=0)
        versions = chromium.workers.versions(url)
    except WorkerMissingError:
        return ""
    active = next((version.script for version in versions if version.status == "activated"), "")
    return active or (versions[-1].status if versions else "")


def _unless_it_navigates(predicate: Callable[[], T]) -> T:
    """Return the predicate's value, a false one while its page leaves for another."""
    from playwright.sync_api import Error

    try:
        return predicate()
    except Error as error:
        if "Execution context was destroyed" in str(error):
            return cast("T", None)
        raise
