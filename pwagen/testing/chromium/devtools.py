"""The DevTools protocol, each command with a time limit and named when there is no answer."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING, Any

from pwagen.testing.time_limit import CLEAN_UP_SECONDS, BrowserTimeoutError, call_limit, time_limit

if TYPE_CHECKING:
    from playwright.sync_api import CDPSession


class DevToolsSession:
    """One session with a page or the browser; a context manager that ends it."""

    def __init__(self, session: CDPSession) -> None:
        self._session = session

    def send(self, method: str, parameters: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return a command's result; raises BrowserTimeoutError without an answer in ``CALL_SECONDS``."""
        with call_limit(f"the answer to {method}"):
            return self._session.send(method, parameters)

    def on(self, event: str, handler: Callable[[dict[str, Any]], None]) -> None:
        """Call the handler with the parameters of each event of the name."""
        self._session.on(event, handler)

    def target(self) -> dict[str, Any]:
        """Return what the protocol's TargetInfo says of the page."""
        info: dict[str, Any] = self.send("Target.getTargetInfo")["targetInfo"]
        return info

    def __enter__(self) -> DevToolsSession:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # It ends with its page at the latest; one that hangs is not waited for.
        with suppress(BrowserTimeoutError), time_limit(CLEAN_UP_SECONDS, "the DevTools session to end"):
            self._session.detach()
