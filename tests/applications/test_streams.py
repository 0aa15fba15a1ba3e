"""Answers without an end, policies, and offline pages of the site's own."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from pwagen.testing.time_limit import BrowserTimeoutError
from tests.applications.application import PAGE
from tests.applications.conftest import App
from tests.browser.features.conftest import publish
from tests.browser.quick_clock import quick_clock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from aiohttp import web

pytestmark = pytest.mark.browser


async def _ticks(start: bytes) -> AsyncIterator[bytes]:
    yield start
    while True:
        await asyncio.sleep(0.1)
        yield b"data: tick\n\n"


def stream(content_type: str, start: bytes = b"") -> object:
    """Return a handler whose answer has no end."""
    from aiohttp import web

    def handle(request: web.Request) -> web.Response:
        return web.Response(body=_ticks(start), headers={"Content-Type": content_type})

    return handle


def test_an_event_stream_under_a_route_is_the_browsers_and_holds_no_update_back(app: App) -> None:
    app.configure('offline: {routes: [{match: "**", strategy: network-first}]}')
    app.site.handlers["GET", "events"] = stream("text/event-stream")  # type: ignore[assignment]
    app.open("index.html")
    page = app.open("about.html")
    page.reload()
    page.evaluate(
        """() => new Promise((resolve) => {
          window.source = new EventSource("events");
          window.source.onmessage = () => resolve(0);
        })"""
    )
    app.deploy_next()
    app.find_new_build(page)
    started = time.monotonic()
    with page.expect_navigation(timeout=60_000):
        page.evaluate("void pwagen.update.apply()")
    assert time.monotonic() - started < 20


def test_a_policy_that_forbids_fetching_is_named(app: App) -> None:
    app.site.answers.path_headers["sw.js"] = {
        "Content-Security-Policy": "default-src 'none'; script-src 'self'"
    }
    page = app.chromium.context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(app.site.url)
    with suppress(BrowserTimeoutError):
        app.chromium.poll(lambda: any("connect-src 'self'" in text for text in said), timeout=10)
    assert any("connect-src 'self'" in text for text in said), said


def test_the_offline_page_has_its_style_where_a_base_is_forbidden(app: App) -> None:
    app.site.answers.headers["Content-Security-Policy"] = "default-src 'self'; base-uri 'none'"
    page = app.open("index.html")
    page.reload()
    app.offline()
    page.goto(app.site.url + "deep/down/page")
    assert "Offline" in page.title()
    assert page.evaluate("document.styleSheets.length") == 1
    assert page.evaluate("document.styleSheets[0].cssRules.length") > 0


OWN = {
    "without a head": b"<!DOCTYPE html><title>No network</title><p id=x>Nothing <a href=about.html>here</a>",
    "with a header": b"<!DOCTYPE html><html><body><header><p id=x>Nothing</p></header></body></html>",
    "in another charset": '<!DOCTYPE html><html><head><meta charset="iso-8859-1"></head>'
    '<body><p id="x">Für später</p></body></html>'.encode("iso-8859-1"),
}


@pytest.mark.parametrize("name", OWN)
def test_an_own_offline_page_is_served_as_it_is(app: App, name: str) -> None:
    own = OWN[name]
    (app.folder / "public/offline.html").write_bytes(own)
    publish(app.folder)
    app.site.answers.path_headers["offline.html"] = {"Content-Type": "text/html"}
    page = app.open("index.html")
    page.reload()
    app.offline()
    body = page.evaluate(
        """(url) => new Promise((resolve) => {
          const frame = document.createElement("iframe");
          frame.src = url;
          frame.onload = () => resolve(frame.contentDocument.body.innerHTML);
          document.body.append(frame);
        })""",
        app.site.url + "nowhere",
    )
    expected = "Für später" if name == "in another charset" else "Nothing"
    assert expected in body
    if name == "with a header":
        assert "<base" not in body


def test_navigation_preload_is_switched_off_with_offline(app: App) -> None:
    page = app.open("index.html")
    state = "navigator.serviceWorker.ready.then((r) => r.navigationPreload.getState()).then((s) => s.enabled)"
    assert page.evaluate(state) is True
    app.configure("offline: false")
    app.update(page)
    assert page.evaluate(state) is False
    app.site.clear()
    page.goto(app.site.url + "about.html")
    assert len(app.site.requests_for("about.html")) == 1


def test_looking_for_an_update_has_a_time_limit(app: App) -> None:
    page = app.chromium.context.new_page()
    page.add_init_script(
        "const real = setTimeout;"
        "window.setTimeout = (call, ms, ...rest) => real(call, ms > 20000 ? 50 : ms, ...rest);"
        "ServiceWorkerRegistration.prototype.update = () => new Promise(() => {});"
    )
    page.goto(app.site.url)
    app.until(page, "navigator.serviceWorker.controller !== null")
    assert page.evaluate("pwagen.update.check().then(() => 'answered', ({ name }) => name)") == "NetworkError"


def test_a_page_may_send_past_the_outbox(app: App) -> None:
    from aiohttp import web

    app.configure('outbox: [{match: "upload"}]')
    app.site.handlers["POST", "upload"] = lambda request: web.Response(text="ok")
    page = app.open("index.html")
    page.reload()
    send = (
        "(headers) => fetch('upload', { method: 'POST', body: 'x', headers })"
        ".then((response) => response.status, () => 'failed')"
    )
    app.offline()
    assert page.evaluate(send, {}) == 202
    assert page.evaluate(send, {"Pwagen-Outbox": "off"}) == "failed"


ROUTE = 'offline: {routes: [{match: "**", strategy: network-first}]}'
DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
ENDLESS = {
    "a page": ("", "log", "text/html", PAGE.format(title="Log", body="<p>begins").encode()),
    "a page that is never stored": (
        "offline: {never: [log]}",
        "log",
        "text/html",
        PAGE.format(title="Log", body="<p>begins").encode(),
    ),
    "a page of a route": (ROUTE, "log", "text/html", PAGE.format(title="Log", body="<p>begins").encode()),
    "lines of data": (ROUTE, "lines", "application/x-ndjson", b"{}\n"),
    "a camera": (
        ROUTE,
        "camera",
        "multipart/x-mixed-replace; boundary=next",
        b"--next\r\nContent-Type: image/svg+xml\r\n\r\n" + DRAWING + b"\r\n--next\r\n",
    ),
}
ASK = {
    "lines": "() => fetch('lines').then(async ({ body }) => void (await body.getReader().read()))",
    "camera": "() => { document.body.append(Object.assign(new Image(), { src: 'camera' })); }",
}


@pytest.mark.parametrize("name", ENDLESS)
def test_what_has_no_end_holds_no_update_back(app: App, name: str) -> None:
    config, path, content_type, start = ENDLESS[name]
    if config:
        app.configure(config)
    app.site.handlers["GET", path] = stream(content_type, start)  # type: ignore[assignment]
    page = app.open("about.html")
    page.reload()
    if path == "log":
        log = app.chromium.context.new_page()
        log.goto(app.site.url + path, wait_until="commit")
        app.until(log, "document.querySelector('p') !== null")
    else:
        page.evaluate(ASK[path])
    app.deploy_next()
    app.find_new_build(page)
    # A worker that is to be replaced has ten seconds to end what it is at.
    with quick_clock(app.chromium.workers.worker(page.url, "installed"), 20):
        started = time.monotonic()
        with page.expect_navigation(timeout=40_000):
            page.evaluate("void pwagen.update.apply()")
        assert time.monotonic() - started < 10
