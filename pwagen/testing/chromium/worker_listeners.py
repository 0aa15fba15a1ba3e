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
    browser = chromium.context.browser
    assert browser is not None
    session = browser.new_browser_cdp_session()
    answers: list[dict[str, Any]] = []
    session.on("Target.receivedMessageFromTarget", lambda event: answers.append(json.loads(event["message"])))
    try:
        targets = session.send("Target.getTargets")["targetInfos"]
        target = next(one for one in targets if one["type"] == "service_worker" and one["url"] == script)
        attach = {"targetId": target["targetId"], "flatten": False}
        worker = session.send("Target.attachToTarget", attach)["sessionId"]
        question = json.dumps({"id": 1, "method": "Runtime.evaluate", "params": _LISTENERS})
        session.send("Target.sendMessageToTarget", {"sessionId": worker, "message": question})

        def answer() -> dict[str, Any] | None:
            return next((one for one in answers if one.get("id") == 1), None)

        found = chromium.poll(answer, what=f"the event listeners of {script}")
    finally:
        session.detach()
    assert found is not None
    return frozenset(found["result"]["result"]["value"])
