"""A desktop without a screen: a private session bus and the notification server on it.

https://specifications.freedesktop.org/notification-spec/latest/
"""

from __future__ import annotations

import html
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal

from pwagen.errors import PwagenError
from pwagen.testing.child_process import ChildProcess
from pwagen.testing.event_loop import BackgroundLoop, LoopTimeoutError
from pwagen.testing.waiting import TIMEOUT_SECONDS, TimedCondition

if TYPE_CHECKING:
    from dbus_fast import Message
    from dbus_fast.aio import MessageBus

INTERFACE = "org.freedesktop.Notifications"
PATH = "/org/freedesktop/Notifications"
CAPABILITIES = ["actions", "body", "body-markup", "persistence", "icon-static"]
CHROMIUMS_KEY = "settings"
BROWSERS_OWN_KEYS = ("default", CHROMIUMS_KEY)
"""The body, and the button that Chromium adds."""
LONGEST_FOLDER = 85
"""Characters: with the name that the daemon gives its socket a path must stay below 108 (unix(7))."""
DISMISSED_BY_USER, CLOSED_BY_CALL = 2, 3
DISCONNECT_SECONDS = 5.0

ClosedBy = Literal["", "user", "app"]


class DesktopMissingError(PwagenError):
    """There is no D-Bus daemon on this machine, or it does not start."""


class NotificationMissingError(PwagenError):
    """No notification, or no button of one, was what the test asked for."""


@dataclass(eq=False)
class ShownNotification:
    """One notification as the desktop was asked to show it."""

    id: int
    app_name: str
    title: str
    body: str
    icon: bytes
    """The picture's file as it was when the notification came, empty when there is none."""
    source: str
    """The site that Chromium names above the body, e.g. ``localhost:8000``."""
    buttons: dict[str, str]
    """Every button's title by its D-Bus key, the browser's own included."""
    hints: dict[str, Any] = field(repr=False)
    closed_by: ClosedBy = ""

    @property
    def actions(self) -> list[str]:
        """The titles of the site's own buttons, in order."""
        return [self.buttons[key] for key in self.action_keys]

    @property
    def action_keys(self) -> list[str]:
        """The D-Bus keys of those buttons."""
        return [key for key in self.buttons if key not in BROWSERS_OWN_KEYS]

    def key_of(self, action: str | int | None) -> str:
        """Return a button's key by title or index, the body's for None; raises NotificationMissingError."""
        if action is None:
            return "default"
        if isinstance(action, int) and action < len(self.action_keys):
            return self.action_keys[action]
        for key in self.action_keys:
            if self.buttons[key] == action:
                return key
        raise NotificationMissingError(
            f"notification {self.title!r} has no action {action!r}, but {self.actions}"
        )


class Desktop:
    """Receives notifications and clicks them; use it as a context manager, or call ``close``."""

    def __init__(self) -> None:
        daemon = shutil.which("dbus-daemon")
        if daemon is None:
            raise DesktopMissingError("dbus-daemon is not installed: install the package dbus or dbus-daemon")
        self.history: list[ShownNotification] = []
        self._watch = TimedCondition()
        self._last_id = 0
        self._folder = tempfile.TemporaryDirectory(prefix="pwagen-bus-")
        self._daemon, self.address = self._start(daemon)
        self._loop = BackgroundLoop("pwagen desktop")
        self._bus = self._loop.run(self._serve(), "the bus to answer")

    @property
    def environment(self) -> dict[str, str]:
        """What a browser needs in its environment to find this desktop."""
        return {"DBUS_SESSION_BUS_ADDRESS": self.address}

    # --- what is shown ---

    @property
    def notifications(self) -> list[ShownNotification]:
        """The notifications that are shown now, the oldest first."""
        return [notification for notification in self.history if not notification.closed_by]

    def wait_for_notification(
        self,
        title: str | None = None,
        *,
        matching: Callable[[ShownNotification], bool] = lambda notification: True,
        timeout: float = TIMEOUT_SECONDS,
    ) -> ShownNotification:
        """Return the newest shown notification; raises NotificationMissingError after ``timeout`` seconds."""

        def find() -> ShownNotification | None:
            for notification in reversed(self.notifications):
                if title in (None, notification.title) and matching(notification):
                    return notification
            return None

        notification = self._watch.wait_for(find, timeout)
        if notification is None:
            titles = [notification.title for notification in self.history] or "nothing"
            raise NotificationMissingError(
                f"no notification {title or ''!r} within {timeout:g} s; seen: {titles}"
            )
        return notification

    def wait_for(
        self, predicate: Callable[[], Any], timeout: float = TIMEOUT_SECONDS, what: str = "it"
    ) -> None:
        """Return once the predicate holds; raises NotificationMissingError after ``timeout`` seconds."""
        if not self._watch.wait_for(predicate, timeout):
            raise NotificationMissingError(f"waited {timeout:g} s for {what}; shown: {self.notifications}")

    # --- what the user does ---

    def click(self, notification: ShownNotification, action: str | int | None = None) -> None:
        """Click the body, or the action button with this title or index."""
        self._signal("ActionInvoked", "us", [notification.id, notification.key_of(action)])

    def dismiss(self, notification: ShownNotification) -> None:
        """Dismiss a notification."""
        self._loop.run(self._close(notification, "user"), "the notification to be dismissed")

    def clear(self) -> None:
        """Forget what was shown, without telling the browser."""
        self.history.clear()

    # --- the bus ---

    def _start(self, daemon: str) -> tuple[ChildProcess, str]:
        """Start the daemon, and return it and its address; raises DesktopMissingError with its own words."""
        address_option = f"--address=unix:dir={self._folder.name}"
        command = [daemon, "--session", "--nofork", "--print-address", address_option]
        with tempfile.TemporaryFile() as complaints:
            started = ChildProcess(command, os.environ, stdout=subprocess.PIPE, stderr=complaints)
            # Without one D-Bus clients go to the user's own session.
            if address := started.read_line():
                return started, address
            started.stop()
            complaints.seek(0)
            reason = " ".join(complaints.read().decode("utf-8", "replace").split())
        folder = self._folder.name
        self._folder.cleanup()
        advice = " - set TMPDIR to a shorter path" if len(folder) > LONGEST_FOLDER else ""
        raise DesktopMissingError(f"{daemon} does not start in {folder}: {reason or 'no reason'}{advice}")

    def _signal(self, name: str, signature: str, body: list[Any]) -> None:
        async def emit() -> None:
            await self._emit(name, signature, body)

        self._loop.run(emit(), f"the signal {name} to be sent")

    async def _emit(self, name: str, signature: str, body: list[Any]) -> None:
        from dbus_fast import Message

        await self._bus.send(Message.new_signal(PATH, INTERFACE, name, signature, body))

    async def _serve(self) -> MessageBus:
        from dbus_fast.aio import MessageBus

        bus = await MessageBus(bus_address=self.address).connect()
        bus.add_message_handler(self._answer)
        await bus.request_name(INTERFACE)
        return bus

    def _answer(self, call: Message) -> Message | None:
        from dbus_fast import Message, MessageType

        if call.message_type is not MessageType.METHOD_CALL or call.interface != INTERFACE:
            return None
        if call.member == "GetCapabilities":
            return Message.new_method_return(call, "as", [CAPABILITIES])
        if call.member == "GetServerInformation":
            return Message.new_method_return(call, "ssss", ["pwagen", "pwagen", "1", "1.2"])
        if call.member == "Notify":
            return Message.new_method_return(call, "u", [self._notify(*call.body)])
        if call.member == "CloseNotification":
            self._loop_close(call.body[0])
            return Message.new_method_return(call)
        return None

    def _notify(
        self,
        app_name: str,
        replaces_id: int,
        icon: str,
        title: str,
        body: str,
        actions: list[str],
        hints: dict[str, Any],
        _timeout_ms: int,
    ) -> int:
        self._last_id += 1
        buttons = dict(zip(actions[::2], actions[1::2], strict=True))
        # The body is markup, as CAPABILITIES announce it.
        text = html.unescape(body)
        source, text = split_body(text) if CHROMIUMS_KEY in buttons else ("", text)
        notification = ShownNotification(
            id=replaces_id or self._last_id,
            app_name=app_name,
            title=title,
            body=text,
            icon=_picture(hints, icon),
            source=source,
            buttons=buttons,
            hints={name: hint.value for name, hint in hints.items()},
        )
        for earlier in self.notifications:
            if earlier.id == notification.id:
                earlier.closed_by = "app"
        self.history.append(notification)
        self._watch.notify()
        return notification.id

    def _loop_close(self, notification_id: int) -> None:
        import asyncio

        for notification in self.notifications:
            if notification.id == notification_id:
                self._closing = asyncio.ensure_future(self._close(notification, "app"))

    async def _close(self, notification: ShownNotification, by: ClosedBy) -> None:
        if notification.closed_by:
            return
        notification.closed_by = by
        self._watch.notify()
        reason = DISMISSED_BY_USER if by == "user" else CLOSED_BY_CALL
        await self._emit("NotificationClosed", "uu", [notification.id, reason])

    # --- life ---

    def close(self) -> None:
        """End the bus and its daemon; a second call does nothing."""
        if not self._daemon.running:
            return

        async def disconnect() -> None:
            self._bus.disconnect()
            await self._bus.wait_for_disconnect()  # type: ignore[no-untyped-call]

        try:
            # A daemon that hangs is not waited for: it is ended below.
            with suppress(LoopTimeoutError):
                self._loop.run(disconnect(), "the bus to disconnect", DISCONNECT_SECONDS)
            self._loop.stop()
        finally:
            self._daemon.stop()
            self._folder.cleanup()

    def __enter__(self) -> Desktop:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def split_body(body: str) -> tuple[str, str]:
    """Return the site that Chromium names in the first paragraph, and the rest."""
    paragraph, _, rest = body.partition("\n\n")
    if re.fullmatch(r"[\w.-]+(:\d+)?|\[[0-9a-f:]+\](:\d+)?", paragraph) and (rest or ":" in paragraph):
        return paragraph, rest
    return "", body


def _picture(hints: dict[str, Any], icon: str) -> bytes:
    path = hints["image-path"].value if "image-path" in hints else icon
    try:
        return Path(path.removeprefix("file://")).read_bytes() if path else b""
    except OSError:
        return b""
