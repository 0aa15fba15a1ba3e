"""A network that is slow, or a server that is broken, is not offline."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Error

from tests.applications.application import Application, drop_connection, form_field, page
from tests.applications.conftest import App

if TYPE_CHECKING:
    from pathlib import Path

    from aiohttp import web

pytestmark = pytest.mark.browser

STATE = "document.documentElement.dataset.pwagenPage"


@pytest.fixture
def slow(app: App) -> App:
    """Return the application with a short time-out."""
    app.configure("offline: {timeout: 300ms}")
    return app


def notes(app: App, headers: dict[str, str] | None = None) -> list[str]:
    """Let the application keep notes: the list is a page that each POST leads back to."""
    kept = ["First"]

    def show(request: web.Request) -> web.Response:
        return page("Notes", "".join(f"<li>{note}</li>" for note in kept), headers=headers)

    def add(request: web.Request) -> web.Response:
        from aiohttp import web

        kept.append("Second")
        return web.Response(status=303, headers={"Location": "/notes"})

    app.site.handlers["GET", "notes"] = show
    app.site.handlers["POST", "notes"] = add
    return kept


def slow_down(app: App, path: str) -> None:
    """Let a page come later than the time-out of ``slow``."""
    app.site.answers.delay_seconds[path] = 0.8


def test_what_was_sent_is_in_the_page_that_comes_after_it(slow: App) -> None:
    kept = notes(slow)
    window = slow.open("notes")
    window.goto(slow.site.url + "notes")
    slow_down(slow, "notes")
    with window.expect_navigation():
        window.evaluate(
            """() => {
              const form = document.createElement("form");
              form.method = "post";
              document.body.append(form);
              form.submit();
            }"""
        )
    assert len(kept) == 2
    assert "Second" in window.inner_text("body")


def test_what_a_script_has_sent_is_in_the_page_that_comes_after_it(slow: App) -> None:
    notes(slow)
    window = slow.open("notes")
    window.goto(slow.site.url + "notes")
    slow_down(slow, "notes")
    window.evaluate("fetch('notes', { method: 'POST', redirect: 'manual' })")
    window.goto(slow.site.url + "notes")
    assert "Second" in window.inner_text("body")


def test_a_reload_waits_for_the_network(slow: App) -> None:
    kept = notes(slow)
    window = slow.open("notes")
    window.goto(slow.site.url + "notes")
    kept.append("From elsewhere")
    slow_down(slow, "notes")
    window.reload()
    assert "From elsewhere" in window.inner_text("body")


def test_an_answer_marked_no_cache_is_waited_for(slow: App) -> None:
    kept = notes(slow, {"Cache-Control": "no-cache"})
    window = slow.open("notes")
    window.goto(slow.site.url + "notes")
    kept.append("From elsewhere")
    slow_down(slow, "notes")
    window.goto(slow.site.url + "notes")
    assert "From elsewhere" in window.inner_text("body")


def test_a_stored_page_says_so_and_the_fresh_one_is_offered(slow: App) -> None:
    kept = notes(slow)
    window = slow.open("notes")
    window.goto(slow.site.url + "notes")
    kept.append("From elsewhere")
    slow.site.answers.held.add("notes")
    window.goto(slow.site.url + "notes")
    assert "From elsewhere" not in window.inner_text("body")
    slow.until(window, f"{STATE} === 'stored'")
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


def test_a_late_redirect_to_a_log_in_on_another_origin_is_not_masked(
    slow: App, tmp_path_factory: pytest.TempPathFactory
) -> None:
    from aiohttp import web

    notes(slow)
    window = slow.open("notes")
    window.goto(slow.site.url + "notes")
    with Application(tmp_path_factory.mktemp("proxy")) as proxy:
        proxy.handlers["GET", "login"] = lambda request: page("Log in")
        leave = {"Location": f"{proxy.url}login"}
        slow.site.handlers["GET", "notes"] = lambda request: web.Response(status=302, headers=leave)
        slow.site.answers.held.add("notes")
        window.goto(slow.site.url + "notes")
        slow.site.answers.held.clear()
        slow.chromium.poll(lambda: window.url == f"{proxy.url}login", what="the log-in")


@pytest.mark.parametrize(
    ("status", "title"),
    [(502, "About"), (503, "About"), (504, "About"), (520, "About"), (523, "About"), (530, "About")],
)
def test_a_proxy_without_its_server_shows_the_stored_page(app: App, status: int, title: str) -> None:
    window = app.open("about.html")
    app.site.handlers["GET", "about.html"] = lambda request: page("Bad gateway", status=status)
    window.goto(app.site.url + "about.html")
    assert window.title() == title


@pytest.mark.parametrize("status", [400, 403, 404, 410, 429, 500, 501, 505, 511])
def test_an_answer_of_the_server_itself_is_shown(app: App, status: int) -> None:
    window = app.open("about.html")
    app.site.handlers["GET", "about.html"] = lambda request: page("Its own", status=status)
    window.goto(app.site.url + "about.html")
    assert window.title() == "Its own"


def test_a_proxys_answer_for_a_page_that_is_not_stored_is_shown(app: App) -> None:
    window = app.open("index.html")
    app.site.handlers["GET", "report"] = lambda request: page("Maintenance", status=503)
    window.goto(app.site.url + "report")
    assert window.title() == "Maintenance"


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


@pytest.mark.parametrize("lang", ["en", "de"])
def test_a_form_that_is_sent_without_a_network_says_so_and_keeps_the_text(app: App, lang: str) -> None:
    config = app.folder / "pwagen.yaml"
    config.write_text(config.read_text().replace("{name: Shop}", f"{{name: Shop, lang: {lang}}}"))
    app.configure("")
    window = app.open("order.html")
    window.locator("input").fill("Coffee")
    app.offline()
    window.locator("button").click()
    said = {"en": "was not sent", "de": "nicht abgeschickt"}[lang]
    app.until(window, f"document.body.innerText.includes('{said}')")
    window.go_back()
    assert window.locator("input").input_value() == "Coffee"


def test_a_form_whose_connection_drops_says_so(app: App) -> None:
    window = app.open("order.html")
    app.site.handlers["POST", "order"] = drop_connection
    window.locator("button").click()
    app.until(window, "document.body.innerText.includes('was not sent')")


def test_an_error_that_comes_late_is_not_offered_as_the_fresh_page(slow: App) -> None:
    notes(slow)
    window = slow.open("notes")
    window.goto(slow.site.url + "notes")
    slow.site.handlers["GET", "notes"] = lambda request: page("Broken", status=500)
    slow.site.answers.held.add("notes")
    window.goto(slow.site.url + "notes")
    assert window.title() == "Notes"
    slow.until(window, f"{STATE} === 'stored'")
    slow.site.answers.held.clear()
    window.wait_for_timeout(300)
    assert window.evaluate(STATE) == "stored"


@pytest.mark.parametrize("status", [204, 205])
def test_an_answer_without_content_leaves_the_page_as_it_is(app: App, status: int) -> None:
    from aiohttp import web

    app.site.handlers["GET", "done"] = lambda request: web.Response(status=status)
    window = app.open("index.html")
    window.evaluate("location.href = 'done'")
    app.site.wait_for_request("done")
    window.wait_for_timeout(300)
    assert window.title() == "Shop"
    assert window.url == app.site.url + "index.html"


def test_the_way_back_to_the_answer_to_a_form_is_the_browsers_own_question(app: App) -> None:
    # "Confirm form resubmission", and not a page that says that it was not sent
    orders: list[str] = []

    def take(request: web.Request) -> web.Response:
        orders.append(form_field(request, "item"))
        return page(f"Ordered {orders[-1]}")

    app.site.handlers["POST", "order"] = take
    window = app.open("order.html")
    window.locator("button").click()
    window.wait_for_url("**/order")
    window.goto(app.site.url + "about.html")
    with pytest.raises(Error, match="ERR_CACHE_MISS"):
        window.go_back()
    assert orders == ["Tea"]
