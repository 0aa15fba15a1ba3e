"""The browser's own log of background services, the one DevTools shows under Application.

https://chromedevtools.github.io/devtools-protocol/tot/BackgroundService/
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from pwagen.testing.chromium.devtools import DevToolsSession

Service = Literal[
    "backgroundFetch", "backgroundSync", "pushMessaging", "notifications", "periodicBackgroundSync"
]
SERVICES: tuple[Service, ...] = (
    "backgroundFetch",
    "backgroundSync",
    "pushMessaging",
    "notifications",
    "periodicBackgroundSync",
)


@dataclass(frozen=True)
class BackgroundEvent:
    """One line of the log."""

    service: str
    name: str
    origin: str
    details: dict[str, str]


class BackgroundEvents:
    """What background services did since ``record``."""

    def __init__(self, cdp: DevToolsSession) -> None:
        self._cdp = cdp
        self.seen: list[BackgroundEvent] = []
        self._recorded: tuple[Service, ...] = ()
        cdp.on("BackgroundService.backgroundServiceEventReceived", self._received)

    def record(self, *services: Service) -> None:
        """Start recording, all services when none is named."""
        self._recorded = services or SERVICES
        for service in self._recorded:
            self._cdp.send("BackgroundService.startObserving", {"service": service})
            self._cdp.send("BackgroundService.setRecording", {"shouldRecord": True, "service": service})

    def stop(self) -> None:
        """Stop recording and forget."""
        for service in self._recorded:
            self._cdp.send("BackgroundService.setRecording", {"shouldRecord": False, "service": service})
            self._cdp.send("BackgroundService.clearEvents", {"service": service})
        self._recorded = ()
        self.seen.clear()

    def _received(self, report: dict[str, Any]) -> None:
        event = report["backgroundServiceEvent"]
        details = {entry["key"]: entry["value"] for entry in event["eventMetadata"]}
        origin = event["origin"].rstrip("/")
        self.seen.append(BackgroundEvent(event["service"], event["eventName"], origin, details))
