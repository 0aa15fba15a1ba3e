"""Every push ends in a notification that can be closed and clicked, whatever is in it."""

from __future__ import annotations

import pytest

from tests.applications.conftest import App

pytestmark = pytest.mark.browser

HALF = "\ud83d"
HOOKS = """
self.pwagen.on("push", ({ notification }) => {
  Object.defineProperty(notification, "title", { get() { throw new Error("no title"); } });
});
"""


def test_half_a_character_ends_nothing_and_a_title_with_nothing_to_see_is_the_default(app: App) -> None:
    page = app.open("index.html")
    subscription = app.chromium.subscribe(page, app.key_pair.public_key)
    for title in ("\u0007\u0001", "\u200b\u2060", "\u202e"):
        app.push(subscription, {"title": title})
        assert app.shown().title == "Shop"
        app.desktop.clear()
    for member, target in (("tag", "about.html"), ("body", "index.html"), ("title", "about.html")):
        message = {"title": "News", "navigate": app.site.url + target, member: f"Cut {HALF}"}
        app.push(subscription, message)
        app.desktop.click(app.shown())
        app.until_only_window_shows(target)
        app.desktop.clear()
    page.wait_for_load_state()  # it was seen when it began, and its script comes later
    page.evaluate("pwagen.notifications.show('Cut \\ud83d', { tag: 'Cut \\ud83d', body: 'Cut \\ud83d' })")
    app.desktop.click(app.shown())
    app.until_only_window_shows("")  # where a click leads without an address
    page.wait_for_load_state()
    assert page.evaluate("1") == 1


def test_a_hook_whose_object_throws_silences_nothing(app: App) -> None:
    (app.folder / "hooks.js").write_text(HOOKS)
    app.configure("worker: {hooks: hooks.js}")
    page = app.open("index.html")
    app.push(app.chromium.subscribe(page, app.key_pair.public_key), {"title": "Anything"})
    assert app.shown().title == "Shop"


def test_a_database_without_its_stores_is_made_again(app: App) -> None:
    page = app.open("index.html")
    page.evaluate(
        """async () => {
          const name = "pwagen:/";
          await new Promise((resolve) => { indexedDB.deleteDatabase(name).onsuccess = resolve; });
          const opening = indexedDB.open(name, 1);
          await new Promise((resolve) => { opening.onsuccess = resolve; });
          opening.result.close();
        }"""
    )
    app.chromium.workers.stop(app.site.url)
    page.evaluate("pwagen.addEventListener('badge', ({ detail }) => { window.counted = detail; })")
    app.push(app.chromium.subscribe(page, app.key_pair.public_key), {"title": "News"})
    assert app.shown().title == "News"
    app.until(page, "window.counted === 1")  # it is shown first, and counted then
    app.chromium.workers.stop(app.site.url)
    app.until(page, "pwagen.badge.get().then((count) => count === 1)")
