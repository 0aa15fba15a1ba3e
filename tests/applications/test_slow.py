"""A network that is slow, or a server that is broken, is not offline."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Error

from tests.applications.application import Application, Handler, drop_connection, form_field, page
from tests.applications.conftest import App

if TYPE_CHECKING:
    from pathlib import Path

    from aiohttp import web
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

STATE = "document.documentElement.dataset.pwagenPage"


@pytest.fixture
def slow(app: App) -> App:
    """Return the application with a short time-out."""
    app.configure("offline: {timeout: 300ms}")
    return app


def notes(app: App) -> list[str]:
    """Let the application keep notes: the list is a page that each POST leads back to."""
    kept = ["First"]

    def add(request: web.Request) -> web.Response:
        from aiohttp import web

        kept.append(f"Number {len(kept) + 1}")
        return web.Response(status=303, headers={"Location": "/notes"})

    app.site.handlers["GET", "notes"] = lambda request: page("Notes", ", ".join(kept))
    app.site.handlers["POST", "notes"] = add
    return kept


def open_stored(app: App, path: str) -> Page:
    """Return a new tab with a page that has been stored."""
    window = app.open(path)
    app.chromium.poll(
        lambda: app.site.url + path in app.stored(window, ":runtime"), what="the page to be kept"
    )
    return window


SEND_FORM = """() => {
  const form = document.createElement("form");
  form.method = "post";
  document.body.append(form);
  form.submit();
}"""


def test_a_reload_an_answer_marked_no_cache_and_what_comes_after_something_was_sent_are_waited_for(
    slow: App,
) -> None:
    site = slow.site
    site.answers.delay_seconds = dict.fromkeys(("notes", "prices"), 0.8)  # later than the time-out of `slow`
    kept = notes(slow)
    prices = ["5"]
    not_stored = {"Cache-Control": "no-cache"}
    site.handlers["GET", "prices"] = lambda request: page("Prices", prices[-1], headers=not_stored)

    window = open_stored(slow, "prices")
    prices.append("6, from elsewhere")
    window.goto(site.url + "prices")
    assert "6, from elsewhere" in window.inner_text("body")

    window.goto(site.url + "notes")
    kept.append("From elsewhere")
    window.reload()
    assert "From elsewhere" in window.inner_text("body")

    window.evaluate("fetch('notes', { method: 'POST', redirect: 'manual' })")
    window.goto(site.url + "notes")
    assert "Number 3" in window.inner_text("body")

    slow.chromium.workers.stop(site.url)  # the next one doesn't know that something was sent
    with window.expect_navigation():
        window.evaluate(SEND_FORM)
    assert "Number 4" in window.inner_text("body")


def test_a_stored_page_says_so_and_offers_the_fresh_one_but_no_late_error_and_follows_a_late_log_in(
    slow: App, tmp_path_factory: pytest.TempPathFactory
) -> None:
    from aiohttp import web

    kept = notes(slow)
    window = open_stored(slow, "notes")

    def show_stored() -> None:
        slow.site.answers.held.add("notes")
        window.goto(slow.site.url + "notes")
        assert window.title() == "Notes"
        slow.until(window, f"{STATE} === 'stored'")

    kept.append("From elsewhere")
    show_stored()
    assert "From elsewhere" not in window.inner_text("body")
    slow.site.answers.held.clear()
    slow.until(window, f"{STATE} === 'fresh'")
    with window.expect_navigation():
        window.evaluate(
            """() => {
              const button = document.createElement("button");
              button.dataset.pwagen = "page";
              document.body.append(button);
              button.click();
            }"""
        )
    assert "From elsewhere" in window.inner_text("body")
    slow.until(window, f"{STATE} === 'network'")

    slow.site.handlers["GET", "notes"] = lambda request: page("Broken", status=500)
    show_stored()
    slow.site.answers.held.clear()
    window.wait_for_timeout(300)
    assert window.evaluate(STATE) == "stored"

    with Application(tmp_path_factory.mktemp("proxy")) as proxy:
        proxy.handlers["GET", "login"] = lambda request: page("Log in")
        leave = {"Location": f"{proxy.url}login"}
        slow.site.handlers["GET", "notes"] = lambda request: web.Response(status=302, headers=leave)
        show_stored()
        slow.site.answers.held.clear()
        slow.chromium.poll(lambda: window.url == f"{proxy.url}login", what="the log-in on another origin")


def with_status(status: int) -> Handler:
    """Return a handler that answers with a page, or nothing where the status says so."""
    from aiohttp import web

    is_empty = status in (204, 205)
    return lambda request: web.Response(status=status) if is_empty else page("Its own", status=status)


def test_a_proxy_without_its_server_shows_the_stored_page_and_what_the_server_itself_answers_is_heeded(
    app: App,
) -> None:
    # tests/js/worker-offline.test.js has the other numbers
    window = app.open("about.html")
    shown = {}
    for status in (502, 404):
        app.site.handlers["GET", "about.html"] = with_status(status)
        window.goto(app.site.url + "about.html")
        shown[status] = window.title()
    assert shown == {502: "About", 404: "Its own"}

    app.site.handlers["GET", "report"] = with_status(503)
    window.goto(app.site.url + "report")  # which is not stored
    assert window.title() == "Its own"

    for status in (204, 205):
        app.site.handlers["GET", f"done/{status}"] = with_status(status)
        window.evaluate(f"location.href = 'done/{status}'")
        app.site.wait_for_request(f"done/{status}")
        window.wait_for_timeout(300)
        assert window.title() == "Its own", status
        assert window.url == app.site.url + "report", status


def test_a_site_with_basic_auth_asks_who_it_is(app: App, tmp_path: Path) -> None:
    from aiohttp import web

    wanted = "Basic " + base64.b64encode(b"ann:secret").decode()

    def private(request: web.Request) -> web.Response:
        if request.headers.get("Authorization") == wanted:
            return page("Private")
        return web.Response(status=401, headers={"WWW-Authenticate": 'Basic realm="Shop"'}, text="no")

    app.site.handlers["GET", "private"] = private
    window = app.open("index.html")
    session = app.chromium.context.new_cdp_session(window)
    asked: list[str] = []

    def on_auth(event: dict[str, object]) -> None:
        asked.append("asked")
        answer = {"response": "ProvideCredentials", "username": "ann", "password": "secret"}
        session.send(
            "Fetch.continueWithAuth", {"requestId": event["requestId"], "authChallengeResponse": answer}
        )

    def on_paused(event: dict[str, object]) -> None:
        session.send("Fetch.continueRequest", {"requestId": event["requestId"]})

    session.on("Fetch.authRequired", on_auth)
    session.on("Fetch.requestPaused", on_paused)
    session.send("Fetch.enable", {"handleAuthRequests": True})
    window.goto(app.site.url + "private")
    assert window.title() == "Private"
    assert asked == ["asked"]


def test_a_form_without_a_network_or_a_server_says_so_and_its_answer_is_left_to_the_browser_on_the_way_back(
    app: App,
) -> None:
    window = app.open("order.html")
    app.site.handlers["POST", "order"] = drop_connection
    for is_offline in (False, True):
        app.chromium.set_offline(is_offline)
        window.locator("input").fill("Coffee")
        window.locator("button").click()
        app.until(window, "document.body?.innerText.includes('was not sent')")
        window.go_back()
        assert window.locator("input").input_value() == "Coffee"
    app.chromium.set_offline(False)

    # "Confirm form resubmission", and not a page that says that it was not sent
    orders: list[str] = []

    def take(request: web.Request) -> web.Response:
        orders.append(form_field(request, "item"))
        return page(f"Ordered {orders[-1]}")

    app.site.handlers["POST", "order"] = take
    window.locator("button").click()
    app.until(window, "document.title === 'Ordered Coffee'")
    window.goto(app.site.url + "about.html")
    with pytest.raises(Error, match="ERR_CACHE_MISS"):
        window.go_back()
    assert orders == ["Coffee"]

    config = app.folder / "pwagen.yaml"
    config.write_text(config.read_text().replace("{name: Shop}", "{name: Shop, lang: de}"))
    app.configure("")
    assert "nicht abgeschickt" in (app.folder / "public/offline.html").read_text(encoding="utf-8")
