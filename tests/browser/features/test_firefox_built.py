"""The same built site in Firefox, which has neither static routes nor a badge."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from time import monotonic

import pytest

from pwagen.testing.firefox.firefox import Firefox
from pwagen.testing.site_server.site_server import Answers, SiteServer
from pwagen.testing.waiting import TIMEOUT_SECONDS
from tests.browser.features.conftest import STRICT_POLICY, publish
from tests.browser.firefox_pages import until

pytestmark = pytest.mark.browser

FILL_IN_AND_SEND = """(name) => {
  for (const [id, value] of Object.entries({ name, subject: "news", text: "A seal" })) {
    document.getElementById(id).value = value;
  }
  document.querySelector("[data-pwagen=outbox]").requestSubmit();
}"""


@pytest.fixture
def project(sample_template: Path, tmp_path: Path) -> Path:
    """Return a copy of the built sample."""
    return Path(shutil.copytree(sample_template, tmp_path / "project"))


@pytest.fixture
def site(project: Path, serve_site: Callable[..., SiteServer]) -> SiteServer:
    """Serve it under a strict policy, in a folder: tests/browser/apptest has it at the top in Firefox."""
    answers = Answers(headers={"Content-Security-Policy": STRICT_POLICY})
    return serve_site(project / "public", "/a/b/", answers=answers)


def test_an_update_waits_until_it_is_accepted_and_without_a_network_stored_pages_open_and_others_say_so(
    firefox: Firefox, site: SiteServer, project: Path
) -> None:
    page = firefox.open(site.url, wait_for_worker=True)
    until(page, "navigator.serviceWorker.controller !== null")
    before = page.evaluate("pwagen.version()")
    start = project / "public/index.html"
    start.write_text(start.read_text().replace("What moves in the harbour", "What moved overnight"))
    publish(project)
    ready = "document.documentElement.dataset.pwagenUpdate === 'ready'"
    until(page, f"pwagen.update.check().then(() => {ready})")
    assert page.evaluate("pwagen.version()") == before
    page.evaluate("void document.querySelector('[data-pwagen=update]').click()")
    until(page, f"pwagen.version().then(({{ page }}) => page !== {before['page']!r})")
    after = page.evaluate("pwagen.version()")
    assert after["page"] == after["worker"]

    # Firefox can't be told to be offline; a server that is gone is the same to a page.
    site.close()
    for path, heading in (
        ("", "What moved overnight"),
        ("tides/", "ide"),
        ("about", "bout"),
        ("none", "You are offline"),
    ):
        page.goto(site.url + path)
        assert heading in page.evaluate("document.querySelector('h1').textContent"), path


def test_the_prompt_opens_by_a_click_and_is_dismissed_and_a_share_arrives_where_no_browser_knows_of_launches(
    firefox: Firefox, site: SiteServer
) -> None:
    page = firefox.open(site.url + "tides/", wait_for_worker=True)
    until(page, "document.documentElement.dataset.pwagenPrompt === 'available'")
    page.evaluate("void document.querySelector('[data-pwagen=prompt]').click()")
    dialog = "document.querySelector('.pwagen-prompt')?.shadowRoot.querySelector('dialog[open]')"
    assert until(page, f"{dialog} !== null && {dialog} !== undefined")
    assert page.evaluate(f"{dialog}.matches(':modal')")
    # The strict policy lets the constructed style sheet through here, too.
    assert page.evaluate(f"getComputedStyle({dialog}.querySelector('#actions')).display") == "flex"
    focused = page.evaluate("document.querySelector('.pwagen-prompt').shadowRoot.activeElement.id")
    assert focused == "accept"
    page.evaluate(f"{dialog}.querySelector('#dismiss').click()")
    until(page, "document.querySelector('.pwagen-prompt') === null")
    assert page.evaluate("Notification.permission") == "default"

    until(page, "navigator.serviceWorker.controller !== null")
    page.evaluate(
        """(() => {
          const form = document.createElement("form");
          Object.assign(form, { method: "post", action: "../contact.html", enctype: "multipart/form-data" });
          form.append(Object.assign(document.createElement("input"), { name: "text", value: "A seal" }));
          document.body.append(form);
          form.submit();
        })()"""
    )
    # By what the browser says: a page that is left may be kept, and never answers, or be gone in between.
    end = monotonic() + TIMEOUT_SECONDS
    while page.url.endswith("tides/"):
        assert monotonic() < end
    assert until(page, "document.querySelector('textarea')?.value") == "A seal"
    assert page.evaluate("location.href") == site.url + "contact.html"
    assert [seen for seen in site.requests if seen.method == "POST"] == []


def test_a_download_is_fetched_by_the_page_and_plays_without_a_network(
    firefox: Firefox, site: SiteServer
) -> None:
    page = firefox.open(site.url + "content/", wait_for_worker=True)
    until(page, "navigator.serviceWorker.controller !== null")
    assert page.evaluate("'BackgroundFetchManager' in window") is False
    site.answers.held.add("media/fog-signal.wav")
    until(page, "document.querySelector('[data-pwagen=download]').checkVisibility()")
    page.evaluate("void document.querySelector('[data-pwagen=download]').click()")
    until(page, "document.querySelector('progress').checkVisibility()")
    until(page, "!document.querySelector('[data-pwagen=download]').ariaBusy")
    page.evaluate("void document.querySelector('[data-pwagen=download]').click()")
    until(page, "pwagen.downloads.state('fog-signal').then((state) => state === 'aborted')")
    site.answers.held.clear()
    page.evaluate("pwagen.downloads.start('fog-signal')")
    until(page, "document.querySelector('[data-pwagen=download-remove]').checkVisibility()")
    site.close()
    part = (
        "fetch('../media/fog-signal.wav', { headers: { Range: 'bytes=-10' } })"
        ".then(async (answer) => [answer.status, (await answer.blob()).size])"
    )
    assert page.evaluate(part) == [206, 10]
    page.evaluate("void (document.querySelector('audio').preload = 'auto')")
    until(page, "Math.round(document.querySelector('audio').duration) === 4")


def test_a_feed_is_refreshed_on_opening_and_the_count_is_in_the_title_of_all_tabs(
    firefox: Firefox, site: SiteServer
) -> None:
    # A page that opens asks for the news, whose number may come after another page's opening has cleared it.
    site.answers.content["feed.json"] = '{"unread": 0}'
    page = firefox.open(site.url, wait_for_worker=True)
    site.wait_for_request("feed.json")
    other = firefox.open(site.url + "about.html", wait_for_worker=True)
    until(page, "pwagen.ready.then(() => document.documentElement.dataset.pwagenBadge === '0')")
    page.evaluate("pwagen.badge.add(3, 'chat')")
    for tab in (page, other):
        until(tab, "document.title.startsWith('(3) ')")
    page.evaluate("pwagen.badge.clear('chat')")
    for tab in (page, other):
        until(tab, "!document.title.startsWith('(')")


def test_without_background_sync_the_outbox_is_sent_when_online_again_or_on_the_next_visit(
    firefox: Firefox, site: SiteServer
) -> None:
    page = firefox.open(site.url + "contact.html", wait_for_worker=True)
    until(page, "navigator.serviceWorker.controller !== null")
    assert page.evaluate("'sync' in ServiceWorkerRegistration.prototype") is False
    answers = Answers(headers=site.answers.headers, accepts={"api/contact"})
    site.close()
    for chance in ("online", "load"):
        for name in ("Ann", "Bea"):
            page.evaluate(FILL_IN_AND_SEND, name)
            until(page, "document.querySelector('#text').value === ''")
        until(page, "document.documentElement.dataset.pwagenWaiting === '2'")
        with SiteServer(site.folder, site.mount, answers, port=site.port) as back:
            if chance == "online":
                page.evaluate("void dispatchEvent(new Event('online'))")
            else:
                page.goto(back.url)
            until(page, "pwagen.outbox.list().then(({ length }) => length === 0)")
            bodies = [seen.body for seen in back.requests_for("api/contact", "POST")]
        assert bodies == [b"name=%b&email=&subject=news&text=A+seal" % name for name in (b"Ann", b"Bea")]
