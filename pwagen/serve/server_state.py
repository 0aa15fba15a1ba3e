"""The dev server's state: the current build, the subscriptions, the signer; and its events."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pwagen.build.watch import Fingerprint, fingerprint, snapshot
from pwagen.errors import PwagenError, reason
from pwagen.names import KEY_NAME
from pwagen.push.storage.store import Store, Stored
from pwagen.push.transport.outcome import vendor
from pwagen.serve.dev_build import DevBuild, build_in_memory
from pwagen.serve.host_names import Hosts
from pwagen.serve.send_queue import SendQueue
from pwagen.serve.server_events import Events
from pwagen.serve.signing import Signer, Signing, find_signer
from pwagen.serve.subscription_endpoint import Change

POLL_SECONDS = 0.5
_SHOWN = 200  # subscriptions in the console; a dev server has a handful


class ServerState:
    """Holds the project's build, which `keep_built` replaces whenever something has changed on disk."""

    def __init__(
        self,
        path: Path,
        build: DevBuild,
        store: Store,
        hosts: Hosts,
        signing: Signing,
        report: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._path = path
        self._report = report
        self._agents: dict[str, str] = {}
        self.build = build
        self.store = store
        self.hosts = hosts
        self.signing = signing
        self.events = Events()
        self.outbox = SendQueue(store, signing, self.events)
        self._problem, self._built = "", time.time()
        self._seen = self._snapshot()

    @property
    def signer(self) -> Signer | str:
        """The signer, or why there is none."""
        return find_signer(self.build.project, self.signing)

    @property
    def built(self) -> float:
        """The time of the current build, in seconds since 1970."""
        return self._built

    async def state(self) -> dict[str, Any]:
        """Return all that the console shows."""
        return {
            "app": self._app(),
            "build": self._build_state(),
            "subscriptions": await self.subscriptions(),
        }

    async def subscriptions(self) -> list[dict[str, Any]]:
        """Return the subscriptions, the newest first, without their secrets."""
        rows = await asyncio.to_thread(lambda: list(self.store.all()))
        return [self._described(stored) for stored in rows[: -_SHOWN - 1 : -1]]

    async def on_change(self, change: Change) -> None:
        """Publish a change, and the current subscriptions."""
        self._note_agent(change)
        news = {"kind": change.kind, "service": vendor(change.endpoint), "userAgent": change.user_agent}
        self.events.publish("change", news | {"at": time.time()}, keep=True)
        self.events.publish("subscriptions", await self.subscriptions())

    def _note_agent(self, change: Change) -> None:
        self._agents.pop(change.endpoint, None)
        if change.kind != "unsubscribed":
            self._agents[change.endpoint] = change.user_agent
        while len(self._agents) > _SHOWN:
            del self._agents[next(iter(self._agents))]

    async def keep_built(self) -> None:
        """Build after each change on disk, once nothing changes any more; runs until it is cancelled."""
        while True:
            await asyncio.sleep(POLL_SECONDS)
            now = await asyncio.to_thread(self._snapshot)
            if now == self._seen:
                continue
            # The site's own generator may still be writing.
            while now != self._seen:
                self._seen = now
                await asyncio.sleep(POLL_SECONDS)
                now = await asyncio.to_thread(self._snapshot)
            await self._rebuild()

    async def _rebuild(self) -> None:
        try:
            self.build = await asyncio.to_thread(build_in_memory, self._path)
        except (PwagenError, OSError) as error:
            self._problem = reason(error)
        else:
            self._problem, self._built = "", time.time()
        self._report(self._problem or "built again")
        self.events.publish("build", {"app": self._app(), "build": self._build_state()})

    def _snapshot(self) -> dict[str, Fingerprint]:
        key = self.build.project.root / KEY_NAME
        return {**snapshot(self._path), str(key): fingerprint(key)}

    def _build_state(self) -> dict[str, Any]:
        return {"at": self._built, "problem": self._problem, "notes": list(self.build.notes)[:20]}

    def _app(self) -> dict[str, Any]:
        config, signer = self.build.project.config, self.signer
        notifications = config.notifications
        has_icon = "icons/icon-192.png" in self.build.files
        return {
            "name": config.app.name,
            "site": self.hosts.site_url,
            "others": list(self.hosts.others),
            "icon": (notifications and notifications.icon) or ("icons/icon-192.png" if has_icon else None),
            "actions": [action.title for action in notifications.actions] if notifications else [],
            "canSend": isinstance(signer, Signer),
            "whyNot": signer if isinstance(signer, str) else "",
        }

    def _described(self, stored: Stored) -> dict[str, Any]:
        endpoint = stored.subscription.endpoint
        return {
            "id": stored.id,
            "service": vendor(endpoint),
            "userAgent": self._agents.get(endpoint, ""),
            "created": stored.created,
            "seen": stored.last_seen,
            "failures": stored.failures,
            "lastFailure": stored.last_failure or "",
        }
