"""A click on a notification lands in a window that a person sees, at the page that is shown there now."""

from __future__ import annotations

import pytest

from tests.applications.application import Application, page
from tests.applications.conftest import App

pytestmark = pytest.mark.browser


def test_a_click_navigates_the_window_and_not_the_frame_in_it_even_if_that_shows_the_target(app: App) -> None:
    # discourse#39465
    framed = app.open("framed.html")
    framed.frame_locator("#frame").locator("h1").click()
    app.click_push(framed, "index.html")
    app.until_only_window_shows("index.html")
    app.desktop.clear()
    framed.goto(app.site.url + "framed.html")
    app.click_push(framed, "about.html")
    app.until_only_window_shows("about.html")


def test_a_frame_in_another_site_is_left_alone(app: App, tmp_path_factory: pytest.TempPathFactory) -> None:
    own = app.open("order.html")
    with Application(tmp_path_factory.mktemp("other")) as other:
        frame = f'<iframe id="frame" title="About" src="{app.site.url}about.html"></iframe>'
        other.handlers["GET", "portal"] = lambda request: page("Portal", frame)
        portal = app.chromium.open(f"{other.url}portal")
        portal.frame_locator("#frame").locator("h1").click()
        app.click_push(own, "index.html")
        app.chromium.poll(
            lambda: own.url == app.site.url + "index.html", what="the window to show the target"
        )
        assert portal.frame_locator("#frame").locator("h1").inner_text() == "About"


def test_a_click_reloads_no_page_that_turbo_shows_and_goes_to_one_that_turbo_left(app: App) -> None:
    app.add_frameworks()
    window = app.open("turbo-one.html")
    window.locator("text=Two").click()
    window.wait_for_url("**/turbo-two.html")
    window.evaluate("window.marked = true")
    window.evaluate("pwagen.addEventListener('click', () => { window.clicked = true; })")
    for target in ("turbo-two.html", "turbo-two", "turbo-two.html#top", "turbo-two/"):
        window.evaluate("window.clicked = false")
        app.click_push(window, target)
        app.until(window, "window.clicked || !window.marked")
        window.wait_for_timeout(300)
        assert window.evaluate("window.marked") is True, target
        assert len(app.windows()) == 1, target
        app.desktop.clear()
    # https://github.com/w3c/ServiceWorker/issues/1515: client.url is where the window was created
    app.click_push(window, "turbo-one.html")
    app.until_only_window_shows("turbo-one.html")


def test_a_page_that_went_on_without_its_worker_is_found(app: App) -> None:
    window = app.open("index.html")
    window.evaluate("history.pushState(null, '', 'inbox/7')")
    app.chromium.workers.stop(app.site.url)
    window.evaluate("window.marked = true")
    app.click_push(window, "index.html")
    app.until_only_window_shows("index.html")
    assert not window.evaluate("window.marked")


# --- frames -------------------------------------------------------------------------------------------


def test_a_frame_does_not_clear_the_badge(app: App) -> None:
    window = app.open("index.html")
    window.evaluate("pwagen.badge.set(3)")
    window.evaluate(
        """() => new Promise((resolve) => {
          const frame = document.createElement("iframe");
          frame.src = "about.html";
          frame.onload = () => setTimeout(resolve, 500);
          document.body.append(frame);
        })"""
    )
    assert window.evaluate("pwagen.badge.get()") == 3
