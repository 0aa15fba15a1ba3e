"""Chromium with a real push subscription, driven by Playwright's synchronous API."""

from __future__ import annotations

import os
import re
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

from pwagen.testing import time_limit
from pwagen.testing.chromium.background_events import BackgroundEvents
from pwagen.testing.chromium.browser_problems import Problems
from pwagen.testing.chromium.devtools import DevToolsSession
from pwagen.testing.chromium.failed_requests import FailedRequests
from pwagen.testing.chromium.installed_app import InstalledApp, InstallError
from pwagen.testing.chromium.permissions import Permissions, State
from pwagen.testing.chromium.workers import Workers
from pwagen.testing.find_browser import BrowserMissingError, find_chromium
from pwagen.testing.time_limit import BrowserTimeoutError, TimeLimit, call_limit
from pwagen.testing.waiting import TIMEOUT_SECONDS

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page, Playwright

    from pwagen.testing.desktop import Desktop
    from pwagen.testing.push_service import PushService

T = TypeVar("T")

CLOSE_SECONDS = 10.0
STOPPED_SECONDS = 3.0
CLOSE_AGAIN_SECONDS = 1.0
LONGEST_PAUSE_MS = 50.0

_SUBSCRIBE = """async (key) => {
  const registration = await navigator.serviceWorker.ready;
  const options = { userVisibleOnly: true, applicationServerKey: key };
  return (await registration.pushManager.subscribe(options)).toJSON();
}"""
_SUBSCRIPTION = """async () => {
  const registration = await navigator.serviceWorker.ready;
  return (await registration.pushManager.getSubscription())?.toJSON() ?? null;
}"""


IGNORED_FLAGS = ("--disable-background-networking",)
"""Playwright's own flag with which there is neither check-in nor connection."""

DISABLED_FEATURES = (
    # Two pages of the address bar, each with a process, that nobody types into: half of what a start costs.
    *("WebUIOmniboxPopup", "WebUIOmniboxAimPopup"),
    # Of several --disable-features Chromium reads the last one only: these are Playwright's own.
    *("AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades"),
    *("HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "PaintHolding"),
    *("ThirdPartyStoragePartitioning", "AvoidCorsURLLoaderRestartOnRedirect", "TcpPortRandomizationWin"),
    *("OptimizationHints", "NetworkTimeServiceQuerying", "AimEnabled", "PreconnectToSearch"),
    *("msForceBrowserSignIn", "msEdgeUpdateLaunchServicesPreferredVersion"),
)
UNSEEN_FLAGS = (
    f"--disable-features={','.join(DISABLED_FEATURES)}",
    # Tabs that slide and spinners that turn, which no test sees, are most of what the browser's own process
    # paints, 60 times a second. The animations of pages are not meant.
    "--animation-duration-scale=0",
)
"""What makes a browser cheaper that nobody looks at."""

DESKTOP_COMMANDS = (
    "xdg-desktop-menu",
    "xdg-icon-resource",
    "xdg-mime",
    "xdg-settings",
    "update-desktop-database",
)
"""The system's scripts by which Chromium puts an app into the user's menus, with its icons and file types."""


@dataclass(frozen=True)
class ParsedManifest:
    """The manifest as the browser understood it."""

    url: str
    errors: list[str]
    members: dict[str, Any]
    app_id: str


class Chromium:
    """One running Chromium; use it as a context manager, or call ``close``.

    ``context`` is Playwright's persistent context: push doesn't exist in the others, which are
    private windows. Tests are kept apart by origins of their own rather than by contexts.
    """

    def __init__(
        self,
        push_service: PushService | None = None,
        desktop: Desktop | None = None,
        *,
        headless: bool = True,
        executable: Path | None = None,
        profile: Path | None = None,
        arguments: list[str] | None = None,
        playwright: Playwright | None = None,
        **context_options: Any,
    ) -> None:
        """Start it. Raises BrowserMissingError. ``profile`` is kept, the default one is removed at the end.

        Playwright runs once a thread: a second browser takes over the first one's ``playwright``.
        """
        self._executable = executable or find_chromium()
        self._folder = tempfile.TemporaryDirectory(prefix="pwagen-", ignore_cleanup_errors=True)
        self._owns_playwright = playwright is None
        self.playwright = playwright or _start_playwright()
        self.process_id = 0
        """The browser's own; its group is that of all of its processes."""
        try:
            self.context = self._launch(
                profile or Path(self._folder.name) / "profile",
                [*flags_for(push_service), *UNSEEN_FLAGS, *(arguments or [])],
                self._environment(desktop),
                headless,
                context_options,
            )
            self.process_id = self._process_id()
            self.control_page = self.context.pages[0]
            self.cdp = self.new_session(self.control_page)
            self._control_target: str = self.cdp.target()["targetId"]
            self.problems = Problems()
            self.problems.watch(self.context)
            self.failed_requests = FailedRequests(self.context)
            self.permissions = Permissions(self.context, self.cdp, self.new_session)
            self.workers = Workers(self.context, self.cdp, self.poll, self.problems)
            self.background_events = BackgroundEvents(self.cdp)
        except BaseException:
            self._clean_up()
            raise

    # --- pages ---

    def open(self, url: str, *, wait_for_worker: bool = False) -> Page:
        """Return a new page at the URL, once its service worker is active if asked."""
        page = self.new_page()
        page.goto(url)
        if wait_for_worker:
            with call_limit(f"{url} to have an active service worker"):
                page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        return page

    def new_page(self) -> Page:
        """Return a new, empty page."""
        with call_limit("a new page"):
            return self.context.new_page()

    def new_session(self, page: Page) -> DevToolsSession:
        """Return a new session of the DevTools protocol with the page."""
        with call_limit(f"a DevTools session with {page.url}"):
            return DevToolsSession(self.context.new_cdp_session(page))

    def new_browser_session(self) -> DevToolsSession:
        """Return a new session of the DevTools protocol with the browser."""
        assert self.context.browser is not None
        with call_limit("a DevTools session with the browser"):
            return DevToolsSession(self.context.browser.new_browser_cdp_session())

    def poll(self, predicate: Callable[[], T], timeout: float = TIMEOUT_SECONDS, what: str = "it") -> T:
        """Return the predicate's first true value, letting the browser's events in meanwhile.

        Raises BrowserTimeoutError after ``timeout`` seconds.
        """
        end, pause = time.monotonic() + timeout, 5.0
        while not (value := predicate()):
            if time.monotonic() > end:
                raise BrowserTimeoutError(f"waited {timeout:g} s for {what}")
            self.control_page.wait_for_timeout(pause)
            # Each look costs the page and the browser time in which they could do what is waited for.
            pause = min(2 * pause, LONGEST_PAUSE_MS)
        return value

    def close_pages(self) -> None:
        """Close every page but the harness's own."""
        self._close("", "the pages to close")

    def close_page(self, page: Page) -> None:
        """Close one page, also while it is loaded again: its own ``close()`` may never return then."""
        with self.new_session(page) as session:
            target = session.target()["targetId"]
        self._until_closed(lambda: self._close_target(target), page.is_closed, "the page to close")

    def _close(self, site: str, what: str) -> None:
        """Close the pages whose URL begins so."""

        def closed() -> bool:
            return not any(page.url.startswith(site) for page in self.windows)

        self._until_closed(lambda: self._close_targets(site), closed, what)

    def _until_closed(self, close: Callable[[], None], closed: Callable[[], bool], what: str) -> None:
        """Close pages, and again those that stay: one that is led elsewhere outlives a first try."""
        close()
        next_try = time.monotonic() + CLOSE_AGAIN_SECONDS

        def look() -> bool:
            nonlocal next_try
            if not (done := closed()) and time.monotonic() > next_try:
                close()
                next_try = time.monotonic() + CLOSE_AGAIN_SECONDS
            return done

        self.poll(look, what=what)

    def _close_targets(self, site: str) -> None:
        harness_targets = (self._control_target, self.permissions.target_id)
        for target in self.cdp.send("Target.getTargets")["targetInfos"]:
            is_meant = target["type"] == "page" and target["url"].startswith(site)
            if is_meant and target["targetId"] not in harness_targets:
                self._close_target(target["targetId"])

    def _close_target(self, target: str) -> None:
        from playwright.sync_api import Error

        # Not with page.close(): it never returns for a page whose reload was aborted halfway.
        with suppress(Error):  # it may have closed since: in the end it must have
            self.cdp.send("Target.closeTarget", {"targetId": target})

    @contextmanager
    def time_limit(self, seconds: float, what: str = "a page that hangs") -> Iterator[TimeLimit]:
        """Limit a block of calls, and close the pages if it takes longer: one of them may hang."""
        try:
            with time_limit.time_limit(seconds, what) as limit:
                yield limit
        finally:
            if limit.reached:
                self._close_targets("")

    @property
    def windows(self) -> list[Page]:
        """The pages that the user sees, the oldest first: all but the harness's own."""
        harness_pages = (self.control_page, self.permissions.page)
        return [page for page in self.context.pages if page not in harness_pages]

    def forget(self, url: str) -> None:
        """Remove what the URL's origin has: pages, workers, subscriptions, storage and permissions."""
        from pwagen.push.transport.endpoints import origin

        site = origin(url)
        self._close(f"{site}/", f"the pages of {site} to close")
        self.permissions.set(site, "notifications", "prompt")
        self.cdp.send("Storage.clearDataForOrigin", {"origin": site, "storageTypes": "all"})

    def leave(self) -> None:
        """Close the pages and be online; what went wrong, and what was recorded, can still be read."""
        self.close_pages()
        self.set_offline(False)

    def reset(self) -> None:
        """Be online, without pages and without problems, as at the start."""
        self.leave()
        self.background_events.stop()
        self.problems.clear()
        self.failed_requests.clear()

    # --- push ---

    def subscribe(self, page: Page, application_server_key: str) -> dict[str, Any]:
        """Return the page's real push subscription as JSON; the permission must be granted."""
        with call_limit(f"a push subscription of {page.url}"):
            subscription: dict[str, Any] = page.evaluate(_SUBSCRIBE, application_server_key)
        return subscription

    def subscription(self, page: Page) -> dict[str, Any] | None:
        """Return the page's current subscription as JSON."""
        with call_limit(f"the push subscription of {page.url}"):
            subscription: dict[str, Any] | None = page.evaluate(_SUBSCRIPTION)
        return subscription

    # --- states ---

    def set_permission(self, url: str, name: str, state: State) -> None:
        """Set a permission of the URL's origin: ``notifications``, ``periodic-background-sync``, …"""
        from pwagen.push.transport.endpoints import origin

        self.permissions.set(origin(url), name, state)

    def set_offline(self, offline: bool) -> None:
        """Cut the network for pages and workers, or bring it back; push messages still arrive.

        Raises BrowserTimeoutError, and Playwright's Error where a tab that has crashed was not closed.
        """
        for attempts_left in (2, 1, 0):
            with self.workers.all_running():
                try:
                    self._set_offline(offline)
                    return
                except BrowserTimeoutError:
                    # The next call leaves out what did not answer: Playwright sends each state once.
                    if not (attempts_left and self.workers.stopped):
                        raise

    def _set_offline(self, offline: bool) -> None:
        # A version that waits and whose process crashed can't be started again, and does not answer.
        seconds = STOPPED_SECONDS if self.workers.stopped else time_limit.CALL_SECONDS
        state = "offline" if offline else "online"
        with time_limit.time_limit(seconds, f"the browser to be {state}"):
            self.context.set_offline(offline)

    # --- the app ---

    def manifest(self, page: Page) -> ParsedManifest:
        """Return the page's manifest as parsed; raises InstallError when the page links none."""
        with self.new_session(page) as session:
            answer = session.send("Page.getAppManifest")
            app_id = session.send("Page.getAppId").get("appId", "")
        if not answer["url"]:
            raise InstallError(f"{page.url} has no <link rel=manifest>")
        errors = [error["message"] for error in answer["errors"]]
        return ParsedManifest(answer["url"], errors, answer.get("manifest", {}), app_id)

    def installability_errors(self, page: Page) -> list[str]:
        """Return why the browser would not offer to install the page's app, by Chromium's error ids."""
        with self.new_session(page) as session:
            answer = session.send("Page.getInstallabilityErrors")
        return [error["errorId"] for error in answer["installabilityErrors"]]

    def install(self, page: Page) -> InstalledApp:
        """Install the page's app; raises InstallError with the browser's reasons."""
        from playwright.sync_api import Error

        manifest_id = self.manifest(page).app_id
        try:
            # From the page itself: told its URL, the browser would load it once more, unseen.
            with self.new_session(page) as session:
                session.send("PWA.install", {"manifestId": manifest_id})
        except Error as error:
            reasons = ", ".join(self.installability_errors(page)) or str(error)
            raise InstallError(f"{page.url} was not installed: {reasons}") from None
        # In windows of its own, as it is when a user installs it; over the protocol the default is a tab.
        settings = {"manifestId": manifest_id, "displayMode": "standalone"}
        self.cdp.send("PWA.changeAppUserSettings", settings)
        return InstalledApp(self, manifest_id)

    # --- life ---

    def close(self) -> None:
        """End the browser, by force if it does not within ``CLOSE_SECONDS``, and remove its profile."""
        try:
            with time_limit.time_limit(CLOSE_SECONDS, "the browser to end"):
                self.context.close()
        except BrowserTimeoutError:
            self._kill()
        finally:
            self._clean_up()

    def _process_id(self) -> int:
        """Return the id of the browser's process; Playwright starts it in a group of its own."""
        with self.new_browser_session() as session:
            processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
        return next(int(process["id"]) for process in processes if process["type"] == "browser")

    def _kill(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process_id, signal.SIGKILL)

    def _clean_up(self) -> None:
        if self._owns_playwright:
            self.playwright.stop()
        self._folder.cleanup()

    def _environment(self, desktop: Desktop | None) -> dict[str, str | float | bool]:
        # Chromium leaves folders in TMPDIR. Ours has a short path: its socket there allows 107 characters.
        own = {"TMPDIR": self._folder.name, "PATH": f"{self._commands()}{os.pathsep}{os.environ['PATH']}"}
        return {**os.environ, **(desktop.environment if desktop else {}), **own}

    def _commands(self) -> Path:
        """Return a folder of commands that do nothing, in place of the desktop's.

        The menus of whoever runs the tests would keep their apps, and the scripts take seconds.
        """
        folder = Path(self._folder.name) / "commands"
        folder.mkdir()
        for name in DESKTOP_COMMANDS:
            (folder / name).write_text("#!/bin/sh\n", encoding="utf-8")
            (folder / name).chmod(0o755)
        return folder

    def _launch(
        self,
        profile: Path,
        flags: list[str],
        environment: dict[str, str | float | bool],
        headless: bool,
        options: dict[str, Any],
    ) -> BrowserContext:
        from playwright.sync_api import Error

        try:
            return self.playwright.chromium.launch_persistent_context(
                profile,
                executable_path=self._executable,
                headless=headless,
                args=flags,
                ignore_default_args=list(IGNORED_FLAGS),
                # The sandbox refuses to run as root.
                chromium_sandbox=os.geteuid() != 0,
                env=environment,
                **options,
            )
        except Error as error:
            raise BrowserMissingError(f"{self._executable} does not start: {_reason(str(error))}") from None

    def __enter__(self) -> Chromium:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _reason(report: str) -> str:
    """Return the browser's own last complaint of Playwright's report, else the report's first line."""
    complaints = re.findall(r"\[err\] .*?(?:ERROR|FATAL):\S+ (.+)", report)
    return complaints[-1] if complaints else report.partition("\n")[0]


def flags_for(push_service: PushService | None) -> list[str]:
    """Return the flags for a Chromium with the service's pushes, and with its notifications on D-Bus."""
    return [
        "--enable-devtools-pwa-handler",
        # Notifications go to the desktop's bus instead of Chromium's own pop-ups.
        # Background fetches wait for two things that tests, which open and close pages all the time, rarely
        # give them: that a page has been idle after the browser's start, for up to 3 minutes, and that no
        # page has been loaded for 30 seconds, for up to 5 minutes.
        "--enable-features=SystemNotifications,NativeNotifications,"
        "ImprovedStartupBestEffortDelay:StartupDelayFailsafeTimeout/1s,"
        "DownloadService:navigation_completion_delay_seconds/0/navigation_timeout_delay_seconds/1",
        *(push_service.chromium_flags if push_service else []),
    ]


def _start_playwright() -> Playwright:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        from pwagen.imports.optional_packages import install_command

        raise BrowserMissingError(f"Playwright is not installed: {install_command('test')}") from None
    return sync_playwright().start()
