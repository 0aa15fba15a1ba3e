"""Requests of pages and workers that got no answer, or an error: many messages don't name theirs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Request, Response

_ABORTED = "net::ERR_ABORTED"
"""What a page's requests end with that it has left, or that it took back itself."""


@dataclass(frozen=True)
class FailedRequest:
    """One of them; ``reason`` is the status or the browser's error."""

    url: str
    reason: str


class FailedRequests:
    """Those since the last ``clear``, in order, each once."""

    def __init__(self, context: BrowserContext) -> None:
        self.seen: list[FailedRequest] = []
        context.on("response", self._answered)
        context.on("requestfailed", self._failed)

    def clear(self) -> None:
        """Forget them."""
        self.seen.clear()

    def _answered(self, response: Response) -> None:
        if response.status >= 400:
            self._add(response.url, f"status {response.status}")

    def _failed(self, request: Request) -> None:
        if request.failure and request.failure != _ABORTED:
            self._add(request.url, request.failure)

    def _add(self, url: str, reason: str) -> None:
        failed = FailedRequest(url, reason)
        if failed not in self.seen:
            self.seen.append(failed)
