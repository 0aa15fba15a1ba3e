"""The same applications in Firefox: what is typed, posted and stored there, and where a click leads."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pwagen.keys.key_pair import KeyPair
from pwagen.testing.desktop import Desktop
from pwagen.testing.firefox.firefox import Firefox, FirefoxPage
from pwagen.testing.push_service import PushService
from pwagen.testing.site_server.site_server import Answers
from tests.applications.application import Application, form_field, page
from tests.applications.conftest import add_frameworks, deploy_next
from tests.applications.test_builds import PAGE, SHOWN
from tests.applications.test_slow import with_status
from tests.applications.test_unsaved import FIELDS, IS_UNSAVED
from tests.browser.features.conftest import SUBSCRIPTIONS, publish
from tests.browser.firefox_pages import until

if TYPE_CHECKING:
    from aiohttp import web

pytestmark = pytest.mark.browser

# Looks into frames and open shadow trees.
FOCUS = """([field, frame]) => {
  const element = frame && document.querySelector(frame);
  element?.contentWindow.focus();
  const [first, inside] = field.split(" ");
  const below = (part) => part.querySelector(inside) ?? [part, ...part.querySelectorAll("*")]
    .map(({ shadowRoot }) => shadowRoot && below(shadowRoot)).find(Boolean);
  const part = (element ? element.contentDocument : document).querySelector(first);
  const place = inside ? below(part) : part;
  (place.tabIndex < 0 ? (place.querySelector("[contenteditable],textarea") ?? place) : place).focus();
}"""
# How many builds' lazy.js is stored.
COPIES = """caches.keys().then(async (names) => {
  const name = names.find((name) => name.endsWith(":precache"));
  return (await (await caches.open(name)).keys()).filter(({ url }) => url.includes("lazy.js?pwagen=")).length;
})"""


@dataclass
class FirefoxApp:
    """An application in Firefox."""

    firefox: Firefox
    site: Application
    folder: Path

    def open(self, path: str) -> FirefoxPage:
        """Return a new tab at the path, in which the worker is in charge."""
        opened = self.firefox.open(self.site.url + path, wait_for_worker=True)
        until(opened, "navigator.serviceWorker.controller !== null")
        return opened

    def deploy_next(self) -> None:
        """Deploy a build whose every page differs from the last one's."""
        deploy_next(self.folder)

    def accept(self, opened: FirefoxPage) -> None:
        """Find the build that was deployed in a tab, and accept it there; returns when that has moved."""
        ready = "document.documentElement.dataset.pwagenUpdate === 'ready'"
        until(opened, f"pwagen.update.check().then(() => {ready})")
        opened.evaluate("void (window.isBefore = true)")
        opened.evaluate("void pwagen.update.apply()")
        until(opened, "!window.isBefore && pwagen.version().then(({ page, worker }) => page === worker)")

    def type_into(self, opened: FirefoxPage, field: str, frame: str | None) -> None:
        """Type as a person does."""
        self.firefox.command("browsingContext.activate", {"context": opened.context})
        opened.evaluate(FOCUS, [field, frame])
        keys = [{"type": kind, "value": key} for key in "Half" for kind in ("keyDown", "keyUp")]
        source = {"type": "key", "id": "keyboard", "actions": keys}
        self.firefox.command("input.performActions", {"context": opened.context, "actions": [source]})


@pytest.fixture
def app(firefox: Firefox, app_template: Path, tmp_path: Path) -> Iterator[FirefoxApp]:
    """Serve a copy of the built application."""
    folder = Path(shutil.copytree(app_template, tmp_path / "project"))
    with Application(folder / "public", "/", Answers(accepts={SUBSCRIPTIONS})) as site:
        yield FirefoxApp(firefox, site, folder)


def text_of(opened: FirefoxPage, selector: str) -> Any:
    return opened.evaluate("(selector) => document.querySelector(selector)?.textContent", selector)


def test_typed_text_is_seen_in_fields_of_frameworks_in_frames_and_in_editors(app: FirefoxApp) -> None:
    add_frameworks(app.folder)
    writing = app.open("fields.html")
    for field, frame in FIELDS:
        assert writing.evaluate(IS_UNSAVED) is False, field
        app.type_into(writing, field, frame)
        assert writing.evaluate(IS_UNSAVED) is True, field
        writing.evaluate("(part) => document.querySelector(part).remove()", frame or field.split()[0])


def test_an_update_does_not_post_again_and_goes_to_its_address_when_its_user_agrees(app: FirefoxApp) -> None:
    orders = []

    def take(request: web.Request) -> web.Response:
        orders.append(form_field(request, "item"))
        return page(f"Ordered {orders[-1]}")

    app.site.handlers["POST", "order"] = take
    app.site.handlers["GET", "order"] = lambda request: page("Your orders")
    answer = app.open("order.html")
    answer.evaluate("void document.querySelector('button').click()")
    until(answer, "document.querySelector('h1').textContent === 'Ordered Tea' && !!window.pwagen")
    other = app.open("index.html")
    app.deploy_next()
    app.accept(other)
    until(answer, "document.documentElement.dataset.pwagenUpdate === 'ready'")
    assert (orders, text_of(answer, "h1")) == (["Tea"], "Ordered Tea")
    answer.evaluate("pwagen.update.apply()")
    until(answer, "document.documentElement.dataset.pwagenUnsaved === 'held'")
    answer.evaluate("void pwagen.update.apply()")
    until(answer, "document.querySelector('h1').textContent === 'Your orders'")
    assert orders == ["Tea"]


def test_a_tab_with_typed_text_is_held_back_alone_and_has_the_files_of_its_build_alone(
    app: FirefoxApp,
) -> None:
    public = app.folder / "public"

    def deploy(n: int) -> None:
        (public / "builds.html").write_text(PAGE.format(n=n))
        (public / "build.css").write_text(f":root {{ --build: {n} }}")
        (public / "build.js").write_text(f"window.build = {n};")
        (public / "lazy.js").write_text(f"export const build = {n};")
        publish(app.folder)

    deploy(1)
    writing = app.open("builds.html")
    app.type_into(writing, "textarea", None)
    read = app.open("about.html")
    read.evaluate("void (window.marked = true)")
    other = app.open("index.html")
    (public / "about.html").write_text((public / "about.html").read_text() + "<!-- next -->")
    deploy(2)
    app.accept(other)
    until(read, "!window.marked")
    until(writing, "document.documentElement.dataset.pwagenUpdate === 'ready'")
    assert writing.evaluate("import('./lazy.js').then(({ build }) => build)") == 1
    assert writing.evaluate(f"({SHOWN})()") == {"html": "1", "css": "1", "js": "1"}
    assert other.evaluate(COPIES) == 2
    other.goto(app.site.url + "builds.html")
    assert other.evaluate(f"({SHOWN})()") == {"html": "2", "css": "2", "js": "2"}
    read.close()
    writing.close()
    other.goto(app.site.url + "builds.html")
    until(other, f"{COPIES}.then((number) => number === 1)")


def test_stored_pages_say_so_without_a_network_or_server_and_fragments_are_told_apart_and_no_form_is_sent(
    app: FirefoxApp,
) -> None:
    from aiohttp import web

    def notes(request: web.Request) -> web.Response:
        if "HX-Request" in request.headers:
            return web.Response(text="<li>Fragment</li>", content_type="text/html")
        return page("Notes", "<ul></ul>")

    app.site.handlers["GET", "notes"] = notes
    with (app.folder / "pwagen.yaml").open("a") as config:
        config.write('offline: {routes: [{match: "notes", strategy: network-first}]}\n')
    publish(app.folder)
    opened = app.open("about.html")
    # A proxy says that its server is gone, and then the server itself that something is wrong.
    for status, title in ((502, "About"), (500, "Its own")):
        app.site.handlers["GET", "about.html"] = with_status(status)
        opened.goto(app.site.url + "about.html")
        assert opened.title() == title, status
    opened.goto(app.site.url + "notes")
    fragment = "fetch('notes', { headers: { 'HX-Request': 'true' } }).then((response) => response.text())"
    assert opened.evaluate(fragment) == "<li>Fragment</li>"
    time.sleep(0.3)
    app.site.close()
    opened.goto(app.site.url + "notes")
    assert opened.title() == "Notes"
    until(opened, "document.documentElement.dataset.pwagenPage === 'stored'")
    assert opened.evaluate(fragment) == "<li>Fragment</li>"
    opened.goto(app.site.url + "order.html")
    opened.evaluate("void document.querySelector('button').click()")
    until(opened, "document.body.innerText.includes('was not sent')")


def test_what_was_sent_is_in_the_page_that_comes_after_it_however_slow_that_is(app: FirefoxApp) -> None:
    kept = ["First"]
    app.site.handlers["GET", "notes"] = lambda request: page("Notes", ", ".join(kept))

    def add(request: web.Request) -> web.Response:
        from aiohttp import web

        kept.append("Second")
        return web.Response(status=303, headers={"Location": "/notes"})

    app.site.handlers["POST", "notes"] = add
    with (app.folder / "pwagen.yaml").open("a") as config:
        config.write("offline: {timeout: 300ms}\n")
    publish(app.folder)
    opened = app.open("index.html")
    opened.goto(app.site.url + "notes")
    opened.goto(app.site.url + "notes")
    app.site.answers.delay_seconds["notes"] = 1.5
    opened.evaluate("fetch('notes', { method: 'POST', redirect: 'manual' }).then(() => true)")
    opened.goto(app.site.url + "notes")
    assert "Second" in text_of(opened, "body")


def test_a_click_finds_the_window_that_shows_the_page_after_push_state(
    app: FirefoxApp, push_service: PushService, desktop: Desktop, key_pair: KeyPair
) -> None:
    app.firefox.set_permission(app.site.url, "notifications", "granted")
    opened = app.open("index.html")
    opened.evaluate("void history.pushState(null, '', 'about.html')")
    opened.evaluate("void (window.marked = true)")
    subscription = opened.subscribe(key_pair.public_key)
    opened.evaluate("void pwagen.addEventListener('click', () => { window.clicked = true; })")
    push_service.deliver(subscription, {"title": "News", "navigate": app.site.url + "about.html"})
    desktop.click(desktop.wait_for_notification("News"))
    # The news of the click comes when all is done, and then the time in which a page would leave.
    until(opened, "window.clicked || !window.marked")
    time.sleep(0.3)
    assert opened.evaluate("window.marked === true")
    assert [window.url for window in app.firefox.windows] == [app.site.url + "about.html"]
