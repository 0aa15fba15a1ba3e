"""Permission states, set where the user would set them.

Notifications go through the browser's own settings: only a real change of the setting makes
Chromium end subscriptions, and fire pushsubscriptionchange when it is allowed again. Others go over
the DevTools protocol.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from pwagen.testing.time_limit import call_limit

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

    from pwagen.testing.chromium.devtools import DevToolsSession

State = Literal["granted", "denied", "prompt"]

# A script of the settings page, opened by itself: it may do what that may, and draws no list of all sites.
_SETTINGS_PAGE = "chrome://settings/strings.m.js"
_SETTINGS_VALUES: dict[State, str] = {"granted": "allow", "denied": "block", "prompt": "default"}
# The answer to the second message comes after the first has taken effect.
_SET_AND_READ = """async ([origin, value]) => {
  const { sendWithPromise } = await import("chrome://resources/js/cr.js");
  chrome.send("setOriginPermissions", [origin, "notifications", value]);
  await sendWithPromise("getOriginPermissions", origin, ["notifications"]);
}"""
_ANSWER_PROMPT = """() => {
  const ask = Notification.requestPermission.bind(Notification);
  Notification.requestPermission = async (...args) => {
    if (Notification.permission === "default") await window.pwagenUserAnswers();
    return ask(...args);
  };
}"""


class Permissions:
    """Sets permissions of origins; nothing is granted unless a test grants it."""

    def __init__(
        self, context: BrowserContext, cdp: DevToolsSession, new_session: Callable[[Page], DevToolsSession]
    ) -> None:
        self._context = context
        self._cdp = cdp
        self._new_session = new_session
        self.page: Page | None = None
        """The browser's settings, once they were needed."""
        self.target_id = ""
        """That page's, in the DevTools protocol."""

    def set(self, origin: str, name: str, state: State) -> None:
        """Set a permission of an origin, under its W3C name, e.g. ``periodic-background-sync``."""
        if name == "notifications":
            self._set_notifications(origin, state)
        else:
            permission = {"permission": {"name": name}, "setting": state, "origin": origin}
            self._cdp.send("Browser.setPermission", permission)

    def answer_prompt(self, page: Page, state: State) -> None:
        """Let the user answer the page's notification prompts, which headless browsers don't show.

        To be called before the page is loaded. ``Notification.requestPermission`` then finds the
        permission set, as after a click on the prompt's button; subscribing without asking first
        is still refused.
        """
        from pwagen.push.transport.endpoints import origin

        page.expose_function("pwagenUserAnswers", lambda: self.set(origin(page.url), "notifications", state))
        page.add_init_script(f"({_ANSWER_PROMPT})()")

    def _set_notifications(self, origin: str, state: State) -> None:
        with call_limit(f"the browser's settings to let notifications of {origin} be {state}"):
            if self.page is None or self.page.is_closed():
                self.page = self._context.new_page()
                self.page.goto(_SETTINGS_PAGE, wait_until="commit")
                with self._new_session(self.page) as session:
                    self.target_id = session.target()["targetId"]
            self.page.evaluate(_SET_AND_READ, [origin, _SETTINGS_VALUES[state]])
