"""Firefox with a real push subscription, driven over WebDriver BiDi.

It has no badges, no periodic sync and no background fetch; everything else is as in Chromium.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from pwagen.browser.background import BackgroundLoop
from pwagen.browser.bidi import BidiConnection, BidiError
from pwagen.browser.companion import Companion
from pwagen.browser.find import BrowserMissing, find_firefox
from pwagen.browser.permissions import State
from pwagen.browser.problems import BrowserProblem, Problems

if TYPE_CHECKING:
    from pwagen.browser.desktop import Desktop
    from pwagen.browser.push_service import PushService

START_SECONDS = 60

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
    # Nothing to reach outside, so don't try.
    "app.normandy.enabled": False,
    "app.update.disabledForTesting": True,
    "browser.safebrowsing.update.enabled": False,
    "extensions.systemAddon.update.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,",
}

_EVALUATE = """async (json) => {
  const value = (%s);
  const result = await (typeof value === "function" ? value(JSON.parse(json)) : value);
  return JSON.stringify(result) ?? "null";
}"""
_SUBSCRIBE = """async (key) => {
  const registration = await navigator.serviceWorker.ready;
  const options = { userVisibleOnly: true, applicationServerKey: key };
  return (await registration.pushManager.subscribe(options)).toJSON();
}"""
_NOTIFICATIONS = """async () => {
  const registration = await navigator.serviceWorker.ready;
  const shown = await registration.getNotifications();
  return shown.map(({ title, body, tag, icon }) => ({ title, body, tag, icon }));
}"""


class FirefoxPage:
    """One tab."""

    def __init__(self, firefox: Firefox, context: str) -> None:
        self._firefox = firefox
        self.context = context

    def goto(self, url: str) -> None:
        """Load the URL, until its load event."""
        self._firefox.command(
            "browsingContext.navigate", {"context": self.context, "url": url, "wait": "complete"}
        )

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

    def notifications(self) -> list[dict[str, str]]:
        """Return title, body, tag and icon of what the page's worker shows."""
        shown: list[dict[str, str]] = self.evaluate(_NOTIFICATIONS)
        return shown

    def close(self) -> None:
        """Close the tab."""
        self._firefox.command("browsingContext.close", {"context": self.context})


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
        """Start it. Raises BrowserMissing. ``profile`` is kept, the default one is removed at the end."""
        executable = executable or find_firefox()
        self._folder = tempfile.TemporaryDirectory(prefix="pwagen-firefox-", ignore_cleanup_errors=True)
        self._profile = profile or Path(self._folder.name)
        self._profile.mkdir(exist_ok=True)
        chosen = PREFERENCES | (push_service.firefox_preferences if push_service else {})
        # A desktop gets the notifications; without one they stay inside the browser.
        chosen |= {"alerts.useSystemBackend": desktop is not None}
        _write_preferences(self._profile, chosen | (preferences or {}))
        self.problems = Problems()
        self._pages: list[FirefoxPage] = []
        self._process = self._start(executable, desktop, headless)
        self._loop = BackgroundLoop("pwagen firefox")
        self._connection = BidiConnection(self._event)
        try:
            self._loop.run(self._connection.connect(self._wait_for_address(executable)))
            self.command("session.subscribe", {"events": ["log.entryAdded"]})
        except BaseException:
            self.close()
            raise

    # --- pages ---

    def open(self, url: str, *, wait_for_worker: bool = False) -> FirefoxPage:
        """Return a new tab at the URL, once its service worker is active if asked."""
        page = FirefoxPage(self, self.command("browsingContext.create", {"type": "tab"})["context"])
        self._pages.append(page)
        page.goto(url)
        if wait_for_worker:
            page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        return page

    def close_pages(self) -> None:
        """Close every tab that ``open`` made, and forget the problems."""
        for page in self._pages:
            page.close()
        self._pages.clear()
        self.problems.clear()

    def set_permission(self, url: str, name: str, state: State) -> None:
        """Set a permission of the URL's origin."""
        from pwagen.push.endpoints import origin

        descriptor = {"descriptor": {"name": name}, "state": state, "origin": origin(url)}
        self.command("permissions.setPermission", descriptor)

    def command(self, method: str, parameters: dict[str, Any]) -> dict[str, Any]:
        """Return the result of a BiDi command; raises BidiError."""
        return self._loop.run(self._connection.command(method, parameters), timeout=60)

    # --- life ---

    def _start(self, executable: Path, desktop: Desktop | None, headless: bool) -> Companion:
        command = [str(executable), "--profile", str(self._profile), "--no-remote", "--new-instance"]
        command += ["--remote-debugging-port", "0"] + (["--headless"] if headless else [])
        return Companion(command, os.environ | (desktop.environment if desktop else {}))

    def _wait_for_address(self, executable: Path) -> str:
        """Return the WebSocket address that Firefox writes into its profile."""
        address = self._profile / "WebDriverBiDiServer.json"
        end = time.monotonic() + START_SECONDS
        while self._process.running and time.monotonic() < end:
            try:
                where = json.loads(address.read_bytes())
                return f"ws://{where['ws_host']}:{where['ws_port']}/session"
            except (OSError, ValueError):
                time.sleep(0.02)
        raise BrowserMissing(f"{executable} does not start")

    def _event(self, method: str, event: dict[str, Any]) -> None:
        if method != "log.entryAdded" or event["level"] != "error":
            return
        frames = (event.get("stackTrace") or {}).get("callFrames") or [{}]
        kind = "console error" if event["type"] == "console" else "page exception"
        url, line = frames[0].get("url", ""), frames[0].get("lineNumber", -1) + 1
        self.problems.add(BrowserProblem(kind, event["text"] or "", url, line))  # type: ignore[arg-type]

    def close(self) -> None:
        """End the browser and remove its temporary profile; a second call does nothing."""
        self._process.stop()
        self._loop.run(self._connection.close())
        self._loop.stop()
        self._folder.cleanup()

    def __enter__(self) -> Firefox:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _write_preferences(profile: Path, preferences: dict[str, str | bool | int]) -> None:
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in preferences.items()]
    (profile / "user.js").write_text("".join(lines), encoding="utf-8")
