"""A visitor who comes back days later, in a page that has its own clock and notes the prompts it shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.browser.features.conftest import Harbour

IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.5 Mobile/15E148 Safari/604.1"
)
# What a tab on iOS doesn't have either.
WITHOUT_PUSH = """
delete window.PushManager;
delete window.Notification;
addEventListener("beforeinstallprompt", (event) => event.stopImmediatePropagation());
"""
# Playwright's own clock would stay in every later page of the context.
_SCRIPT = """
const realNow = Date.now;
Date.now = () => realNow() + Number(sessionStorage.getItem("passed"));
addEventListener("DOMContentLoaded", () => {
  window.pwagen?.addEventListener("prompt", ({ detail: { name, state } }) => {
    const log = JSON.parse(sessionStorage.getItem("log") ?? "[]");
    log.push([sessionStorage.getItem("visit"), name, state]);
    sessionStorage.setItem("log", JSON.stringify(log));
  });
});
"""
_NEXT_VISIT = """(passing) => {
  const add = (key, amount) => sessionStorage.setItem(key, Number(sessionStorage.getItem(key)) + amount);
  add("visit", 1);
  add("passed", passing);
}"""
_STORED = """([name, key]) => new Promise((resolve) => {
  const opening = indexedDB.open(name, 1);
  // Not made yet: that is the page's to do.
  opening.onupgradeneeded = () => opening.transaction.abort();
  opening.onerror = () => resolve(null);
  opening.onsuccess = () => {
    const database = opening.result;
    const reading = database.transaction("values").objectStore("values").get(key);
    reading.onsuccess = () => resolve(reading.result ?? null);
    database.close();
  };
})"""


class Visitor:
    """Somebody with one tab; ``days`` pass between visits."""

    def __init__(self, harbour: Harbour, *, iphone: bool = False) -> None:
        self.harbour = harbour
        self.page: Page = harbour.chromium.context.new_page()
        self.page.add_init_script(_SCRIPT)
        self.visits = 0
        if iphone:
            session = harbour.chromium.context.new_cdp_session(self.page)
            session.send("Emulation.setUserAgentOverride", {"userAgent": IPHONE, "platform": "iPhone"})
            self.page.add_init_script(WITHOUT_PUSH)

    def visit(self, path: str = "tides/", *, days: float = 0.1) -> Page:
        """Open the page after that time, and return once the visit has been counted."""
        if not self.visits:
            self.page.goto(self.harbour.site.url + "manifest.json")  # of the origin, and without a script
        self.visits += 1
        self.page.evaluate(_NEXT_VISIT, days * 86_400_000)
        self.page.goto(self.harbour.site.url + path)
        self.harbour.chromium.poll(
            lambda: (self.stored("visits") or {"count": 0})["count"] == self.visits, what="a counted visit"
        )
        return self.page

    def stored(self, key: str) -> Any:
        """Return a value that page and worker share."""
        return self.page.evaluate(_STORED, [f"pwagen:{self.harbour.site.mount}", key])

    @property
    def prompt(self) -> Locator:
        """The dialog, if there is one."""
        return self.page.locator(".pwagen-prompt dialog")

    def dismiss(self, name: str, prompt: str = "permission") -> None:
        """Click the button, and return once that has been noted."""

        def dismissals() -> int:
            return int((self.stored(f"prompt:{prompt}") or {}).get("dismissals", 0))

        before = dismissals()
        self.button(name).click()
        self.prompt.wait_for(state="detached")
        self.harbour.chromium.poll(lambda: dismissals() > before, what="the dismissal")

    @property
    def log(self) -> list[list[Any]]:
        """Every prompt event of all visits: [visit, name, state]."""
        events = self.page.evaluate("JSON.parse(sessionStorage.getItem('log') ?? '[]')")
        return [[int(visit), name, state] for visit, name, state in events]

    def button(self, name: str) -> Locator:
        """A button of the dialog."""
        return self.prompt.get_by_role("button", name=name)
