"""The badge that the operating system would show, read back from the browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from pwagen.testing.chromium.installed_app import InstalledApp
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


@pytest.fixture
def app(harbour: Harbour) -> Iterator[InstalledApp]:
    page = harbour.open()
    app = harbour.chromium.install(page)
    yield app
    app.uninstall()


def test_it_is_set_and_cleared_from_the_page(harbour: Harbour, app: InstalledApp) -> None:
    page = harbour.open("about.html")
    for expression, badge in [
        ("pwagen.badge.set(42)", 42),
        ("pwagen.badge.add()", 43),
        ("pwagen.badge.add(7)", 50),
        ("pwagen.badge.set(0)", 0),
        ("pwagen.badge.add(2)", 2),
        ("pwagen.badge.clear()", 0),
    ]:
        page.evaluate(expression)
        app.wait_for_badge(badge)


def test_it_is_set_and_cleared_from_the_worker(harbour: Harbour, app: InstalledApp) -> None:
    harbour.open("about.html")
    for expression, badge in [
        ("self.pwagen.badge.set(5)", 5),
        ("self.pwagen.badge.add()", 6),
        ("self.pwagen.badge.clear()", 0),
    ]:
        harbour.chromium.workers.evaluate(harbour.site.url, expression)
        app.wait_for_badge(badge)


def test_a_wrong_value_breaks_nothing(harbour: Harbour, app: InstalledApp) -> None:
    page = harbour.open("about.html")
    for value in ("-1", "NaN", "Infinity", "'x'", "({})", "2 ** 60"):
        page.evaluate("pwagen.badge.set(3)")
        app.wait_for_badge(3)
        page.evaluate(f"pwagen.badge.set({value})")
        page.evaluate("pwagen.badge.add(1)")
        assert page.evaluate("pwagen.badge.get()") == 4, value


def test_each_push_adds_one_even_after_the_worker_was_stopped(harbour: Harbour, app: InstalledApp) -> None:
    page = harbour.open("about.html")
    subscription = harbour.subscribe(page)
    harbour.push(subscription, {"title": "One"})
    app.wait_for_badge(1)
    page.close()
    harbour.chromium.workers.stop(harbour.site.url)
    harbour.push(subscription, {"title": "Two"})
    app.wait_for_badge(2)


def test_several_pushes_at_once_are_all_counted(harbour: Harbour, app: InstalledApp) -> None:
    page = harbour.open("about.html")
    subscription = harbour.subscribe(page)
    for number in range(50):
        harbour.push(subscription, {"title": f"Number {number}", "tag": f"topic {number % 3}"})
    app.wait_for_badge(50)
    harbour.chromium.workers.stop(harbour.site.url)
    for number in range(10):
        harbour.push(subscription, {"title": f"Number {number}", "tag": f"topic {number % 3}"})
    app.wait_for_badge(60)
    counts = "Promise.all([0, 1, 2].map((number) => pwagen.badge.get(`topic ${number}`)))"
    assert page.evaluate(counts) == [21, 20, 19]
    assert page.evaluate("pwagen.badge.get()") == app.badge == 60


def test_a_click_clears_the_topic_that_was_clicked(harbour: Harbour, app: InstalledApp) -> None:
    harbour.rebuild("clear_on: [open, click]", "clear_on: [click]")
    page = harbour.open("about.html")
    harbour.update(page)
    subscription = harbour.subscribe(page)
    for title, tag in (("One", "chat"), ("Two", "chat"), ("Tide", "tides"), ("Plain", "")):
        harbour.push(subscription, {"title": title} | ({"tag": tag} if tag else {}))
    app.wait_for_badge(4)
    with page.expect_navigation():
        harbour.desktop.click(harbour.shown("Two"), "Yes")
    app.wait_for_badge(2)
    assert page.evaluate("Promise.all(['chat', 'tides', ''].map(pwagen.badge.get))") == [0, 1, 1]
    harbour.desktop.click(harbour.shown("Plain"), "Yes")
    app.wait_for_badge(1)


def test_a_topic_is_added_to_and_cleared_by_the_page(harbour: Harbour, app: InstalledApp) -> None:
    page = harbour.open("about.html")
    page.evaluate("pwagen.badge.add(2, 'chat').then(() => pwagen.badge.add(3))")
    app.wait_for_badge(5)
    assert page.evaluate("pwagen.badge.get('chat')") == 2
    page.evaluate("pwagen.badge.clear('chat')")
    app.wait_for_badge(3)
    page.evaluate("pwagen.badge.clear()")
    app.wait_for_badge(0)


def test_the_count_of_an_earlier_build_is_kept(harbour: Harbour, app: InstalledApp) -> None:
    page = harbour.open("about.html")
    page.evaluate(PUT_BADGE, 7)
    assert page.evaluate("pwagen.badge.get()") == 7
    page.evaluate("pwagen.badge.add(1, 'chat')")
    app.wait_for_badge(8)


def test_what_the_browser_has_forgotten_is_shown_again(harbour: Harbour, app: InstalledApp) -> None:
    leave_the_count_to_tests(harbour)
    page = harbour.open("about.html")
    harbour.update(page)
    page.evaluate("pwagen.badge.set(5)")
    app.wait_for_badge(5)
    # As the end of Chromium does. The 0 may not be seen: a window that gets the focus shows 5 again.
    page.evaluate("navigator.clearAppBadge()")
    page.reload()
    app.wait_for_badge(5)


def leave_the_count_to_tests(harbour: Harbour) -> None:
    """Neither a refresh changes it nor the focus, which a window gets sooner or later in a test."""
    harbour.edit("    badge: unread\n", "")
    harbour.rebuild("clear_on: [open, click]", "clear_on: [click]")


def test_dismissing_has_its_own_rule(harbour: Harbour) -> None:
    leave_the_count_to_tests(harbour)
    harbour.rebuild("clear_on: [click]", "clear_on: [click]\n  on_close: subtract")
    page = harbour.open("about.html")
    subscription = harbour.subscribe(page)
    for title, tag in (("One", "chat"), ("Two", "chat"), ("Tide", "tides")):
        harbour.push(subscription, {"title": title, "tag": tag})
    harbour.until(page, "pwagen.badge.get().then((count) => count === 3)")
    harbour.desktop.dismiss(harbour.shown("Two"))
    harbour.until(page, "pwagen.badge.get('chat').then((count) => count === 1)")
    assert page.evaluate("pwagen.badge.get()") == 2


@pytest.mark.parametrize(("rule", "count"), [("add", 4), ("subtract", 2), ("7", 7)])
def test_opening_may_count_as_well(harbour: Harbour, rule: str, count: int) -> None:
    leave_the_count_to_tests(harbour)
    harbour.rebuild("clear_on: [click]", f"clear_on: [click]\n  on_open: {rule}")
    page = harbour.open("about.html")
    page.evaluate("pwagen.badge.set(3)")
    page.reload()
    harbour.until(page, f"pwagen.badge.get().then((count) => count === {count})")


def test_it_may_be_a_dot_without_a_number(harbour: Harbour) -> None:
    leave_the_count_to_tests(harbour)
    page = harbour.open("about.html")
    page.evaluate(NOTE_BADGES)
    page.evaluate("pwagen.badge.set(3).then(() => pwagen.badge.set())")
    assert page.evaluate("pwagen.badge.get()") is True
    assert page.evaluate("window.badges") == [[3], []]


def test_other_tabs_show_the_count_at_once(harbour: Harbour) -> None:
    leave_the_count_to_tests(harbour)
    first, second = harbour.open("about.html"), harbour.open()
    first.evaluate("pwagen.badge.set(6)")
    harbour.until(second, "document.querySelector('[data-pwagen=badge]').textContent.trim() === '6'")
    second.evaluate("pwagen.badge.add(1, 'chat')")
    harbour.until(first, "document.documentElement.dataset.pwagenBadge === '7'")


# --- where there are no badges -------------------------------------------------------------------


def open_without_badging(harbour: Harbour) -> Page:
    leave_the_count_to_tests(harbour)
    page = harbour.open("about.html")
    page.add_init_script("delete Navigator.prototype.setAppBadge")
    page.reload()
    harbour.until(page, "pwagen.ready.then(() => document.documentElement.dataset.pwagenBadge === '0')")
    return page


def wait_for_title(harbour: Harbour, page: Page, title: str) -> None:
    harbour.until(page, f"document.title === {title!r}")


def test_the_count_is_in_the_title(harbour: Harbour) -> None:
    page = open_without_badging(harbour)
    title = page.title()
    page.evaluate("pwagen.badge.set(3)")
    wait_for_title(harbour, page, f"(3) {title}")
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


def test_a_push_is_counted_in_the_title_of_a_tab_in_the_background(harbour: Harbour) -> None:
    page = open_without_badging(harbour)
    title = page.title()
    harbour.push(harbour.subscribe(page), {"title": "News"})
    wait_for_title(harbour, page, f"(1) {title}")


def test_a_title_that_a_script_insists_on_does_not_stop_the_page(harbour: Harbour) -> None:
    page = open_without_badging(harbour)
    page.evaluate(INSIST)
    page.evaluate("pwagen.badge.set(3)")
    harbour.until(page, "insisted > 3")
    page.evaluate("observer.disconnect()")
    wait_for_title(harbour, page, "(3) Mine")


@pytest.mark.parametrize("policy", ["img-src 'self' data:", ""])
def test_the_count_is_on_the_icon_where_the_policy_allows_it(harbour: Harbour, policy: str) -> None:
    harbour.rebuild("fallback: title", "fallback: favicon")
    if policy:
        harbour.site.answers.headers["Content-Security-Policy"] += f"; {policy}"
    page = open_without_badging(harbour)
    title, icons = page.title(), page.evaluate(ICONS)
    page.evaluate("pwagen.badge.set(3)")
    if policy:
        harbour.until(page, f"({ICONS})().length === 1 && ({ICONS})()[0].startsWith('data:image/png')")
        drawn = page.evaluate(ICONS)
        page.evaluate("pwagen.badge.set(120)")
        harbour.until(page, f"({ICONS})()[0] !== {drawn[0]!r}")
        page.evaluate("pwagen.badge.clear()")
        harbour.until(
            page, f"JSON.stringify(({ICONS})()) === {json.dumps(json.dumps(icons, separators=(',', ':')))}"
        )
        assert page.title() == title
    else:
        wait_for_title(harbour, page, f"(3) {title}")
        assert page.evaluate(ICONS) == icons
        harbour.chromium.problems.clear()  # the policy's refusal


def test_a_number_in_the_message_wins(harbour: Harbour, app: InstalledApp) -> None:
    page = harbour.open("about.html")
    subscription = harbour.subscribe(page)
    harbour.push(subscription, {"title": "First"})
    app.wait_for_badge(1)
    message = {"web_push": 8030, "notification": {"title": "N", "navigate": "./"}}
    members: tuple[object, ...] = (12, "7", 0)
    for member in members:
        harbour.push(subscription, message | {"app_badge": member})
        app.wait_for_badge(int(str(member)))


def test_opening_the_app_and_clicking_clear_it(harbour: Harbour, app: InstalledApp) -> None:
    page = harbour.open("about.html")
    subscription = harbour.subscribe(page)
    harbour.push(subscription, {"title": "One"})
    app.wait_for_badge(1)
    page.reload()
    app.wait_for_badge(0)
    harbour.push(subscription, {"title": "Two"})
    app.wait_for_badge(1)
    harbour.desktop.click(harbour.shown("Two"), "Yes")
    app.wait_for_badge(0)


def test_the_page_shows_the_count(harbour: Harbour, app: InstalledApp) -> None:
    page = harbour.open()
    page.evaluate("pwagen.badge.set(4)")
    counter = page.locator("[data-pwagen=badge]").first
    harbour.until(page, "document.querySelector('[data-pwagen=badge]').textContent.trim() === '4'")
    counter.wait_for()
