"""A web app that is installed, as the operating system sees it.

https://chromedevtools.github.io/devtools-protocol/tot/PWA/ (needs a pipe, which Playwright uses, and
--enable-devtools-pwa-handler)
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from pwagen.errors import PwagenError
from pwagen.testing.waiting import TIMEOUT_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import BrowserContext, Page

    from pwagen.testing.chromium.devtools import DevToolsSession

T = TypeVar("T")


class AppBrowser(Protocol):
    """What an installed app needs of its browser."""

    @property
    def cdp(self) -> DevToolsSession:
        """The session with the browser as a whole."""

    @property
    def context(self) -> BrowserContext:
        """The profile that the app's windows belong to."""

    def new_session(self, page: Page) -> DevToolsSession:
        """Return a new session with the page."""

    def poll(self, predicate: Callable[[], T], timeout: float = ..., what: str = ...) -> T:
        """Return the predicate's first true value."""


class InstallError(PwagenError):
    """The browser doesn't install the app."""


class InstalledApp:
    """An app that was installed with ``Chromium.install``."""

    def __init__(self, chromium: AppBrowser, manifest_id: str) -> None:
        self._chromium = chromium
        self.manifest_id = manifest_id

    @property
    def badge(self) -> int:
        """The number on the app's icon, 0 when there is none; a badge without a number is 0 as well."""
        return int(self._state()["badgeCount"])

    @property
    def file_handlers(self) -> list[dict[str, Any]]:
        """The file handlers registered with the operating system."""
        handlers: list[dict[str, Any]] = self._state()["fileHandlers"]
        return handlers

    def wait_for_badge(self, count: int, timeout: float = TIMEOUT_SECONDS) -> None:
        """Return once the badge shows the number; raises PwagenError after ``timeout`` seconds."""
        self._chromium.poll(lambda: self.badge == count, timeout, f"badge {count}, it is {self.badge}")

    def launch(self, url: str | None = None) -> Page:
        """Open the app, at its start URL or another in its scope, and return its page.

        If the manifest's ``launch_handler`` wants an existing window, and there is one, that is its page.
        """
        parameters = {"manifestId": self.manifest_id} | ({"url": url} if url else {})
        return self._page(self._chromium.cdp.send("PWA.launch", parameters)["targetId"])

    def launch_files(self, *files: Path) -> list[Page]:
        """Open files with the app, as a double click on them does, and return its pages.

        One page a file if the handler's ``launch_type`` is ``multiple-clients``.
        """
        parameters = {"manifestId": self.manifest_id, "files": [str(file.resolve()) for file in files]}
        tabs: list[str] = self._chromium.cdp.send("PWA.launchFilesInApp", parameters)["targetIds"]
        return [self._page(tab) for tab in tabs]

    def uninstall(self) -> None:
        """Remove the app."""
        self._chromium.cdp.send("PWA.uninstall", {"manifestId": self.manifest_id})

    def _page(self, tab: str) -> Page:
        """Return the page in a tab, which may be new to Playwright, once it has loaded."""
        page = self._chromium.poll(lambda: self._page_in(tab), what="the app's window")
        assert page
        page.wait_for_load_state()
        return page

    def _page_in(self, tab: str) -> Page | None:
        from playwright.sync_api import Error

        context = self._chromium.context
        kinds = {"filter": [{"type": "page"}, {"type": "tab"}]}
        targets = self._chromium.cdp.send("Target.getTargets", kinds)["targetInfos"]
        # Chromium goes through its windows once for the pages and once for the tabs.
        ids = {
            kind: [target["targetId"] for target in targets if target["type"] == kind]
            for kind in ("page", "tab")
        }
        pages, tabs = ids["page"], ids["tab"]
        if len(pages) != len(tabs) or tab not in tabs:
            return None
        for page in context.pages:
            with suppress(Error):  # closed in the meantime
                with self._chromium.new_session(page) as session:
                    target = session.target()
                if target["targetId"] == pages[tabs.index(tab)] and target["url"] not in ("", "about:blank"):
                    return page
        return None

    def _state(self) -> dict[str, Any]:
        return self._chromium.cdp.send("PWA.getOsAppState", {"manifestId": self.manifest_id})
