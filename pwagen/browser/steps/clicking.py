"""What a click on a notification sets in motion, watched in the running worker.

The worker's own calls are counted where it makes them; nothing of what they do is changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pwagen.browser.desktop import Notification
from pwagen.browser.steps.click import Click

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from pwagen.browser.steps.trial import Trial

CLICK_SECONDS = 12
SETTLED_SECONDS = 3
"""How long a window may take to appear once the worker is done."""

_WATCH = """() => {
  const seen = { calls: [], running: 0, clicks: 0 };
  const watch = (prototype, name) => {
    const original = prototype[name];
    prototype[name] = function (...args) {
      seen.calls.push(name);
      return original.apply(this, args);
    };
  };
  watch(WindowClient.prototype, "focus");
  watch(WindowClient.prototype, "navigate");
  watch(Clients.prototype, "openWindow");
  const waitUntil = ExtendableEvent.prototype.waitUntil;
  ExtendableEvent.prototype.waitUntil = function (promise) {
    seen.running += 1;
    const ended = () => { seen.running -= 1; };
    Promise.resolve(promise).then(ended, ended);
    return waitUntil.call(this, promise);
  };
  for (const name of ["notificationclick", "notificationclose"]) {
    self.addEventListener(name, () => { seen.clicks += 1; });
  }
  self.pwagenSeen = seen;
}"""
_RESET = "Object.assign(self.pwagenSeen, { calls: [], clicks: 0 }) && true"
_IS_WATCHED = "'pwagenSeen' in self"
_IS_OVER = "!('pwagenSeen' in self) || (self.pwagenSeen.clicks > 0 && self.pwagenSeen.running <= 0)"
_CALLS = "self.pwagenSeen?.calls ?? []"


def click(trial: Trial, notification: Notification, action: str | None = None) -> Click:
    """Click, and return what came of it once the worker is done; ``action`` is a button's title."""
    _watch(trial)
    before = trial.windows()
    trial.desktop.click(notification, action)
    trial.until(lambda: trial.chromium.workers.evaluate(trial.url, _IS_OVER), CLICK_SECONDS)
    calls = trial.chromium.workers.evaluate(trial.url, _CALLS)
    if "openWindow" in calls:
        trial.until(lambda: len(trial.windows()) > len(before), SETTLED_SECONDS)
    for page in trial.windows():
        _wait_for_address(trial, page)
    return _click(trial, calls, before)


def dismiss(trial: Trial, notification: Notification) -> Click:
    """Wave the notification away, and return what came of that."""
    _watch(trial)
    before = trial.windows()
    trial.desktop.dismiss(notification)
    trial.until(lambda: trial.chromium.workers.evaluate(trial.url, _IS_OVER), CLICK_SECONDS)
    return _click(trial, trial.chromium.workers.evaluate(trial.url, _CALLS), before)


def _click(trial: Trial, calls: list[str], before: list[Page]) -> Click:
    return Click(calls, "focus" in calls or "openWindow" in calls, before, trial.windows())


def _wait_for_address(trial: Trial, page: Page) -> None:
    trial.until(lambda: page.url != "about:blank", SETTLED_SECONDS)
    page.wait_for_load_state()


def _watch(trial: Trial) -> None:
    if trial.chromium.workers.evaluate(trial.url, _IS_WATCHED):
        trial.chromium.workers.evaluate(trial.url, _RESET)
    else:
        trial.chromium.workers.evaluate(trial.url, _WATCH)
