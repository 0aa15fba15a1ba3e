"""A site on trial: what every browser's steps share, made when the first of them needs it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urljoin, urlsplit

from pwagen.browser.problems import Problems
from pwagen.browser.server import Answers, SeenRequest, SiteServer
from pwagen.browser.steps.step import StepSkipped

if TYPE_CHECKING:
    from pwagen.browser.desktop import Desktop
    from pwagen.browser.push_service import PushService
    from pwagen.browser.subject import Subject
    from pwagen.browser.time_limit import TimeLimit
    from pwagen.push.keys import KeyPair

T = TypeVar("T")


class SiteOnTrial(ABC):
    """The site and what surrounds it. ``server`` is None where the site runs on a server of its own."""

    browser: str
    problems: Problems

    def __init__(
        self,
        subject: Subject,
        push_service: PushService,
        desktop: Desktop,
        *,
        key_pair: KeyPair | None = None,
        mount: str = "/",
    ) -> None:
        self.subject, self.push_service, self.desktop = subject, push_service, desktop
        self.key_pair = key_pair
        self.server = SiteServer(subject.folder, mount, Answers(accepts_all=True)) if subject.folder else None
        self.url = self.server.url if self.server else subject.url
        self.step_id = ""
        """The step that runs."""
        self.first_requests: list[SeenRequest] = []
        """What the server was asked for until the worker was active."""
        self._made: dict[str, Any] = {}
        self._failed_in: dict[str, str] = {}

    # --- made once ---

    def once(self, what: str, make: Callable[[], T]) -> T:
        """Return what ``make`` returned the first time; where it failed, later steps are skipped."""
        if what in self._failed_in:
            raise StepSkipped(f"needs {what}: see {self._failed_in[what]}")
        if what not in self._made:
            try:
                self._made[what] = make()
            except StepSkipped:
                raise
            except Exception:
                self._failed_in[what] = self.step_id
                raise
        made: T = self._made[what]
        return made

    def has(self, what: str) -> bool:
        """Return whether ``once`` has made it."""
        return what in self._made

    def forget(self, what: str) -> None:
        """Let ``once`` make it again."""
        self._made.pop(what, None)

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
    def tidy(self) -> None:
        """Close what a step left open."""

    # --- where things are ---

    def needs_server(self, what: str) -> SiteServer:
        """Return the server under our control, or skip the step."""
        if self.server is None:
            raise StepSkipped(f"not possible here: {what}, and the server at {self.url} is its own")
        return self.server

    @property
    def origin(self) -> str:
        """The site's origin."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"

    def resolved(self, url: str) -> str:
        """Return a URL of the worker's config as the worker resolves it."""
        return urljoin(self.script, url)

    def place(self, url: str) -> str:
        """Return the file behind a URL of the site, as the user knows it, else the URL."""
        if not self.server or not url.startswith(self.server.url):
            return url
        path = urlsplit(url.removeprefix(self.server.url)).path or "index.html"
        return f"{self.subject.name.rstrip('/')}/{path}" if self.subject.kind == "folder" else path
