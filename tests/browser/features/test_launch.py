"""What the app is opened for reaches its pages: shares, files, links, shortcuts; offline too, and once."""

from __future__ import annotations

import hashlib
import random
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.features.conftest import Harbour
from tests.folders import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from pwagen.testing.chromium.installed_app import InstalledApp

pytestmark = pytest.mark.browser

PAGE = "<!doctype html><html lang=en><head><title>{0}</title></head><body><h1>{0}</h1></body></html>"
HANDLERS = """
  file_handlers: [{action: open/, accept: {text/csv: [.csv]}}]
  protocol_handlers:
    - {protocol: web+tide, url: "open/?address=%s"}
    - {protocol: web+ebb, url: "open?ebb=%s"}
  note_taking: {new_note_url: "notes/new.html?from=system"}
"""
SAMPLES = "    method: POST\n    params: {text: text}\n"
WITH_FILES = """    method: POST
    enctype: multipart/form-data
    params: {text: text, url: link, files: [{name: photos, accept: [image/*]}]}
"""
CHOOSER = '<input id="photos" name="photos" type="file" multiple>'
PHOTO = random.Random(1).randbytes(300_000)

POST = """async ([action, fields, type]) => {
  const form = Object.assign(document.createElement("form"), { method: "post", action, enctype: type });
  for (const [name, value] of fields) {
    const field = Object.assign(document.createElement("textarea"), { name, value });
    form.append(field);
  }
  const chooser = document.createElement("input");
  Object.assign(chooser, { type: "file", name: "photos", multiple: true });
  form.append(chooser);
  form.id = "share";
  document.body.append(form);
}"""
LISTEN = """pwagen.addEventListener("launch", ({ detail }) => { (window.launches ??= []).push(detail); })"""
DETAILS = """async () => {
  const hex = async (file) => {
    const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
    return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  };
  const described = async (file) => [file.name, file.type, await hex(file)];
  return Promise.all(window.launches.map(async ({ handles, ...launch }) => {
    return { ...launch, files: await Promise.all((launch.files ?? []).map(described)) };
  }));
}"""
STORED = """() => new Promise((resolve) => {
  const { pathname } = new URL("./", document.querySelector("script[src*=register]").src);
  indexedDB.open("pwagen:" + pathname).onsuccess = ({ target: { result: database } }) => {
    const reading = database.transaction("values", "readwrite").objectStore("values").get("launches");
    reading.onsuccess = () => { database.close(); resolve(reading.result ?? []); };
  };
})"""

LATE = """
const { setConsumer } = LaunchQueue.prototype;
LaunchQueue.prototype.setConsumer = function (consumer) {
  addEventListener("load", () => setTimeout(() => {
    if (location.pathname === "/tides/") history.pushState(null, "", "?moved");
    setConsumer.call(this, consumer);
    window.consumed = true;
  }, 200));
};
"""
KEEP_SHARE = """new Promise((resolve) => {
  indexedDB.open("pwagen:/").onsuccess = ({ target: { result: database } }) => {
    const kept = [{ id: "one", at: Date.now(), fields: [["text", "Fog"]] }];
    const transaction = database.transaction("values", "readwrite");
    transaction.objectStore("values").put(kept, "launches");
    transaction.oncomplete = () => resolve(database.close());
  };
})"""


def share(
    page: Page,
    fields: dict[str, str],
    files: dict[str, bytes] | None = None,
    *,
    action: str = "contact.html",
    enctype: str = "multipart/form-data",
) -> None:
    """Post what is shared to the app, as the system does: a navigation of a window to the action."""
    page.evaluate(POST, [action, list(fields.items()), enctype])
    payloads: Any = [
        {"name": name, "mimeType": "image/jpeg", "buffer": content} for name, content in (files or {}).items()
    ]
    page.locator("#share input").set_input_files(payloads)
    with page.expect_navigation():
        page.evaluate("document.getElementById('share').submit()")


def launches(harbour: Harbour, page: Page, count: int = 1) -> list[dict[str, Any]]:
    """Return what the page is told once it listens, and has been told that many launches."""
    page.evaluate(LISTEN)
    return told(harbour, page, count)


def told(harbour: Harbour, page: Page, count: int = 1) -> list[dict[str, Any]]:
    """Return what the page's listener has been told, at least that many launches."""
    harbour.until(page, f"window.launches?.length >= {count}")
    details: list[dict[str, Any]] = page.evaluate(DETAILS)
    return details


def is_told_nothing(harbour: Harbour, page: Page) -> None:
    """Wait until all that a page does at its start is done, and see that there was no launch."""
    page.evaluate(LISTEN)
    page.evaluate("pwagen.ready.then(() => pwagen.version())")
    page.evaluate(STORED)  # a transaction, which comes after the page's own
    assert page.evaluate("window.launches?.length ?? 0") == 0


def late_launches(harbour: Harbour, page: Page) -> list[str]:
    """Return the kinds of what a page is told, once the browser has told it everything, late."""
    page.evaluate(LISTEN)
    harbour.until(page, "window.consumed")
    page.evaluate("pwagen.version()")
    page.evaluate(STORED)
    return [one["kind"] for one in told(harbour, page)]


def with_handlers(harbour: Harbour, more: str = "") -> None:
    """Let the sample open files, links and notes, and deploy the pages for it."""
    harbour.edit("\nicons:", HANDLERS + more + "\nicons:")
    harbour.deploy({"open/index.html": PAGE.format("Open"), "notes/new.html": PAGE.format("Note")})


def installed(harbour: Harbour) -> InstalledApp:
    """Install the app and leave no window open."""
    page = harbour.open()
    app = harbour.chromium.install(page)
    harbour.chromium.close_pages()
    return app


@pytest.fixture
def photos(harbour: Harbour) -> None:
    """Let the sample's form take pictures, and readers share them to it."""
    page = (harbour.folder / "public/contact.html").read_text(encoding="utf-8")
    harbour.deploy({"contact.html": page.replace("</textarea>", "</textarea>" + CHOOSER)})
    harbour.rebuild(SAMPLES, WITH_FILES)


# --- sharing -------------------------------------------------------------------------------------


def test_shared_files_reach_page_and_form_on_a_host_without_post_and_offline_but_not_what_a_page_posts_itself(
    harbour: Harbour, photos: None
) -> None:
    page = harbour.open("tides/")
    post = "fetch('../contact.html', { method: 'POST', body: new FormData() }).then(({ status }) => status)"
    assert page.evaluate(post) == 405
    harbour.site.clear()
    text = "Two seals\non the pier"
    fields = {"text": text, "link": "https://example.com/seals?n=2", "other": "x"}
    for offline in (False, True):
        harbour.chromium.set_offline(offline)
        share(page, fields, {"seal.jpg": PHOTO, "séal 2.jpg": b""}, action=harbour.site.url + "contact.html")
        assert page.url == harbour.site.url + "contact.html"
        assert launches(harbour, page) == [
            {
                "kind": "share",
                "title": "",
                "text": text.replace("\n", "\r\n"),
                "url": "https://example.com/seals?n=2",
                "files": [
                    ["seal.jpg", "image/jpeg", hashlib.sha256(PHOTO).hexdigest()],
                    ["séal 2.jpg", "image/jpeg", hashlib.sha256(b"").hexdigest()],
                ],
            }
        ]
        assert page.evaluate(STORED) == []  # kept no longer than it takes
        assert page.locator("#text").input_value() == text
        sizes = page.evaluate("Array.from(document.querySelector('#photos').files, ({ size }) => size)")
        assert sizes == [len(PHOTO), 0]
    assert [seen for seen in harbour.site.requests if seen.method == "POST"] == []
    page.reload()
    is_told_nothing(harbour, page)
    harbour.chromium.reset()


def test_a_share_as_a_plain_form_under_never_and_in_the_outbox_an_unreadable_one_and_two_that_dont_mix(
    harbour: Harbour,
) -> None:
    harbour.edit("  routes:", "  never: ['contact*']\n  routes:")
    harbour.edit("outbox:", "outbox:\n  - {match: contact.html, methods: [POST]}")
    harbour.rebuild(SAMPLES, "    method: POST\n    params: {text: text, url: link}\n")
    first = harbour.open("tides/")
    said: list[str] = []
    first.on("console", lambda message: said.append(message.text))
    share(first, {"text": "x"}, action="../contact.html", enctype="text/plain")
    sentence = "pwagen: UnknownError: What the app was opened for could not be kept."
    harbour.chromium.poll(lambda: sentence in said, what=sentence)
    assert first.url == harbour.site.url + "contact.html"

    text = "https://example.com/in-the-text"
    share(first, {"text": text}, enctype="application/x-www-form-urlencoded")
    [detail] = launches(harbour, first)
    assert detail["url"] == detail["text"] == text

    second = harbour.chromium.open(harbour.site.url + "manifest.json")  # has no script, so costs little
    share(first, {"text": "one"})
    share(second, {"text": "two"})
    other = harbour.open("contact.html")
    is_told_nothing(harbour, other)
    assert [launches(harbour, page)[0]["text"] for page in (first, second)] == ["one", "two"]
    assert harbour.site.requests_for("contact.html", "POST") == []
    harbour.chromium.reset()


def test_a_share_by_get_and_a_link_are_read_from_the_address_online_and_offline(harbour: Harbour) -> None:
    harbour.edit(SAMPLES, "    params: {text: text, url: link}\n")
    with_handlers(harbour)
    page = harbour.open("open/?address=javascript%3Aalert(1)")
    is_told_nothing(harbour, page)  # another protocol is no link
    for offline in (False, True):
        harbour.chromium.set_offline(offline)
        page.goto(harbour.site.url + "contact.html?text=A+seal%21&link=javascript%3Aalert(1)")
        assert launches(harbour, page) == [
            {"kind": "share", "title": "", "text": "A seal!", "url": "", "files": []}
        ]
        assert page.locator("#text").input_value() == "A seal!"
    page.goto(harbour.site.url + "contact.html")
    is_told_nothing(harbour, page)
    page.goto(harbour.site.url + "open?ebb=web%2Bebb%3Alow")
    assert page.url == harbour.site.url + "open/?ebb=web%2Bebb%3Alow"
    assert page.locator("h1").inner_text() == "Open"
    harbour.chromium.reset()


# --- a window of its own -----------------------------------------------------------------------------


def test_files_links_notes_shortcuts_and_the_icon_say_what_they_are_offline_and_the_window_its_display_mode(
    harbour: Harbour, tmp_path: Path
) -> None:
    with_handlers(harbour)
    page = harbour.open()
    harbour.until(page, "document.documentElement.dataset.pwagenDisplay === 'browser'")
    page.evaluate(KEEP_SHARE)
    app = harbour.chromium.install(page)
    harbour.chromium.close_pages()
    assert app.file_handlers[0]["action"] == harbour.site.url + "open/"

    # A share that the browser tells of as well is told once.
    window = app.launch(harbour.site.url + "contact.html#pwagen-launch=one")
    assert [one["kind"] for one in launches(harbour, window)] == ["share"]
    assert harbour.until(window, "document.documentElement.dataset.pwagenDisplay") == "standalone"

    harbour.chromium.set_offline(True)
    for path, kind, heading in (
        ("notes/new.html?from=system", "note", "Note"),
        ("tides/", "shortcut", "Tides"),
        ("", "url", "What moves in the harbour"),
    ):
        window = app.launch(harbour.site.url + path)
        assert heading in window.locator("h1").inner_text()
        assert launches(harbour, window) == [{"kind": kind, "url": harbour.site.url + path, "files": []}]

    file = tmp_path / "tides.csv"
    file.write_bytes(b"high,low\n6:12,12:30\n")
    [window] = app.launch_files(file)
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    assert launches(harbour, window) == [
        {"kind": "file", "url": harbour.site.url + "open/", "files": [["tides.csv", "text/csv", digest]]}
    ]
    assert window.evaluate("launches[0].handles[0].kind") == "file"

    window = app.launch(harbour.site.url + "open/?address=web%2Btide%3Alow%3Fday%3Dfri%C3%A5")
    assert window.locator("h1").inner_text() == "Open"
    assert launches(harbour, window) == [
        {"kind": "protocol", "protocol": "web+tide", "url": "web+tide:low?day=friå", "files": []}
    ]
    window.reload()
    is_told_nothing(harbour, window)
    app.uninstall()
    harbour.chromium.reset()


# --- a window that is there already ------------------------------------------------------------------


FOCUS = "  launch_handler: {client_mode: focus-existing}\n"


def test_a_launch_that_is_told_late_too_brings_the_open_window_to_its_page_or_is_handled_there_as_documented(
    harbour: Harbour, tmp_path: Path
) -> None:
    text = (ROOT / "docs/capabilities.md").read_text(encoding="utf-8")
    listen, stay, hooks = re.findall(r"^```js\n(.*?)^```$", text, re.M | re.S)
    (harbour.folder / "documented.js").write_text(hooks)
    harbour.edit("worker: {hooks: pwa-hooks.js}", "worker: {hooks: documented.js}")
    with_handlers(harbour, FOCUS)
    link, tides = harbour.site.url + "open/?address=web%2Btide%3Ahigh", harbour.site.url + "tides/"
    app = installed(harbour)
    window = app.launch()
    assert [one["kind"] for one in launches(harbour, window)] == ["url"]

    assert app.launch(link) is window
    window.wait_for_url("**/open/?address=web%2Btide%3Ahigh")
    assert [one["url"] for one in launches(harbour, window)] == ["web+tide:high"]

    # The same once more: the window stays, and is told again.
    assert app.launch(link) is window
    assert [one["url"] for one in told(harbour, window, 2)] == ["web+tide:high"] * 2

    window.goto(tides)
    file = tmp_path / "tides.csv"
    file.write_bytes(b"1,2\n")
    assert app.launch_files(file) == [window]
    window.wait_for_url("**/open/")
    [detail] = launches(harbour, window)
    assert (detail["kind"], detail["files"][0][0]) == ("file", "tides.csv")

    said: list[str] = []
    window.on("console", lambda message: said.append(message.text))
    window.evaluate(stay)
    app.launch(tides)
    assert told(harbour, window, 2)[1] == {"kind": "shortcut", "url": tides, "files": []}
    harbour.chromium.poll(lambda: f"show {tides}" in said, what="the launch")
    window.evaluate(listen)
    app.launch(link)
    harbour.chromium.poll(lambda: "web+tide:high" in said, what="the link")
    window.evaluate("pwagen.version()")  # Time to leave, which is decided after the listeners.
    assert window.url == harbour.site.url + "open/"

    # A page that the browser tells late is told once.
    harbour.site.answers.content["late.js"] = LATE
    for path in ("open/index.html", "tides/index.html", "contact.html"):
        content = (harbour.folder / "public" / path).read_text(encoding="utf-8")
        late = '<script src="/late.js"></script>'
        harbour.site.answers.content[path] = content.replace("<head>", f"<head>{late}")
    window.close()
    window = app.launch(link)
    assert late_launches(harbour, window) == ["protocol"]
    app.launch(link)
    assert [one["kind"] for one in told(harbour, window, 2)] == ["protocol"] * 2

    window.evaluate(KEEP_SHARE)
    window.close()
    window = app.launch(harbour.site.url + "contact.html#pwagen-launch=one")
    assert late_launches(harbour, window) == ["share"]

    window.close()
    window = app.launch(tides)
    assert late_launches(harbour, window) == ["shortcut"]
    assert window.url == tides + "?moved"  # the page's own way is not undone
    app.uninstall()
