"""Push service and desktop for tests in another process and language: their addresses, and a remote control.

The control is HTTP on loopback, since few languages bring along D-Bus, over which a desktop is reached
otherwise. docs/testing.md has its requests.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from contextlib import ExitStack
from types import TracebackType
from typing import TYPE_CHECKING, Any

from pwagen.testing.chromium.chromium import IGNORED_FLAGS, flags_for
from pwagen.testing.desktop import Desktop, NotificationMissingError, ShownNotification
from pwagen.testing.event_loop import BackgroundLoop, listen
from pwagen.testing.find_browser import find_chromium
from pwagen.testing.push_service.service import PushService

if TYPE_CHECKING:
    from aiohttp import web


class Harness:
    """A push service, a desktop and their control; use it as a context manager, or call ``close``."""

    def __init__(self) -> None:
        """Start them; raises BrowserMissingError or DesktopMissingError."""
        self._executable = find_chromium()
        with ExitStack() as stack:
            # Chromium leaves folders in TMPDIR.
            self._folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="pwagen-"))
            self.push_service = stack.enter_context(PushService())
            self.desktop = stack.enter_context(Desktop())
            self._loop = BackgroundLoop("pwagen harness")
            stack.callback(self._loop.stop)
            self._runner = self._loop.run(self._serve(), "the control to start")
            self._stack = stack.pop_all()

    @property
    def control(self) -> str:
        """The URL of the control, with a slash at its end."""
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}/"

    def addresses(self) -> dict[str, Any]:
        """Return what `pwagen harness` prints: members for JSON.

        ``browser`` are options of Playwright for Node's launchPersistentContext.
        """
        service = self.push_service
        return {
            "control": self.control,
            "push": {"origin": service.origin, "environment": service.sender_environment()},
            "desktop": {"environment": self.desktop.environment},
            "browser": {
                "executablePath": str(self._executable),
                "args": flags_for(service),
                "ignoreDefaultArgs": list(IGNORED_FLAGS),
                "chromiumSandbox": os.geteuid() != 0,
                "env": {**os.environ, **self.desktop.environment, "TMPDIR": self._folder},
            },
        }

    def close(self) -> None:
        """End everything."""
        try:
            self._loop.run(self._runner.cleanup(), "the control to end")
        finally:
            self._stack.close()

    async def _serve(self) -> web.AppRunner:
        from aiohttp import web

        app = web.Application()
        app.router.add_get("/notifications", self._notifications)
        app.router.add_post(r"/notifications/{id:\d+}/{act:click|dismiss}", self._act)
        app.router.add_get("/messages", self._messages)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await runner.setup()
        await web.SockSite(runner, listen()).start()
        return runner

    async def _notifications(self, request: web.Request) -> web.Response:
        from aiohttp import web

        title = request.query.get("title")
        if title is None:
            return web.json_response([_shown(one) for one in self.desktop.notifications])
        try:
            shown = await asyncio.to_thread(self.desktop.wait_for_notification, title)
        except NotificationMissingError as error:
            return web.json_response({"error": str(error)}, status=404)
        return web.json_response(_shown(shown))

    async def _act(self, request: web.Request) -> web.Response:
        from aiohttp import web

        number = int(request.match_info["id"])
        shown = next((one for one in self.desktop.notifications if one.id == number), None)
        if shown is None:
            return web.json_response({"error": f"notification {number} is not shown"}, status=404)
        try:
            if request.match_info["act"] == "click":
                await asyncio.to_thread(self.desktop.click, shown, request.query.get("action"))
            else:
                await asyncio.to_thread(self.desktop.dismiss, shown)
        except NotificationMissingError as error:
            return web.json_response({"error": str(error)}, status=404)
        return web.Response(status=204)

    async def _messages(self, request: web.Request) -> web.Response:
        from aiohttp import web

        return web.json_response(
            [
                {"id": message.id, "endpoint": message.subscription.endpoint, "state": message.state}
                for message in self.push_service.messages
            ]
        )

    def __enter__(self) -> Harness:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _shown(notification: ShownNotification) -> dict[str, Any]:
    return {
        "id": notification.id,
        "title": notification.title,
        "body": notification.body,
        "actions": notification.actions,
    }
