"""Firefox with a real push subscription, driven over WebDriver BiDi.

It has no badges, no periodic sync and no background fetch; everything else is as in Chromium.
"""

from __future__ import annotations

import asyncio
import json
import math
import os
import re
import tempfile
import time
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from pwagen.testing.child_process import ChildProcess
from pwagen.testing.chromium.browser_problems import BrowserProblem, Problems
from pwagen.testing.chromium.permissions import State
from pwagen.testing.event_loop import BackgroundLoop, LoopTimeoutError
from pwagen.testing.find_browser import BrowserMissingError, find_firefox
from pwagen.testing.firefox.bidi import BidiConnection, BidiError, BidiTimeoutError

if TYPE_CHECKING:
    from pwagen.testing.desktop import Desktop
    from pwagen.testing.push_service import PushService

START_SECONDS = 60
ANSWER_SECONDS = 60
CLOSE_SECONDS = 15.0

PREFERENCES: dict[str, str | bool | int] = {
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage_override.mstone": "ignore",
    "browser.startup.page": 0,
    "datareporting.policy.dataSubmissionEnabled": False,
    "toolkit.telemetry.reportingpolicy.firstRun": False,
    # Off wherever remote control is on.
    "dom.push.connection.enabled": True,
    # Service workers on plain-HTTP loopback origins.
    "dom.serviceWorkers.testing.enabled": True,
    # How long after a click a worker may focus or open windows, in milliseconds: a loaded machine needs more
    # than the second that there is otherwise.
    "dom.disable_open_click_delay": 10_000,
    "dom.webnotifications.disable_open_click_delay": 10_000,
    # Nothing is needed of what it prepares for users: new tabs, icons on tabs, history, small pictures.
    "browser.newtab.preload": False,
    "browser.chrome.site_icons": False,
    "browser.pagethumbnails.capturing_disabled": True,
    "places.history.enabled": False,
    # Nothing to reach outside, so don't try.
    "app.normandy.enabled": False,
    "app.update.disabledForTesting": True,
    "browser.safebrowsing.update.enabled": False,
    "extensions.systemAddon.update.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,",
}
UNSEEN: dict[str, str | bool | int] = {"layout.frame_rate": 10}
"""Where nobody watches, windows and pages are drawn ten times a second, instead of sixty times."""

# Only promises are awaited: a page that is left may be kept, and its promises stay open.
_EVALUATE = """(json) => {
  const value = (%s);
  const result = typeof value === "function" ? value(JSON.parse(json)) : value;
  const asText = (result) => JSON.stringify(result) ?? "null";
  return typeof result?.then === "function" ? result.then(asText) : asText(result);
}"""
_ANSWER_PROMPT = """(answer) => {
  const ask = Notification.requestPermission.bind(Notification);
  Notification.requestPermission = async (...args) => {
    if (Notification.permission === "default") answer(origin);
    while (Notification.permission === "default") await new Promise((next) => setTimeout(next, 10));
    return ask(...args);
  };
}"""
_SUBSCRIBE = """async (key) => {
  const registration = await navigator.serviceWorker.ready;
  const options = { userVisibleOnly: true, applicationServerKey: key };
  return (await registration.pushManager.subscribe(options)).toJSON();
}"""
_SUBSCRIPTION = """navigator.serviceWorker.ready
  .then((found) => found.pushManager.getSubscription()).then((found) => found?.toJSON() ?? null)"""
_NOTIFICATIONS = """async () => {
  const registration = await navigator.serviceWorker.ready;
  const shown = await registration.getNotifications();
  return shown.map(({ title, body, tag, icon }) => ({ title, body, tag, icon }));
}"""


@dataclass(frozen=True)
class FirefoxPage:
    """One tab, with the words of Playwright's pages where it has the same. Every method raises BidiError."""

    _firefox: Firefox = field(repr=False)
    context: str

    @property
    def url(self) -> str:
        """Its address."""
        tree = self._firefox.command("browsingContext.getTree", {"root": self.context, "maxDepth": 0})
        address: str = tree["contexts"][0]["url"]
        return address

    def title(self) -> str:
        """Return its title."""
        return str(self.evaluate("document.title"))

    def goto(self, url: str, *, timeout: float = ANSWER_SECONDS * 1000) -> None:
        """Load the URL, until its load event; ``timeout`` is in milliseconds."""
        parameters = {"context": self.context, "url": url, "wait": "complete"}
        self._firefox.command("browsingContext.navigate", parameters, timeout=timeout / 1000)

    def reload(self) -> None:
        """Load it again, until its load event."""
        self._firefox.command("browsingContext.reload", {"context": self.context, "wait": "complete"})

    def add_init_script(self, script: str) -> None:
        """Let the script run in the page before its own, each time it is loaded."""
        source = {"functionDeclaration": f"() => {{ {script} }}", "contexts": [self.context]}
        self._firefox.command("script.addPreloadScript", source)

    def evaluate(self, source: str, argument: Any = None) -> Any:
        """Return the JSON value of an expression, or of a function called with one JSON argument.

        Promises are awaited; the page has a user activation. Raises BidiError for an exception.
        """
        answer = self._firefox.command(
            "script.callFunction",
            {
                "functionDeclaration": _EVALUATE % source,
                "arguments": [{"type": "string", "value": json.dumps(argument)}],
                "target": {"context": self.context},
                "awaitPromise": True,
                "userActivation": True,
            },
        )
        if answer["type"] == "exception":
            raise BidiError(answer["exceptionDetails"]["text"])
        return json.loads(answer["result"]["value"])

    def subscribe(self, application_server_key: str) -> dict[str, Any]:
        """Return the page's real push subscription as JSON; the permission must be granted."""
        subscription: dict[str, Any] = self.evaluate(_SUBSCRIBE, application_server_key)
        return subscription

    def subscription(self) -> dict[str, Any] | None:
        """Return the page's current subscription as JSON."""
        subscription: dict[str, Any] | None = self.evaluate(_SUBSCRIPTION)
        return subscription

    def notifications(self) -> list[dict[str, str]]:
        """Return title, body, tag and icon of what the page's worker shows."""
        notifications: list[dict[str, str]] = self.evaluate(_NOTIFICATIONS)
        return notifications

    def screenshot(self, *, path: Path, timeout: float = ANSWER_SECONDS * 1000) -> None:
        """Write what the tab shows as a PNG; ``timeout`` is in milliseconds."""
        parameters = {"context": self.context}
        shot = self._firefox.command("browsingContext.captureScreenshot", parameters, timeout=timeout / 1000)
        path.write_bytes(b64decode(shot["data"]))

    def close(self) -> None:
        """Close the tab; one that is closed already is not an error, one that hangs is ended."""
        try:
            self._firefox.command("browsingContext.close", {"context": self.context})
        except BidiError as error:
            if error.code != "no such frame":
                raise


class Firefox:
    """One running Firefox; use it as a context manager, or call ``close``."""

    def __init__(
        self,
        push_service: PushService | None = None,
        desktop: Desktop | None = None,
        *,
        headless: bool = True,
        executable: Path | None = None,
        profile: Path | None = None,
        preferences: dict[str, str | bool | int] | None = None,
    ) -> None:
        """Start it; raises BrowserMissingError. ``profile`` is kept, the default one removed at the end."""
        executable = executable or find_firefox()
        self._folder = tempfile.TemporaryDirectory(prefix="pwagen-firefox-", ignore_cleanup_errors=True)
        self._profile = profile or Path(self._folder.name)
        self._profile.mkdir(exist_ok=True)
        chosen = PREFERENCES | (UNSEEN if headless else {})
        chosen |= push_service.firefox_preferences if push_service else {}
        # A desktop gets the notifications; without one they stay inside the browser.
        chosen |= {"alerts.useSystemBackend": desktop is not None}
        _write_preferences(self._profile, chosen | (preferences or {}))
        self.problems = Problems()
        self.console: list[str] = []
        """What pages have logged and thrown, the warnings too."""
        self._is_offline = False
        self._end = math.inf
        self._process = self._start(executable, desktop, headless)
        self._loop = BackgroundLoop("pwagen firefox")
        self._connection = BidiConnection(self._event)
        try:
            connecting = self._connection.connect(self._wait_for_address(executable))
            self._loop.run(connecting, "a BiDi session", START_SECONDS)
            self.command("session.subscribe", {"events": ["log.entryAdded", "script.message"]})
            # Without any tab the browser would end.
            self._own_tabs = set(self._tabs())
        except BaseException:
            self.close()
            raise

    # --- pages ---

    def open(self, url: str, *, wait_for_worker: bool = False) -> FirefoxPage:
        """Return a new tab at the URL, once its service worker is active if asked."""
        page = self.new_page()
        page.goto(url)
        if wait_for_worker:
            page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        return page

    def new_page(self) -> FirefoxPage:
        """Return a new, empty tab."""
        return FirefoxPage(self, self.command("browsingContext.create", {"type": "tab"})["context"])

    @property
    def windows(self) -> list[FirefoxPage]:
        """The tabs that were opened since the start, by ``open`` or by sites, the oldest first."""
        return [FirefoxPage(self, tab) for tab in self._tabs() if tab not in self._own_tabs]

    @property
    def own_page(self) -> FirefoxPage:
        """The browser's own tab, none of ``windows``; whoever loads something leaves it empty again."""
        return FirefoxPage(self, min(self._own_tabs))

    def hide_pages(self) -> None:
        """Bring the browser's own tab to the front, so that none of ``windows`` has the focus."""
        self.command("browsingContext.activate", {"context": self.own_page.context})

    def _tabs(self) -> list[str]:
        tree = self.command("browsingContext.getTree", {"maxDepth": 0})
        return [context["context"] for context in tree["contexts"]]

    def close_pages(self) -> None:
        """Close every tab that was opened."""
        for page in self.windows:
            page.close()

    def leave(self) -> None:
        """Close the pages and be online; what went wrong can still be read."""
        self.close_pages()
        if self._is_offline:
            self.set_offline(False)

    def reset(self) -> None:
        """Be online, without pages and without problems, as at the start."""
        self.leave()
        self.problems.clear()
        self.console.clear()

    def set_offline(self, offline: bool) -> None:
        """Let pages believe that there is no network, and fail to reach it; workers still do."""
        conditions = {"type": "offline"} if offline else None
        self.command("emulation.setNetworkConditions", {"networkConditions": conditions})
        self._is_offline = offline

    def answer_prompt(self, page: FirefoxPage, state: State) -> None:
        """Let the user answer the page's notification prompts, which headless browsers don't show.

        To be called before the page is loaded: ``Notification.requestPermission`` finds the permission set.
        """
        channel = {"type": "channel", "value": {"channel": state}}
        script = {"functionDeclaration": _ANSWER_PROMPT, "arguments": [channel], "contexts": [page.context]}
        self.command("script.addPreloadScript", script)

    def set_permission(self, url: str, name: str, state: State) -> None:
        """Set a permission of the URL's origin."""
        from pwagen.push.transport.endpoints import origin

        self.command("permissions.setPermission", _permission(origin(url), name, state))

    def command(
        self, method: str, parameters: dict[str, Any], *, timeout: float = ANSWER_SECONDS
    ) -> dict[str, Any]:
        """Return a BiDi command's result; raises BidiError, BidiTimeoutError after ``timeout`` seconds."""
        # A second is enough for what cleans up after a time limit.
        seconds = min(timeout, max(1, self._end - time.monotonic()))
        try:
            return self._loop.run(self._connection.command(method, parameters), method, seconds)
        except LoopTimeoutError:
            raise BidiTimeoutError(f"{method}: no answer within {seconds:.0f} s: a page hangs") from None

    @contextmanager
    def time_limit(self, seconds: float) -> Iterator[None]:
        """Let no command of the block wait longer than until then."""
        self._end = time.monotonic() + seconds
        try:
            yield
        finally:
            self._end = math.inf

    # --- life ---

    @property
    def process_group(self) -> int:
        """The id of the group of its processes."""
        return self._process.group_id

    def _start(self, executable: Path, desktop: Desktop | None, headless: bool) -> ChildProcess:
        command = [str(executable), "--profile", str(self._profile), "--no-remote", "--new-instance"]
        command += ["--remote-debugging-port", "0"] + (["--headless"] if headless else [])
        return ChildProcess(command, os.environ | (desktop.environment if desktop else {}))

    def _wait_for_address(self, executable: Path) -> str:
        """Return the WebSocket address that Firefox writes into its profile."""
        address = self._profile / "WebDriverBiDiServer.json"
        end = time.monotonic() + START_SECONDS
        while self._process.running and time.monotonic() < end:
            try:
                endpoint = json.loads(address.read_bytes())
                return f"ws://{endpoint['ws_host']}:{endpoint['ws_port']}/session"
            except (OSError, ValueError):
                time.sleep(0.02)
        raise BrowserMissingError(f"{executable} does not start")

    def _event(self, method: str, event: dict[str, Any]) -> None:
        if method == "script.message":
            # This is the connection's own thread, in which nothing may wait.
            answer = _permission(event["data"]["value"], "notifications", event["channel"])
            self._answering = asyncio.ensure_future(
                self._connection.command("permissions.setPermission", answer)
            )
            return
        self.console.append(event["text"] or "")
        if event["level"] != "error":
            return
        frames = (event.get("stackTrace") or {}).get("callFrames") or [{}]
        kind = "console error" if event["type"] == "console" else "page exception"
        url = frames[0].get("url") or _named_in(event["text"] or "")
        line = frames[0].get("lineNumber", -1) + 1
        self.problems.add(BrowserProblem(kind, event["text"] or "", url, line))  # type: ignore[arg-type]

    def close(self) -> None:
        """End the browser and remove its temporary profile; a second call does nothing."""
        if self._loop.is_stopped:
            return
        try:
            self._process.stop()
            self._loop.run(self._connection.close(), "the BiDi connection to close", CLOSE_SECONDS)
        finally:
            self._loop.stop()
            self._folder.cleanup()

    def __enter__(self) -> Firefox:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _named_in(text: str) -> str:
    """Return the first URL in a message of Firefox's own, which comes without a location."""
    match = re.search(r"\b(https?|wss?)://[^\s’”]*[^\s’”.]", text)
    return match[0] if match else ""


def _permission(origin: str, name: str, state: str) -> dict[str, Any]:
    return {"descriptor": {"name": name}, "state": state, "origin": origin}


def _write_preferences(profile: Path, preferences: dict[str, str | bool | int]) -> None:
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in preferences.items()]
    (profile / "user.js").write_text("".join(lines), encoding="utf-8")
