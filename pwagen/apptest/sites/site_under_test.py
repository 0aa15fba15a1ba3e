"""A site under test: what every browser's steps share, made when the first of them needs it."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import unquote, urljoin, urlsplit

from pwagen.apptest.step import StepSkippedError
from pwagen.testing.chromium.browser_problems import BrowserProblem, Problems, in_short
from pwagen.testing.chromium.failed_requests import FailedRequest
from pwagen.testing.site_server.site_server import Answers, SeenRequest, SiteServer

if TYPE_CHECKING:
    from pwagen.apptest.sites.click_result import Click
    from pwagen.apptest.sites.page import Page
    from pwagen.apptest.target import TargetSite
    from pwagen.keys.key_pair import KeyPair
    from pwagen.testing.chromium.permissions import State
    from pwagen.testing.desktop import Desktop, ShownNotification
    from pwagen.testing.push_service import PushService, SubscriptionRecord
    from pwagen.testing.time_limit import TimeLimit

T = TypeVar("T")

_NAMES_NO_REQUEST = re.compile(
    "Failed to fetch|NetworkError when attempting|Load failed|Request failed|bad HTTP response code"
)
MOST_NAMED = 3

LOAD_SECONDS = 15
STEP_SECONDS = 90


class SiteUnderTest(ABC):
    """The site and what surrounds it. ``server`` is None where the site runs on a server of its own."""

    browser: str
    problems: Problems

    def __init__(
        self,
        target: TargetSite,
        push_service: PushService,
        desktop: Desktop,
        *,
        key_pair: KeyPair | None = None,
        mount: str = "/",
    ) -> None:
        self.target, self.push_service, self.desktop = target, push_service, desktop
        self.key_pair = key_pair
        self.server = SiteServer(target.folder, mount, Answers(accepts_all=True)) if target.folder else None
        self.url = self.server.url if self.server else target.url
        self.arrival_seconds = 0.0
        """How long the site took to have an active worker."""
        self.step_id = ""
        """The step that runs."""
        self.first_requests: list[SeenRequest] = []
        """What the server was asked for until the worker was active."""
        self._made: dict[str, Any] = {}
        self._failed_in: dict[str, str] = {}

    # --- made once ---

    def once(self, name: str, make: Callable[[], T]) -> T:
        """Return what ``make`` returned the first time; where it failed, later steps are skipped."""
        if name in self._failed_in:
            raise StepSkippedError(f"needs {name}: see {self._failed_in[name]}")
        if name not in self._made:
            try:
                self._made[name] = make()
            except StepSkippedError:
                raise
            except Exception:
                self._failed_in[name] = self.step_id
                raise
        value: T = self._made[name]
        return value

    def has(self, name: str) -> bool:
        """Return whether ``once`` has made it."""
        return name in self._made

    def forget(self, name: str) -> None:
        """Let ``once`` make it again."""
        self._made.pop(name, None)

    @property
    def script(self) -> str:
        """The URL of the active worker's script; the start page is opened if need be."""
        return self.once("a worker", self._arrive)

    @property
    @abstractmethod
    def config(self) -> dict[str, Any] | None:
        """What pwagen wrote into the worker; None for a worker that pwagen didn't make."""

    # --- what a browser does ---

    @abstractmethod
    def _arrive(self) -> str:
        """Open the start page and return the script of the worker that becomes active."""

    @abstractmethod
    def until(self, predicate: Callable[[], T], seconds: float = 5) -> T:
        """Return the predicate's first true value, or the last false one: nothing is raised."""

    def limited(self) -> AbstractContextManager[TimeLimit | None]:
        """Return what ends a step that takes too long, where the browser lets itself be stopped."""
        return nullcontext()

    @abstractmethod
    def settle(self) -> None:
        """Let the browser's last reports in."""

    @abstractmethod
    def new_page(self) -> Page:
        """Return a new, empty page."""

    @abstractmethod
    def visit(self, path: str = "", *, before: Callable[[Any], object] | None = None) -> Page:
        """Return a new page of the site that its worker controls; ``before`` gets it empty."""

    @abstractmethod
    def opened(self, page: Page, url: str) -> tuple[str, int]:
        """Return why the URL did not open, and the status of the response."""

    @abstractmethod
    def reload_hard(self, page: Any) -> None:
        """Load the page again without its worker."""

    @abstractmethod
    def windows(self) -> Sequence[Page]:
        """Return the pages that the user sees, the oldest first."""

    @abstractmethod
    def close_page(self, page: Any) -> None:
        """Close one page, whatever it is about to load."""

    @abstractmethod
    def close_pages(self) -> None:
        """Close them all."""

    def failed_requests(self) -> Sequence[FailedRequest]:
        """Return the requests of the running step that failed, where the browser reports them."""
        return ()

    def begin(self, step_id: str) -> None:
        """Forget what went wrong before the step."""
        self.step_id = step_id
        self.problems.clear()

    @abstractmethod
    def press(self, page: Page, name: str) -> bool:
        """Click the page's control ``data-pwagen=NAME`` once it is visible; False where there is none."""

    @abstractmethod
    def needs_event(self, name: str) -> None:
        """Skip the step unless the worker listens to the event."""

    @abstractmethod
    def worker_at(self, url: str, seconds: float) -> str:
        """Return the script of the worker of a page just opened; raises StepFailedError without one."""

    @abstractmethod
    def set_offline(self, offline: bool) -> None:
        """Switch pages and workers offline, or online again; push messages still arrive."""

    @abstractmethod
    def cut_off(self, server: SiteServer) -> None:
        """Cut off the server from `elsewhere`, until `leave` is called."""

    @abstractmethod
    def page_log(self, page: Any) -> Sequence[str]:
        """Return the live list of what the page, which is not loaded yet, logs and throws."""

    @abstractmethod
    def set_permission(self, state: State) -> None:
        """Set the site's permission to notify."""

    @abstractmethod
    def answer_prompt(self, page: Any) -> None:
        """Let the user agree when the page, which is not loaded yet, asks whether it may notify."""

    @abstractmethod
    def subscription_of(self, page: Any) -> dict[str, Any] | None:
        """Return the page's subscription as JSON."""

    @abstractmethod
    def subscribe(self, page: Any, application_server_key: str) -> dict[str, Any]:
        """Return a new subscription of the page as JSON."""

    @abstractmethod
    def end_subscription(self, subscription: dict[str, Any]) -> None:
        """Let the browser end it, with no page open, and tell the worker."""

    @abstractmethod
    def live_subscription(self) -> SubscriptionRecord | None:
        """Return the subscription that the site has now, without a page that could make one."""

    @abstractmethod
    def notified(self, send: Callable[[], None]) -> ShownNotification:
        """Send a push and return the site's notification; raises StepFailedError if the site shows none."""

    @abstractmethod
    def click(self, notification: ShownNotification, action: str | None = None) -> Click:
        """Click, and return the result once the worker is done; ``action`` is a button's title."""

    @abstractmethod
    def dismiss(self, notification: ShownNotification) -> Click:
        """Dismiss the notification, and return what the page did."""

    @contextmanager
    def elsewhere(self, mount: str = "/", answers: Answers | None = None) -> Iterator[SiteServer]:
        """Serve the same folder at a new origin, as a new visitor meets it."""
        original = self.needs_server("it needs another server")
        with SiteServer(original.folder, mount, answers or Answers()) as server:
            try:
                yield server
            finally:
                self.leave(server)

    @abstractmethod
    def leave(self, server: SiteServer) -> None:
        """Be online, and forget the origin."""

    @abstractmethod
    def tidy(self) -> None:
        """Close what a step left open."""

    @abstractmethod
    def close(self) -> None:
        """End it, and stop serving."""

    # --- where things are ---

    def needs_server(self, reason: str) -> SiteServer:
        """Return the server under our control, or skip the step."""
        if self.server is None:
            raise StepSkippedError(f"not possible here: {reason}, and the server at {self.url} is its own")
        return self.server

    @property
    def origin(self) -> str:
        """The site's origin."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"

    def resolved(self, url: str) -> str:
        """Return a URL of the worker's config as the worker resolves it."""
        return urljoin(self.script, url)

    def path_here(self, url: str) -> str | None:
        """Return the path of a URL at our server, as that reads it; None for one that is elsewhere."""
        if not self.server or not url.startswith(self.server.url):
            return None
        return unquote(urlsplit(url.removeprefix(self.server.url)).path)

    def in_words(self, problems: Sequence[BrowserProblem]) -> str:
        """Return the first few problems on one line, with files for URLs, and what was not answered."""
        text = in_short([replace(problem, url=self.place(problem.url)) for problem in problems])
        failed = self.failed_requests()
        if not failed or not any(_NAMES_NO_REQUEST.search(problem.text) for problem in problems):
            return text
        named = [f"{self.place(request.url)} ({request.reason})" for request in failed[:MOST_NAMED]]
        more = f" and {len(failed) - MOST_NAMED} more" if len(failed) > MOST_NAMED else ""
        return f"{text}; requests that failed: {', '.join(named)}{more}"

    def place(self, url: str) -> str:
        """Return the file behind a URL of the site, as the user knows it, else the URL."""
        path = self.path_here(url)
        if path is None:
            return url
        path = path or "index.html"
        return f"{self.target.name.rstrip('/')}/{path}" if self.target.kind == "folder" else path
