"""The site under test in Firefox."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urljoin

from pwagen.apptest.sites.click_result import Click
from pwagen.apptest.sites.site_under_test import LOAD_SECONDS, STEP_SECONDS, SiteUnderTest
from pwagen.apptest.sites.worker_arrival import WORKER_SECONDS, wait_for_worker
from pwagen.apptest.step import StepFailedError, StepSkippedError
from pwagen.errors import PwagenError
from pwagen.testing.desktop import ShownNotification
from pwagen.testing.firefox.bidi import GONE, BidiError, BidiTimeoutError
from pwagen.testing.site_server.site_server import SiteServer

if TYPE_CHECKING:
    from pwagen.testing.chromium.permissions import State
    from pwagen.testing.firefox.firefox import Firefox, FirefoxPage
    from pwagen.testing.push_service import SubscriptionRecord

T = TypeVar("T")

SHOWN_SECONDS = 15
CONFIG_SECONDS = 5
AFTER_EVENT_SECONDS = 2
"""How long a notification may take to reach the desktop once the push event is over."""
CLICK_SECONDS = 12
"""How long a click may take to bring a window to the front."""
DISMISS_SECONDS = 2
"""How long a window may take to appear after a dismissal, which gives a worker no right to open one."""
LONGEST_PAUSE_SECONDS = 0.05

MAKER = "pwagen"
"""Named in every worker that pwagen makes, minified ones too: by it they know its messages."""

VERDICTS = {
    None: f"the push event still ran after {SHOWN_SECONDS} s",
    100: "the push event ended",
    101: "the message was not decrypted",
    102: "the worker's push event failed",
}
"""What Firefox answers to a message (services' nsIPushErrorReporter)."""

_STATE = """(navigator.serviceWorker?.getRegistration() ?? Promise.resolve()).then((found) => {
  if (found?.active?.state === "activated") return found.active.scriptURL;
  return (found?.active ?? found?.waiting ?? found?.installing)?.state ?? "";
})"""
_CONTROLLED = "navigator.serviceWorker.controller !== null"
# A worker that pwagen didn't make leaves the question alone.
_CONFIG = """([url, milliseconds]) => navigator.serviceWorker.getRegistration(url).then(
  (found) => new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => resolve(data?.config ?? null);
    found.active.postMessage({ pwagen: "config" }, [port2]);
    setTimeout(resolve, milliseconds, null);
  }),
)"""
# A tab that a worker focuses stays hidden in a browser without windows.
_FOCUSED = "document.hasFocus() && document.readyState === 'complete'"
_STATUS = "performance.getEntriesByType('navigation')[0]?.responseStatus ?? 0"
_PRESS = """(name) => {
  const visible = (control) => control.checkVisibility();
  const control = Array.from(document.querySelectorAll(`[data-pwagen=${name}]`)).find(visible);
  setTimeout(() => control?.click());
  return control !== undefined;
}"""
_HAS_CONTROL = "(name) => document.querySelector(`[data-pwagen=${name}]`) !== null"
_SUBSCRIPTION = """(url) => navigator.serviceWorker.getRegistration(url)
  .then((found) => found?.pushManager.getSubscription()).then((found) => found?.toJSON() ?? null)"""
_CLOSE_ALL = """(url) => navigator.serviceWorker.getRegistration(url)
  .then((found) => found?.getNotifications() ?? [])
  .then((shown) => shown.forEach((one) => one.close()))
  .then(() => true)"""
_NOT_KEPT = "void addEventListener('unload', () => {})"
"""A page that listens to it is ended as soon as it is left, and no worker finds it any more."""


class FirefoxSite(SiteUnderTest):
    """The site in Firefox, which is offline when the site's server is gone."""

    browser = "firefox"

    def __init__(self, *surroundings: Any, firefox: Firefox, **options: Any) -> None:
        super().__init__(*surroundings, **options)
        self.firefox = firefox
        self.problems = firefox.problems
        self._is_offline = False
        self._scriptless: FirefoxPage | None = None
        """A page of the site in which nothing runs, if one is open."""

    # --- made once ---

    def _arrive(self) -> str:
        start = time.monotonic()
        page = self._loaded(self.new_page(), self.url)
        script = self.worker_at(self.url, WORKER_SECONDS)
        self.arrival_seconds = time.monotonic() - start
        self.first_requests = self.server.requests if self.server else []
        page.close()
        return script

    @property
    def _sources(self) -> list[str]:
        """The worker's script, and what it imports from our server."""
        script = self.script

        def is_imported(headers: dict[str, str]) -> bool:
            return headers.get("referer") == script and headers.get("sec-fetch-dest") == "script"

        def read() -> list[str]:
            server = self.needs_server("its files can't be read")
            imported = [request.path for request in self.first_requests if is_imported(request.headers)]
            files = [server.find(path) for path in (self.path_here(script), *imported) if path]
            return [file[1].decode("utf-8", "replace") for file in files if file]

        return self.once("the worker's scripts", read)

    @property
    def config(self) -> dict[str, Any] | None:
        """What pwagen wrote into the worker; None for a worker that pwagen didn't make."""

        def read() -> dict[str, Any] | None:
            if self.server and not any(MAKER in text for text in self._sources):
                return None
            config: dict[str, Any] | None = self._ask(_CONFIG, [self.url, CONFIG_SECONDS * 1000])
            return config

        return self.once("the worker's config", read)

    def _ask(self, function: str, argument: Any) -> Any:
        """Return what a function returns at the site's origin, where no page of the site's is open.

        In the worker's text in the browser's own tab: to open the start page costs three times as much.
        """
        page = self.firefox.own_page
        try:
            self._loaded(page, self.script).evaluate(_NOT_KEPT)
            return page.evaluate(function, argument)
        finally:
            page.goto("about:blank")

    def needs_event(self, name: str) -> None:
        """Skip the step if no script of the worker's names the event: Firefox doesn't tell of listeners."""
        named = re.compile(rf"""["'`]{name}["'`]|\bon{name}\b""")
        if self.server and not any(named.search(text) for text in self._sources):
            raise StepSkippedError(f"not applicable: the worker has no {name} listener")

    # --- pages ---

    def new_page(self) -> FirefoxPage:
        """Return a new, empty page."""
        return self.firefox.new_page()

    def visit(self, path: str = "", *, before: Callable[[FirefoxPage], object] | None = None) -> FirefoxPage:
        """Return a new page of the site that its worker controls; ``before`` gets it empty."""
        address = self.script and urljoin(self.url, path)
        page = self.new_page()
        if before:
            before(page)
        self._loaded(page, address)
        self.until(lambda: page.evaluate(_CONTROLLED))
        return page

    def _loaded(self, page: FirefoxPage, url: str) -> FirefoxPage:
        # A page that never finishes loading is judged by what it shows.
        with suppress(BidiTimeoutError):
            page.goto(url, timeout=LOAD_SECONDS * 1000)
        return page

    def opened(self, page: Any, url: str) -> tuple[str, int]:
        """Return why the URL did not open, and the status of the response."""
        try:
            page.goto(url)
        except BidiTimeoutError:
            raise
        except BidiError as error:
            return f"the browser's error page: {error}", 0
        return "", int(page.evaluate(_STATUS))

    def reload_hard(self, page: FirefoxPage) -> None:
        """Load the page again without its worker."""
        # A parameter of Firefox's own, the same as Shift and the reload button.
        page.evaluate("void setTimeout(() => location.reload(true))")
        self.until(lambda: page.evaluate(f"document.readyState === 'complete' && !({_CONTROLLED})"))

    def windows(self) -> list[FirefoxPage]:
        """Return the pages that the user sees, the oldest first."""
        return self.firefox.windows

    def close_page(self, page: FirefoxPage) -> None:
        """Close one page, whatever it is about to load."""
        page.close()

    def close_pages(self) -> None:
        """Close them all."""
        self.firefox.close_pages()

    def press(self, page: Any, name: str) -> bool:
        """Click the page's control ``data-pwagen=NAME`` once it is visible; False where there is none."""
        if not page.evaluate(_HAS_CONTROL, name):
            return False
        return bool(self.until(lambda: page.evaluate(_PRESS, name)))

    def page_log(self, page: Any) -> list[str]:
        """Return the live list of what the page, which is not loaded yet, logs and throws."""
        self.firefox.console.clear()
        return self.firefox.console

    def until(self, predicate: Callable[[], T], seconds: float = 5) -> T:
        """Return the predicate's first true value, or the last false one: nothing is raised."""
        end, pause = time.monotonic() + seconds, LONGEST_PAUSE_SECONDS / 8
        while not (value := _unless_it_navigates(predicate)) and time.monotonic() < end:
            time.sleep(pause)
            # Each look costs the browser time in which it could do what is waited for.
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
        return value

    # --- states ---

    def worker_at(self, url: str, seconds: float) -> str:
        """Return the script of the worker of a page just opened; raises StepFailedError without one."""
        page = self.windows()[-1]
        return wait_for_worker(self, lambda: str(page.evaluate(_STATE) or ""), url, seconds)

    def set_offline(self, offline: bool) -> None:
        """Switch pages and workers offline, or online again; push messages still arrive."""
        if offline == self._is_offline:
            return
        server = self.needs_server("it takes the server away")
        self._is_offline = offline
        if offline:
            server.close()
        else:
            self.server = SiteServer(server.folder, server.mount, server.answers, port=server.port)
        self.firefox.set_offline(offline)

    def cut_off(self, server: SiteServer) -> None:
        """Cut off the server from `elsewhere`, until `leave` is called."""
        server.close()

    def leave(self, server: SiteServer) -> None:
        """Do nothing: the origin's data is deleted with the browser's profile."""

    def set_permission(self, state: State) -> None:
        """Set the site's permission to notify."""
        self.firefox.set_permission(self.origin, "notifications", state)

    def answer_prompt(self, page: FirefoxPage) -> None:
        """Let the user agree when the page, which is not loaded yet, asks whether it may notify."""
        self.firefox.answer_prompt(page, "granted")

    # --- push ---

    def subscription_of(self, page: FirefoxPage) -> dict[str, Any] | None:
        """Return the page's subscription as JSON."""
        return page.subscription()

    def subscribe(self, page: FirefoxPage, application_server_key: str) -> dict[str, Any]:
        """Return a new subscription of the page as JSON."""
        return page.subscribe(application_server_key)

    def end_subscription(self, subscription: dict[str, Any]) -> None:
        """Let the service forget the browser, whereupon the worker gets pushsubscriptionchange."""
        self.push_service.rotate(subscription["endpoint"])

    def live_subscription(self) -> SubscriptionRecord | None:
        """Return the subscription that the site has now, without a page that could make one."""
        # The worker's text. It stays open until there is one: to open it costs far more than to ask it.
        if self._scriptless is None or self._scriptless not in self.windows():
            self._scriptless = self._loaded(self.new_page(), self.script)
        subscription = self._scriptless.evaluate(_SUBSCRIPTION, self.url)
        record = self.push_service.subscription(subscription["endpoint"]) if subscription else None
        if record is None or record.gone:
            return None
        self._scriptless.close()
        return record

    def notified(self, send: Callable[[], None]) -> ShownNotification:
        """Send a push and return the site's notification; raises StepFailedError if the site shows none."""
        earlier = len(self.desktop.history)
        send()
        message = self.push_service.messages[-1]

        def is_shown() -> bool:
            return len(self.desktop.history) > earlier

        self.until(lambda: is_shown() or message.ack_code is not None, SHOWN_SECONDS)
        # The verdict may come just before the desktop receives the notification.
        if not self.until(is_shown, AFTER_EVENT_SECONDS):
            verdict = VERDICTS.get(message.ack_code, f"Firefox's verdict is {message.ack_code}")
            raise StepFailedError(f"no notification: {verdict}", where=self.place(self.script))
        return self.desktop.history[-1]

    def click(self, notification: ShownNotification, action: str | None = None) -> Click:
        """Click, and return the result once the worker is done; ``action`` is a button's title."""
        return self._after(lambda: self.desktop.click(notification, action), CLICK_SECONDS)

    def dismiss(self, notification: ShownNotification) -> Click:
        """Dismiss the notification, and return what the page did."""
        return self._after(lambda: self.desktop.dismiss(notification), DISMISS_SECONDS)

    def _after(self, act: Callable[[], None], seconds: float) -> Click:
        before = self.windows()
        self.firefox.hide_pages()
        act()
        to_front = self.until(lambda: any(map(_is_in_front, self.windows())), seconds)
        return Click(None, bool(to_front), before, self.windows())

    # --- from step to step ---

    @contextmanager
    def limited(self) -> Iterator[None]:
        """Give up a step that takes too long."""
        start = time.monotonic()
        try:
            with self.firefox.time_limit(STEP_SECONDS):
                yield
        except BidiTimeoutError:
            seconds = time.monotonic() - start
            raise StepFailedError(f"no answer within {seconds:.0f} s: a page hangs", where=self.url) from None

    def settle(self) -> None:
        """Do nothing: reports come by themselves."""

    def tidy(self) -> None:
        """Close what a step left open."""
        # Where the browser or the worker has ended by now, the next step that needs it fails.
        with suppress(PwagenError):
            self.set_offline(False)
            self.firefox.close_pages()
            if self.desktop.notifications and self.has("a worker"):
                self._ask(_CLOSE_ALL, self.url)
        self.desktop.clear()

    def close(self) -> None:
        """Stop serving; the browser's data is deleted with its profile."""
        if self.server:
            self.server.close()


def _unless_it_navigates(predicate: Callable[[], T]) -> T | Any:
    """Return the predicate's value, None while its page leaves for another."""
    try:
        return predicate()
    except BidiTimeoutError:
        raise
    except BidiError as error:
        if error.code in ("", GONE):
            raise
        return None


def _is_in_front(page: FirefoxPage) -> bool:
    """Tell whether the page has the focus, and has loaded."""
    return bool(page.evaluate(_FOCUSED) and page.url != "about:blank")
