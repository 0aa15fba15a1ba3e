"""What a click on a notification sets in motion, watched in the running worker.

The worker's own calls are counted where it makes them; what they do is not changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pwagen.apptest.sites.click_result import Click
from pwagen.testing.desktop import ShownNotification

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from pwagen.apptest.sites.site_under_test import SiteUnderTest
    from pwagen.testing.chromium.chromium import Chromium

CLICK_SECONDS = 12
SETTLED_SECONDS = 3
"""How long a window may take to appear once the worker is done."""

_WATCH = """() => {
  const seen = { calls: [], frames: [], running: 0, clicks: 0 };
  const watch = (prototype, name) => {
    const original = prototype[name];
    prototype[name] = function (...args) {
      seen.calls.push(name);
      if (this.frameType === "nested") seen.frames.push(name);
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
_RESET = "Object.assign(self.pwagenSeen, { calls: [], frames: [], clicks: 0 }) && true"
_IS_WATCHED = "'pwagenSeen' in self"
_IS_OVER = "!('pwagenSeen' in self) || (self.pwagenSeen.clicks > 0 && self.pwagenSeen.running <= 0)"
_CALLS = "[self.pwagenSeen?.calls ?? [], self.pwagenSeen?.frames ?? []]"


def click(
    site: SiteUnderTest, chromium: Chromium, notification: ShownNotification, action: str | None = None
) -> Click:
    """Click, and return the result once the worker is done; ``action`` is a button's title."""
    _watch(chromium, site.url)
    before = chromium.windows
    site.desktop.click(notification, action)
    site.until(lambda: chromium.workers.evaluate(site.url, _IS_OVER), CLICK_SECONDS)
    calls, frames = chromium.workers.evaluate(site.url, _CALLS)
    if "openWindow" in calls:
        site.until(lambda: len(chromium.windows) > len(before), SETTLED_SECONDS)
    for page in chromium.windows:
        _wait_for_address(site, page)
    return _result(chromium, calls, frames, before)


def dismiss(site: SiteUnderTest, chromium: Chromium, notification: ShownNotification) -> Click:
    """Dismiss the notification, and return what the page and the worker did."""
    _watch(chromium, site.url)
    before = chromium.windows
    site.desktop.dismiss(notification)
    site.until(lambda: chromium.workers.evaluate(site.url, _IS_OVER), CLICK_SECONDS)
    calls, frames = chromium.workers.evaluate(site.url, _CALLS)
    return _result(chromium, calls, frames, before)


def _result(chromium: Chromium, calls: list[str], frames: list[str], before: list[Page]) -> Click:
    to_front = "focus" in calls or "openWindow" in calls
    return Click(calls, to_front, before, chromium.windows, frames)


def _wait_for_address(site: SiteUnderTest, page: Page) -> None:
    site.until(lambda: page.url != "about:blank", SETTLED_SECONDS)
    page.wait_for_load_state()


def _watch(chromium: Chromium, url: str) -> None:
    if chromium.workers.evaluate(url, _IS_WATCHED):
        chromium.workers.evaluate(url, _RESET)
    else:
        chromium.workers.evaluate(url, _WATCH)
