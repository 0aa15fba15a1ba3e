"""Which events a worker listens to, asked of the browser rather than guessed from the source."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pwagen.testing.chromium.chromium import Chromium

# A function of the DevTools console: page scripts, and Playwright's handles, have none of the kind.
_LISTENERS = {
    "expression": "Object.keys(getEventListeners(self))",
    "includeCommandLineAPI": True,
    "returnByValue": True,
}


def events_of_worker(chromium: Chromium, url: str) -> frozenset[str]:
    """Return the names of the events that the active worker of the URL has listeners for."""
    script = chromium.workers.worker(url).url
    messages: list[dict[str, Any]] = []
    with chromium.new_browser_session() as session:
        session.on(
            "Target.receivedMessageFromTarget", lambda event: messages.append(json.loads(event["message"]))
        )
        targets = session.send("Target.getTargets")["targetInfos"]
        target = next(info for info in targets if info["type"] == "service_worker" and info["url"] == script)
        attach = {"targetId": target["targetId"], "flatten": False}
        worker = session.send("Target.attachToTarget", attach)["sessionId"]
        question = json.dumps({"id": 1, "method": "Runtime.evaluate", "params": _LISTENERS})
        session.send("Target.sendMessageToTarget", {"sessionId": worker, "message": question})

        def answer() -> dict[str, Any] | None:
            return next((message for message in messages if message.get("id") == 1), None)

        listeners = chromium.poll(answer, what=f"the event listeners of {script}")
    assert listeners is not None
    return frozenset(listeners["result"]["result"]["value"])
