"""The badge that the operating system would show, read back from the browser."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.browser.features.conftest import Harbour

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

ICONS = "() => Array.from(document.querySelectorAll('link[rel~=icon]'), ({ href }) => href)"
INSIST = """() => {
  window.insisted = 0;
  const insist = () => {
    if (document.title !== "Mine") document.title = "Mine";
    window.insisted += 1;
  };
  window.observer = new MutationObserver(insist);
  observer.observe(document.head, { childList: true, subtree: true, characterData: true });
}"""
PUT_BADGE = """(badge) => new Promise((resolve) => {
  const opening = indexedDB.open("pwagen:/", 1);
  opening.onsuccess = () => {
    const transaction = opening.result.transaction("values", "readwrite");
    transaction.objectStore("values").put(badge, "badge");
    transaction.oncomplete = () => resolve(opening.result.close());
  };
})"""

# Chromium doesn't tell anybody of a badge without a number.
NOTE_BADGES = """() => {
  window.badges = [];
  const { setAppBadge } = Navigator.prototype;
  Navigator.prototype.setAppBadge = function (...values) {
    badges.push(values);
    return setAppBadge.apply(this, values);
  };
}"""


TOPICS = "Promise.all({}.map((topic) => pwagen.badge.get(topic)))"


def leave_the_count_to_tests(harbour: Harbour) -> None:
    """Neither a refresh changes it nor the focus, which a window gets sooner or later in a test."""
    harbour.edit("    badge: unread\n", "")
    harbour.rebuild("clear_on: [open, click]", "clear_on: [click]")


def test_page_worker_and_pushes_count_by_topic_all_tabs_show_it_and_a_click_clears_its_topic(
    harbour: Harbour,
) -> None:
    leave_the_count_to_tests(harbour)
    page = harbour.open("about.html")
    app = harbour.chromium.install(page)
    for expression, badge in [
        ("pwagen.badge.set(42)", 42),
        ("pwagen.badge.add()", 43),
        ("pwagen.badge.add(7)", 50),
        ("pwagen.badge.set(0)", 0),
        ("pwagen.badge.add(2)", 2),
        ("Promise.all([1, 2, 3].map((amount) => pwagen.badge.add(amount)))", 8),
        ("pwagen.badge.clear()", 0),
        ("pwagen.badge.add(2, 'chat').then(() => pwagen.badge.add(3))", 5),
        ("pwagen.badge.clear('chat')", 3),
        ("pwagen.badge.clear()", 0),
    ]:
        page.evaluate(expression)
        app.wait_for_badge(badge)

    for expression, badge in [
        ("self.pwagen.badge.set(5)", 5),
        ("self.pwagen.badge.add()", 6),
        ("Promise.all([1, 2, 3].map((amount) => self.pwagen.badge.add(amount)))", 12),
        ("self.pwagen.badge.clear()", 0),
    ]:
        harbour.chromium.workers.evaluate(harbour.site.url, expression)
        app.wait_for_badge(badge)

    for value in ("-1", "NaN", "Infinity", "'x'", "({})", "2 ** 60"):
        page.evaluate(f"pwagen.badge.set(3).then(() => pwagen.badge.set({value}))")
        assert page.evaluate("pwagen.badge.add(1)") == 4, value

    # An earlier build kept one number.
    page.evaluate(PUT_BADGE, 7)
    assert page.evaluate("pwagen.badge.get()") == 7
    page.evaluate("pwagen.badge.add(1, 'chat')")
    app.wait_for_badge(8)
    assert page.evaluate(TOPICS.format("['chat', '']")) == [1, 7]

    # The browser forgets it when it ends. The 0 may not be seen: a window that gets the focus shows 8 again.
    page.evaluate("navigator.clearAppBadge()")
    page.reload()
    app.wait_for_badge(8)

    other = harbour.open()
    page.evaluate("pwagen.badge.set(6)")
    harbour.until(other, "document.querySelector('[data-pwagen=badge]').textContent.trim() === '6'")
    other.evaluate("pwagen.badge.add(1, 'chat')")
    harbour.until(page, "document.documentElement.dataset.pwagenBadge === '7'")
    harbour.until(other, "document.querySelector('[data-pwagen=badge]').textContent.trim() === '7'")
    other.locator("[data-pwagen=badge]").first.wait_for()

    page.evaluate(NOTE_BADGES)
    page.evaluate("pwagen.badge.set(3).then(() => pwagen.badge.set())")
    assert page.evaluate("pwagen.badge.get()") is True
    assert page.evaluate("window.badges") == [[3], []]
    page.evaluate("pwagen.badge.clear()")
    other.close()

    # Pushes count, with a worker that was stopped, too.
    subscription = harbour.subscribe(page)
    for badge in (5, 10):
        for number in range(5):
            harbour.push(subscription, {"title": f"Number {number}", "tag": f"topic {number % 3}"})
        app.wait_for_badge(badge)
        harbour.chromium.workers.stop(harbour.site.url)
    assert page.evaluate(TOPICS.format("['topic 0', 'topic 1', 'topic 2']")) == [4, 4, 2]
    assert page.evaluate("pwagen.badge.get()") == app.badge == 10

    members: tuple[object, ...] = (12, "7", 0)
    for member in members:
        message = {"web_push": 8030, "notification": {"title": "N", "navigate": "./"}, "app_badge": member}
        harbour.push(subscription, message)
        app.wait_for_badge(int(str(member)))

    for title, tag in (("One", "chat"), ("Two", "chat"), ("Tide", "tides"), ("Plain", "")):
        harbour.push(subscription, {"title": title} | ({"tag": tag} if tag else {}))
    app.wait_for_badge(4)
    with page.expect_navigation():
        harbour.desktop.click(harbour.shown("Two"), "Yes")
    app.wait_for_badge(2)
    assert page.evaluate(TOPICS.format("['chat', 'tides', '']")) == [0, 1, 1]
    harbour.desktop.click(harbour.shown("Plain"), "Yes")
    app.wait_for_badge(1)

    harbour.chromium.close_pages()
    harbour.chromium.workers.stop(harbour.site.url)
    harbour.push(subscription, {"title": "Three"})
    app.wait_for_badge(2)
    app.uninstall()


def open_after(harbour: Harbour, script: str) -> Page:
    """Return a page that ran a script before its own."""
    harbour.chromium.set_permission(harbour.site.origin, "notifications", "granted")
    page = harbour.chromium.new_page()
    page.add_init_script(script)
    page.goto(harbour.site.url + "about.html")
    harbour.until(page, "navigator.serviceWorker.controller !== null")
    return page


def test_opening_the_app_and_clicking_clear_it(harbour: Harbour) -> None:
    harbour.rebuild("    badge: unread\n", "")
    # The focus, which a window gets sooner or later, would clear it before it is seen.
    page = open_after(harbour, "addEventListener('focus', (event) => event.stopImmediatePropagation())")
    subscription = harbour.subscribe(page)
    harbour.push(subscription, {"title": "One"})
    wait_for_count(harbour, page, 1)
    page.reload()
    wait_for_count(harbour, page, 0)
    harbour.push(subscription, {"title": "Two"})
    wait_for_count(harbour, page, 1)
    with page.expect_navigation():
        harbour.desktop.click(harbour.shown("Two"), "Yes")
    wait_for_count(harbour, page, 0)
    # The window is there already: nothing is opened, so that it is the click that clears.
    harbour.push(subscription, {"title": "Three"})
    wait_for_count(harbour, page, 1)
    harbour.desktop.click(harbour.shown("Three"), "Yes")
    wait_for_count(harbour, page, 0)


def test_opening_may_count_as_well_and_dismissing_has_its_own_rule(harbour: Harbour) -> None:
    leave_the_count_to_tests(harbour)
    harbour.rebuild("clear_on: [click]", "clear_on: [click]\n  on_close: subtract\n  on_open: add")
    page = harbour.open("about.html")
    wait_for_count(harbour, page, 1)
    subscription = harbour.subscribe(page)
    for title, tag in (("One", "chat"), ("Two", "chat"), ("Tide", "tides")):
        harbour.push(subscription, {"title": title, "tag": tag})
    wait_for_count(harbour, page, 4)
    harbour.desktop.dismiss(harbour.shown("Two"))
    harbour.until(page, "pwagen.badge.get('chat').then((count) => count === 1)")
    assert page.evaluate("pwagen.badge.get()") == 3
    harbour.rebuild("on_open: add", "on_open: 7")
    harbour.update(page)
    wait_for_count(harbour, page, 7)


def wait_for_count(harbour: Harbour, page: Page, count: int) -> None:
    harbour.until(page, f"pwagen.badge.get().then((count) => count === {count})")


# --- where there are no badges -------------------------------------------------------------------


def open_without_badging(harbour: Harbour) -> Page:
    page = open_after(harbour, "delete Navigator.prototype.setAppBadge")
    harbour.until(page, "pwagen.ready.then(() => document.documentElement.dataset.pwagenBadge === '0')")
    return page


def wait_for_title(harbour: Harbour, page: Page, title: str) -> None:
    harbour.until(page, f"document.title === {title!r}")


def test_the_count_is_in_the_title_in_the_background_too_and_on_the_icon_where_the_policy_allows_it(
    harbour: Harbour,
) -> None:
    harbour.edit("fallback: title", "fallback: favicon")
    leave_the_count_to_tests(harbour)
    page = open_without_badging(harbour)
    title, icons = page.title(), page.evaluate(ICONS)
    page.evaluate("pwagen.badge.set(3)")
    wait_for_title(harbour, page, f"(3) {title}")
    assert page.evaluate(ICONS) == icons
    harbour.chromium.problems.clear()  # the policy's refusal
    page.evaluate("document.title = 'Another'")
    wait_for_title(harbour, page, "(3) Another")
    page.evaluate("document.querySelector('title').replaceWith(document.createElement('title'))")
    wait_for_title(harbour, page, "(3)")
    page.evaluate("document.title = document.title + ' and more'")
    wait_for_title(harbour, page, "(3) and more")
    other = harbour.open("tides/")
    other.evaluate("pwagen.badge.set(4)")
    wait_for_title(harbour, page, "(4) and more")
    other.evaluate("pwagen.badge.clear()")
    wait_for_title(harbour, page, "and more")
    harbour.push(harbour.subscribe(other), {"title": "News"})
    wait_for_title(harbour, page, "(1) and more")

    # A script insists on its own.
    page.evaluate(INSIST)
    page.evaluate("pwagen.badge.set(3)")
    harbour.until(page, "insisted > 3")
    page.evaluate("observer.disconnect()")
    wait_for_title(harbour, page, "(3) Mine")
    other.close()

    harbour.site.answers.headers["Content-Security-Policy"] += "; img-src 'self' data:"
    page.reload()
    harbour.until(page, f"({ICONS})().length === 1 && ({ICONS})()[0].startsWith('data:image/png')")
    drawn = page.evaluate(ICONS)
    page.evaluate("pwagen.badge.set(120)")
    harbour.until(page, f"({ICONS})()[0] !== {drawn[0]!r}")
    page.evaluate("pwagen.badge.clear()")
    harbour.until(
        page, f"JSON.stringify(({ICONS})()) === {json.dumps(json.dumps(icons, separators=(',', ':')))}"
    )
    assert page.title() == title
