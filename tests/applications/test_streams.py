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
    app.offline()
    page.goto(app.site.url + "deep/down/page")
    assert "Offline" in page.title()
    assert page.evaluate("document.styleSheets.length") == 1
    assert page.evaluate("document.styleSheets[0].cssRules.length") > 0


# Without a head, with an element whose name begins as a head's, and in a charset of its own.
OWN = '<!DOCTYPE html><meta charset="iso-8859-1"><body><header><p id="x">Für später'


def test_an_own_offline_page_is_served_as_it_is(app: App) -> None:
    (app.folder / "public/offline.html").write_bytes(OWN.encode("iso-8859-1"))
    publish(app.folder)
    app.site.answers.path_headers["offline.html"] = {"Content-Type": "text/html"}
    page = app.open("index.html")
    app.offline()
    page.goto(app.site.url + "nowhere")
    assert "Für später" in page.inner_text("p")
    assert "<base" not in page.inner_html("header")


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
    send = (
        "(headers) => fetch('upload', { method: 'POST', body: 'x', headers })"
        ".then((response) => response.status, () => 'failed')"
    )
    app.offline()
    assert page.evaluate(send, {}) == 202
    assert page.evaluate(send, {"Pwagen-Outbox": "off"}) == "failed"


BEGUN = PAGE.format(title="Log", body="<p>begins").encode()
DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
CAMERA = b"--next\r\nContent-Type: image/svg+xml\r\n\r\n" + DRAWING + b"\r\n--next\r\n"
ENDLESS = {
    "log": ("text/html", BEGUN),
    "never/log": ("text/html", BEGUN),
    "routed/log": ("text/html", BEGUN),
    "routed/lines": ("application/x-ndjson", b"{}\n"),
    "routed/camera": ("multipart/x-mixed-replace; boundary=next", CAMERA),
    "routed/events": ("text/event-stream", b""),
}
ASK_FOR_ALL = """() => {
  document.body.append(Object.assign(new Image(), { src: "routed/camera" }));
  window.source = new EventSource("routed/events");
  return Promise.all([
    fetch("routed/lines").then(async ({ body }) => void (await body.getReader().read())),
    new Promise((resolve) => { window.source.onmessage = () => resolve(); }),
  ]);
}"""


@pytest.mark.parametrize("kind", ["pages", "data, a camera and events"])
def test_what_has_no_end_holds_no_update_back(app: App, kind: str) -> None:
    app.configure('offline: {never: ["never/*"], routes: [{match: "routed/*", strategy: network-first}]}')
    for path, (content_type, start) in ENDLESS.items():
        app.site.handlers["GET", path] = stream(content_type, start)  # type: ignore[assignment]
    page = app.open("about.html")
    if kind == "pages":
        for path in ("log", "never/log", "routed/log"):
            log = app.chromium.context.new_page()
            log.goto(app.site.url + path, wait_until="commit")
            app.until(log, "document.querySelector('p') !== null")
    else:
        page.evaluate(ASK_FOR_ALL)
    app.deploy_next()
    app.find_new_build(page)
    # A worker that is to be replaced has ten seconds to end what it is at.
    with quick_clock(app.chromium.workers.worker(page.url, "installed"), 20):
        started = time.monotonic()
        with page.expect_navigation(timeout=40_000):
            page.evaluate("void pwagen.update.apply()")
        assert time.monotonic() - started < 10
