"""Several languages: German and Arabic pages beside the English site, tags put in by `build --inject`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pwagen.build.project import read_project, read_to_undo
from pwagen.inject.in_place_build import plan_into_site, plan_out_of_site
from pwagen.inject.merge import Policy
from pwagen.keys.key_pair import KeyPair
from pwagen.testing.chromium.chromium import Chromium
from pwagen.testing.desktop import Desktop
from pwagen.testing.firefox.firefox import Firefox
from pwagen.testing.push_service import PushService
from pwagen.testing.site_server.site_server import Answers, SiteServer
from tests.browser.features.conftest import STRICT_POLICY, SUBSCRIPTIONS, Harbour
from tests.browser.firefox_pages import until
from tests.browser.sender import send
from tests.folders import copy_sample

pytestmark = pytest.mark.browser

ARABIC = """  ar:
    app: {name: أخبار الميناء, short_name: الميناء}
    notifications: {default: {body: هناك جديد}, actions: {view-content: نعم, go-home: لا}}
"""
PAGES = {
    "ar/index.html": '<!doctype html><html lang="ar-EG" dir="rtl"><head><title>أخبار</title></head>'
    "<body><h1>أخبار</h1><button data-pwagen=push>جرس</button><p data-pwagen=message></p></body></html>",
    "at/index.html": '<!doctype html>\r\n<html lang="de-AT">\r\n<head>\r\n<title>Servus</title>\r\n</head>'
    "<body><h1>Servus</h1><button data-pwagen=push>Glocke</button><p data-pwagen=message></p></body></html>",
    "se/index.html": '<!doctype html><html lang="sv"><title>Hej</title><h1>Hej</h1>',
}
LANGUAGE = """new Promise((resolve) => {
  const opening = indexedDB.open("pwagen:" + new URL("%s").pathname);
  // Where there is no database yet, none may be made: it would lack what register.js puts into it.
  opening.onupgradeneeded = () => opening.transaction.abort();
  opening.onerror = (event) => {
    event.preventDefault();
    resolve(null);
  };
  opening.onsuccess = () => {
    const asked = opening.result.transaction("values").objectStore("values").get("language");
    asked.onsuccess = () => resolve(asked.result);
    opening.result.close();
  };
})"""


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def write_project(folder: Path, public_key: str) -> None:
    """Copy the sample, with another key, in one more language and with pages in more."""
    copy_sample(folder)
    lines = (folder / "pwagen.yaml").read_text(encoding="utf-8").replace("hosting: netlify", "").splitlines()
    text = "\n".join(
        f"  vapid_public_key: {public_key}" if "vapid_public_key:" in line else line for line in lines
    )
    text = text.replace("languages:\n", "languages:\n" + ARABIC)
    (folder / "pwagen.yaml").write_text(text, encoding="utf-8")
    for path, page in PAGES.items():
        (folder / "public" / path).parent.mkdir()
        (folder / "public" / path).write_bytes(page.encode())


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, key_pair: KeyPair) -> Path:
    """Build into the site itself, once."""
    folder = tmp_path_factory.mktemp("languages") / "project"
    write_project(folder, key_pair.public_key)
    plan_into_site(read_project(folder, for_injection=True), Policy()).apply()
    return folder


@pytest.fixture
def site(built: Path, serve_site: Callable[..., SiteServer], mount: str) -> SiteServer:
    answers = Answers(
        headers={"Content-Security-Policy": STRICT_POLICY, "Cache-Control": "no-cache"},
        accepts={SUBSCRIPTIONS},
    )
    return serve_site(built / "public", mount, answers=answers)


@pytest.fixture
def harbour(
    chromium: Chromium,
    push_service: PushService,
    desktop: Desktop,
    site: SiteServer,
    built: Path,
    key_pair: KeyPair,
) -> Iterator[Harbour]:
    """Serve it; a console error, exception or worker error fails the test."""
    yield Harbour(chromium, push_service, desktop, site, built, key_pair)
    problems = [str(problem) for problem in chromium.problems]
    chromium.forget(site.url)
    assert problems == []


def remembered(harbour: Harbour, page: Any, language: str) -> None:
    """Wait until the page has told the worker its language."""
    harbour.until(page, f"{LANGUAGE % harbour.site.url}.then((found) => found === '{language}')")


DIALOG = "document.querySelector('.pwagen-prompt')?.shadowRoot?.querySelector('dialog')"
ASK = """() => {
  const button = Object.assign(document.createElement("button"), { id: "ask" });
  button.dataset.pwagen = "prompt";
  document.body.append(button);
  button.click();
}"""
ADD_BELLS = """() => {
  for (const bell of [{ id: "empty" }, { textContent: "Glocke" }]) {
    const button = Object.assign(document.createElement("button"), bell);
    button.dataset.pwagen = "push";
    document.body.append(button);
  }
}"""
SHOWN = """pwagen.ready.then((registration) => registration.getNotifications()).then((shown) =>
  shown.map(({ title, body, dir, lang, actions }) => ({ title, body, dir, lang, actions })))"""


def test_manifest_prompt_failure_and_offline_page_are_in_the_pages_language(harbour: Harbour) -> None:
    page = harbour.chromium.new_page()
    manifests = []
    for path, file, name, question, sentence, direction, language, heading in (
        (
            *("", "manifest.json", "Harbour News", "Shall we ring the bell?"),
            *("Notifications are blocked for this site.", "ltr", "en-GB", "You are offline"),
        ),
        (
            *("at/", "manifest.de.json", "Hafen-Nachrichten", "Soll die Glocke läuten?"),
            *("Mitteilungen sind für diese Website blockiert.", "ltr", "de", "Sie sind offline"),
        ),
        (
            *("ar/", "manifest.ar.json", "أخبار الميناء", "هل تريد تفعيل الإشعارات؟"),
            *("الإشعارات محظورة لهذا الموقع.", "rtl", "ar", "أنت غير متصل بالإنترنت"),
        ),
    ):
        harbour.chromium.set_permission(harbour.site.origin, "notifications", "prompt")
        page.goto(harbour.site.url + path)
        harbour.until(page, "navigator.serviceWorker.controller !== null")
        manifest = harbour.chromium.manifest(page)
        manifests.append(manifest)
        assert manifest.url == harbour.site.url + file
        assert manifest.errors == []
        members = page.evaluate(f"fetch('{manifest.url}').then((answer) => answer.json())")
        assert members["name"] == name
        assert (members.get("dir") == "rtl") == (path == "ar/")
        assert harbour.chromium.installability_errors(page) == []

        page.evaluate(ASK)
        harbour.until(page, f"{DIALOG}?.open")
        assert page.evaluate(f"{DIALOG}.querySelector('#title').textContent") == question
        assert page.evaluate(f"getComputedStyle({DIALOG}).direction") == direction

        harbour.chromium.set_permission(harbour.site.origin, "notifications", "denied")
        harbour.wait_for_state(page, "denied")
        page.evaluate("document.querySelector('[data-pwagen=push]').click()")
        explanation = harbour.until(page, "document.querySelector('[data-pwagen=message]').textContent")
        assert explanation.startswith(sentence)

        remembered(harbour, page, page.evaluate("document.documentElement.lang"))
        harbour.chromium.set_offline(True)
        page.goto(harbour.site.url + "not/stored")
        assert page.locator("h1").inner_text() == heading
        assert page.evaluate("document.documentElement.lang") == language
        assert page.evaluate("getComputedStyle(document.body).direction") == direction
        assert page.evaluate("getComputedStyle(document.body).display") == "grid"
        assert page.evaluate("document.images[0].naturalWidth") == 192
        harbour.chromium.set_offline(False)
    harbour.chromium.reset()

    # All of them are one app.
    for same in ("id", "startUrl", "scope"):
        assert len({manifest.members[same] for manifest in manifests}) == 1, same
    assert len({manifest.app_id for manifest in manifests}) == 1


def test_notifications_and_empty_buttons_are_in_the_readers_language_direction_too_until_signing_out(
    harbour: Harbour,
) -> None:
    page = harbour.open("de/")
    page.evaluate(ADD_BELLS)
    empty, bell = page.locator("#empty"), page.get_by_role("button", name="Glocke")
    says = "document.querySelector('#empty').innerText === '{}'"
    harbour.until(page, says.format("Mitteilungen einschalten"))
    assert (empty.get_attribute("aria-pressed"), bell.get_attribute("aria-pressed")) == (None, "false")
    empty.click()
    harbour.until(page, says.format("Mitteilungen ausschalten"))
    subscription = harbour.site.wait_for_request(SUBSCRIPTIONS, "POST").json()["subscription"]
    # A button's own text stays, so that its state is needed beside it.
    assert (empty.get_attribute("aria-pressed"), bell.get_attribute("aria-pressed")) == (None, "true")

    remembered(harbour, page, "de")
    harbour.site.answers.content["feed.json"] = '{"count": 9, "unread": 3}'
    harbour.chromium.workers.dispatch_periodic_sync(harbour.site.url, "get-daily-news")
    shown = harbour.shown("9 neue Meldungen")
    assert shown.actions == ["Ja", "Nein"]
    harbour.desktop.dismiss(shown)
    harbour.push(subscription, {"title": "Low tide", "body": "at 6:12"})
    shown = harbour.shown("Low tide")
    assert (shown.body, shown.actions) == ("at 6:12", ["Ja", "Nein"])
    harbour.desktop.dismiss(shown)
    page.evaluate("pwagen.notifications.show('Ebbe', { body: 'um 6:12' })")
    shown = harbour.shown("Ebbe")
    assert shown.actions == ["Ja", "Nein"]
    harbour.desktop.dismiss(shown)
    harbour.push(subscription, {})
    shown = harbour.shown("Hafen-Nachrichten")
    assert (shown.body, shown.actions) == ("Es gibt Neues", ["Ja", "Nein"])
    harbour.desktop.click(shown, "Ja")
    page.wait_for_url(harbour.site.url + "content/")

    # A reader who has changed over.
    remembered(harbour, page, "en-GB")
    harbour.push(subscription, {})
    shown = harbour.shown("Harbour News")
    assert (shown.body, shown.actions) == ("There is something new", ["Yes", "No"])
    harbour.desktop.dismiss(shown)

    page.evaluate("document.documentElement.lang = 'ar-EG'")
    remembered(harbour, page, "ar-EG")
    page.evaluate("pwagen.notifications.show('جزر')")
    shown = harbour.shown("جزر")
    assert shown.actions == ["نعم", "لا"]
    harbour.desktop.dismiss(shown)
    harbour.push(subscription, {})
    shown = harbour.shown("أخبار الميناء")
    assert (shown.body, shown.actions) == ("هناك جديد", ["نعم", "لا"])
    (notification,) = page.evaluate(SHOWN)
    assert (notification["dir"], notification["lang"]) == ("rtl", "ar")
    harbour.desktop.dismiss(shown)
    harbour.push(subscription, {"title": "Low tide"})
    harbour.shown("Low tide")
    (notification,) = page.evaluate(SHOWN)
    assert notification["dir"] == "auto"

    page.evaluate("pwagen.signOut()")
    assert page.evaluate(LANGUAGE % harbour.site.url) is None


def test_undo_leaves_the_site_as_it_was(key_pair: KeyPair, tmp_path: Path) -> None:
    folder = tmp_path / "project"
    write_project(folder, key_pair.public_key)
    before = contents(folder / "public")
    plan_into_site(read_project(folder, for_injection=True), Policy()).apply()
    assert {"manifest.de.json", "manifest.ar.json", "offline.de.html"} <= set(contents(folder / "public"))
    again = plan_into_site(read_project(folder, for_injection=True), Policy())
    assert {change.status for change in again.changes()} == {"same"}
    plan_out_of_site(read_to_undo(folder)).apply()
    assert contents(folder / "public") == before


# --- Firefox -------------------------------------------------------------------------------------


def test_firefox_speaks_the_readers_language(
    firefox: Firefox, site: SiteServer, desktop: Desktop, push_service: PushService, key_pair: KeyPair
) -> None:
    firefox.set_permission(site.origin, "notifications", "granted")
    page = firefox.open(site.url + "at/", wait_for_worker=True)
    page.evaluate("pwagen.push.subscribe().then(() => true)")
    subscription = site.wait_for_request(SUBSCRIPTIONS, "POST").json()["subscription"]
    until(page, f"{LANGUAGE % site.url}.then((found) => found === 'de-AT')")
    assert send(push_service, subscription, {}, key_pair).status == 201
    shown = desktop.wait_for_notification("Hafen-Nachrichten")
    assert (shown.body, shown.actions) == ("Es gibt Neues", ["Ja", "Nein"])
    page.goto(site.url + "ar/")
    until(page, f"{LANGUAGE % site.url}.then((found) => found === 'ar-EG')")
    assert send(push_service, subscription, {}, key_pair).status == 201
    shown = desktop.wait_for_notification("أخبار الميناء")
    assert (shown.body, shown.actions) == ("هناك جديد", ["نعم", "لا"])
