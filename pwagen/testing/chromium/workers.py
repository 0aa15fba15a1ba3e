"""Service workers as the browser sees them, over the DevTools protocol's ServiceWorker domain.

https://chromedevtools.github.io/devtools-protocol/tot/ServiceWorker/
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pwagen.errors import PwagenError
from pwagen.testing.chromium.browser_problems import BrowserProblem, Kind, Problems
from pwagen.testing.time_limit import call_limit
from pwagen.testing.waiting import TIMEOUT_SECONDS

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Worker

    from pwagen.testing.chromium.devtools import DevToolsSession


class WorkerMissingError(PwagenError):
    """No service worker is registered where the test expects one."""


@dataclass(frozen=True)
class WorkerVersion:
    """One version of a registration's worker."""

    id: str
    registration_id: str
    script: str
    status: str
    """new, installing, installed (it waits), activating, activated or redundant."""
    running: str
    """stopped, starting, running or stopping."""


class Workers:
    """Every registration of the profile, and the events that can be sent to its worker.

    A ``url`` is any URL in the registration's scope. ``poll`` runs the browser's event loop until its
    predicate holds.
    """

    def __init__(
        self,
        context: BrowserContext,
        cdp: DevToolsSession,
        poll: Callable[[Callable[[], Any], float, str], Any],
        problems: Problems,
    ) -> None:
        self._context = context
        self._cdp = cdp
        self._poll = poll
        self._problems = problems
        self._scopes: dict[str, str] = {}
        self._versions: dict[str, WorkerVersion] = {}
        cdp.on("ServiceWorker.workerRegistrationUpdated", self._registrations_changed)
        cdp.on("ServiceWorker.workerVersionUpdated", self._versions_changed)
        cdp.on("ServiceWorker.workerErrorReported", self._error_reported)
        cdp.send("ServiceWorker.enable")

    # --- what there is ---

    def scope(self, url: str, timeout: float = TIMEOUT_SECONDS) -> str:
        """Return the scope of the registration that controls the URL; raises WorkerMissingError."""
        return self._scopes[self._registration(url, timeout)]

    def versions(self, url: str) -> list[WorkerVersion]:
        """Return the versions of the URL's registration that are not redundant, the oldest first."""
        registration = self._registration(url)
        versions = [v for v in self._versions.values() if v.registration_id == registration]
        live = (version for version in versions if version.status != "redundant")
        return sorted(live, key=lambda version: int(version.id))

    def wait_for_status(
        self, url: str, status: str = "activated", timeout: float = TIMEOUT_SECONDS
    ) -> WorkerVersion:
        """Return the newest version with the status, e.g. ``installed`` for one that waits."""

        def find() -> WorkerVersion | None:
            return next((v for v in reversed(self.versions(url)) if v.status == status), None)

        version = self._poll(find, timeout, f"a worker that is {status} for {url}")
        assert isinstance(version, WorkerVersion)
        return version

    def evaluate(self, url: str, expression: str, argument: Any = None) -> Any:
        """Return the value of JavaScript in the active worker, which is started if it is stopped."""
        worker = self.worker(url)
        with call_limit(f"the worker of {url} to evaluate {expression}"):
            return worker.evaluate(expression, argument)

    def worker(self, url: str, status: str = "activated") -> Worker:
        """Return Playwright's handle of the worker with the status; an active one is started if need be."""
        version = self.wait_for_status(url, status)
        if version.running != "running" and status == "activated":
            self.start(url)

        def find() -> Worker | None:
            for worker in self._context.service_workers:
                # A waiting version mostly has the same URL as the active one.
                if worker.url == version.script and state(worker) == status:
                    return worker
            return None

        def state(worker: Worker) -> object:
            with call_limit(f"the worker {worker.url} to tell its state"):
                return worker.evaluate("self.serviceWorker.state")

        worker: Worker = self._poll(find, TIMEOUT_SECONDS, f"the {status} worker {version.script}")
        return worker

    # --- its life ---

    def start(self, url: str) -> None:
        """Start the active worker, without an event."""
        active = self.wait_for_status(url).id
        self._cdp.send("ServiceWorker.startWorker", {"scopeURL": self.scope(url)})
        self._poll(
            lambda: self._versions[active].running == "running",
            TIMEOUT_SECONDS,
            f"the worker of {url} to run",
        )

    def stop(self, url: str) -> None:
        """Stop the worker, as the browser does after some idle seconds; the next event starts it.

        A version that waits runs on: no event starts it, and while it is stopped it can't be taken offline.
        """
        self.wait_for_status(url)

        def stopped() -> bool:
            active = (version for version in self.versions(url) if version.status != "installed")
            running = [version for version in active if version.running != "stopped"]
            for version in running:
                # A worker that starts, or that a request starts again, has to be stopped again.
                if version.running == "running":
                    self._cdp.send("ServiceWorker.stopWorker", {"versionId": version.id})
            return not running

        self._poll(stopped, TIMEOUT_SECONDS, f"the worker of {url} to stop")

    @contextmanager
    def all_running(self) -> Iterator[None]:
        """Start every active worker for the block: those that are stopped answer no question."""
        stopped = [version for version in self.stopped if version.status == "activated"]
        scopes = [self._scopes[version.registration_id] for version in stopped]
        for scope in scopes:
            self.start(scope)
        try:
            yield
        finally:
            for scope in scopes:
                self.stop(scope)

    @property
    def stopped(self) -> list[WorkerVersion]:
        """The versions that don't run, of all registrations."""
        return [
            version
            for version in self._versions.values()
            if version.running == "stopped"
            and version.status != "redundant"
            and version.registration_id in self._scopes
        ]

    def update(self, url: str) -> None:
        """Look for a new worker script now."""
        self._cdp.send("ServiceWorker.updateRegistration", {"scopeURL": self.scope(url)})

    def skip_waiting(self, url: str) -> None:
        """Activate the version that waits."""
        self._cdp.send("ServiceWorker.skipWaiting", {"scopeURL": self.scope(url)})

    def unregister(self, url: str) -> None:
        """Remove the registration."""
        registration = self._registration(url)
        self._cdp.send("ServiceWorker.unregister", {"scopeURL": self._scopes[registration]})
        self._poll(lambda: registration not in self._scopes, TIMEOUT_SECONDS, f"{url} to have no worker")

    # --- events for it ---

    def deliver_push(self, url: str, data: str = "") -> None:
        """Fire ``push`` with the text, without a service or a subscription; an empty text gives no data."""
        self._dispatch("deliverPushMessage", url, data=data)

    def dispatch_sync(self, url: str, tag: str, last_chance: bool = False) -> None:
        """Fire ``sync``."""
        self._dispatch("dispatchSyncEvent", url, tag=tag, lastChance=last_chance)

    def dispatch_periodic_sync(self, url: str, tag: str) -> None:
        """Fire ``periodicsync``."""
        self._dispatch("dispatchPeriodicSyncEvent", url, tag=tag)

    def _dispatch(self, method: str, url: str, **parameters: Any) -> None:
        from pwagen.push.transport.endpoints import origin

        registration = self._registration(url)
        parameters |= {"origin": origin(url), "registrationId": registration}
        self._cdp.send(f"ServiceWorker.{method}", parameters)

    # --- the browser's reports ---

    def _registration(self, url: str, timeout: float = TIMEOUT_SECONDS) -> str:
        """Return the id of the registration that the URL belongs to."""
        try:
            registration = self._poll(
                lambda: registration_of(url, self._scopes), timeout, f"a service worker for {url}"
            )
        except PwagenError:
            scopes = ", ".join(self._scopes.values()) or "none"
            raise WorkerMissingError(
                f"no service worker controls {url}; registered scopes: {scopes}"
            ) from None
        assert isinstance(registration, str)
        return registration

    def _registrations_changed(self, event: dict[str, Any]) -> None:
        for registration in event["registrations"]:
            if registration["isDeleted"]:
                self._scopes.pop(registration["registrationId"], None)
            else:
                self._scopes[registration["registrationId"]] = registration["scopeURL"]

    def _versions_changed(self, event: dict[str, Any]) -> None:
        for version in event["versions"]:
            self._versions[version["versionId"]] = WorkerVersion(
                version["versionId"],
                version["registrationId"],
                version["scriptURL"],
                version["status"],
                version["runningStatus"],
            )

    def _error_reported(self, event: dict[str, Any]) -> None:
        error = event["errorMessage"]
        version = self._versions.get(error["versionId"])
        source = error["sourceURL"] or (version.script if version else "")
        text = error["errorMessage"]
        # What a worker writes with console.error comes here too.
        kind: Kind = "worker exception" if text.startswith("Uncaught") else "worker console error"
        self._problems.add(BrowserProblem(kind, text, source, error["lineNumber"]))


def registration_of(url: str, scopes: Mapping[str, str]) -> str | None:
    """Return the id of the registration with the longest scope that a URL starts with; scopes by id. Pure.

    The newest of several: one whose installation failed may be reported beside its successor. Ids are
    numbers, so that 10 is newer than 9.
    """
    matching = [(len(scope), int(key)) for key, scope in scopes.items() if url.startswith(scope)]
    return str(max(matching)[1]) if matching else None
