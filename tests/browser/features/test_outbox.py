"""The outbox: what is sent without a network is kept, and arrives once, in order, when there is one."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from pwagen.testing.site_server.site_server import SeenRequest
from tests.browser.features.conftest import EVERYTHING_STORED, Harbour
from tests.browser.quick_clock import quick_clock

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

CONTACT = "api/contact"
POST = """async (bodies) => {
  const answers = [];
  for (const body of bodies) {
    const answer = await fetch("api/contact", { method: "POST", body }).catch((error) => error);
    const kept = answer.headers?.get("Pwagen-Outbox");
    answers.push([answer.status ?? answer.name, kept ?? null, kept ? (await answer.json()).queued : null]);
  }
  return answers;
}"""
HEADERS = """async () => {
  const headers = { Authorization: "Bearer secret", "X-Own": "own", "Idempotency-Key": "mine" };
  const body = Uint8Array.from({ length: 256 }, (_, index) => index);
  return (await fetch("api/contact?q=1", { method: "POST", headers, body })).status;
}"""
EVENTS = """() => {
  globalThis.seen = [];
  pwagen.addEventListener("outbox", ({ detail }) => seen.push(detail));
}"""
HOLD_DATABASE = """() => new Promise((resolve) => {
  const opening = indexedDB.open("pwagen:/:outbox", 1);
  opening.onsuccess = () => {
    const store = opening.result.transaction("bodies", "readwrite").objectStore("bodies");
    const hold = () => { if (!window.released) store.get(0).onsuccess = hold; };
    opening.result.close();
    resolve(hold());
  };
})"""
NO_OUTBOX = "indexedDB.databases().then((all) => all.every(({ name }) => !name.endsWith('outbox')))"


@pytest.fixture(autouse=True)
def network_errors_are_expected(harbour: Harbour) -> object:
    harbour.site.answers.accepts.add(CONTACT)
    yield
    harbour.chromium.set_offline(False)
    harbour.chromium.problems.clear()


def opened(harbour: Harbour, path: str = "contact.html") -> Page:
    page = harbour.open(path)
    page.evaluate("pwagen.ready.then(() => true)")
    page.evaluate(EVENTS)
    return page


def waits(harbour: Harbour, page: Page, count: int) -> None:
    harbour.until(page, f"document.documentElement.dataset.pwagenWaiting === '{count}'")


def drained(harbour: Harbour, page: Page) -> None:
    """Wait until nothing is kept; a page that has just been loaded doesn't know yet."""
    harbour.until(page, "pwagen.outbox.list().then(({ length }) => length === 0)")


def arrived(harbour: Harbour) -> list[SeenRequest]:
    return harbour.site.requests_for(CONTACT, "POST")


def bodies(harbour: Harbour) -> list[str]:
    return [seen.body.decode() for seen in arrived(harbour)]


def keys(harbour: Harbour) -> list[str]:
    return [seen.headers["idempotency-key"] for seen in arrived(harbour)]


def wait_for(harbour: Harbour, count: int, timeout: float = 60) -> None:
    harbour.chromium.poll(lambda: len(arrived(harbour)) >= count, timeout, f"{count} requests to arrive")


def states(page: Page) -> list[str]:
    found: list[str] = page.evaluate("seen.map(({ state }) => state)")
    return found


def test_the_outbox_sends_offline_posts_once_and_in_order(harbour: Harbour) -> None:
    page = opened(harbour)
    harbour.chromium.set_offline(True)
    assert page.evaluate(POST, ["one", "two", "three"]) == [[202, "queued", True]] * 3
    waits(harbour, page, 3)
    assert arrived(harbour) == []
    names = page.evaluate("indexedDB.databases().then((all) => all.map(({ name }) => name))")
    assert f"pwagen:{harbour.site.mount}:outbox" in names  # with the path: another app may be beside it
    harbour.chromium.set_offline(False)
    waits(harbour, page, 0)
    assert bodies(harbour) == ["one", "two", "three"]
    assert len(set(keys(harbour))) == 3
    sent = page.evaluate("seen.filter(({ state }) => state === 'sent')")
    assert [(one["status"], one["method"], one["waiting"]) for one in sent] == [
        (204, "POST", 2),
        (204, "POST", 1),
        (204, "POST", 0),
    ]
    assert [one["url"] for one in sent] == [harbour.site.url + CONTACT] * 3
    assert page.evaluate("pwagen.outbox.list()") == []


def test_with_a_network_the_server_answers_itself(harbour: Harbour) -> None:
    page = opened(harbour)
    harbour.site.answers.status[CONTACT] = 503
    assert page.evaluate(POST, ["one"]) == [[503, None, None]]
    del harbour.site.answers.status[CONTACT]
    assert page.evaluate(POST, ["two"]) == [[204, None, None]]
    assert bodies(harbour) == ["one", "two"]
    assert all(key.startswith('"') and key.endswith('"') and len(key) == 38 for key in keys(harbour))
    assert page.evaluate("pwagen.outbox.list()") == []
    assert states(page) == []


def test_other_requests_are_left_alone(harbour: Harbour) -> None:
    page = opened(harbour)
    harbour.chromium.set_offline(True)
    fails = "([path, method]) => fetch(path, { method }).then(({ status }) => status, ({ name }) => name)"
    for path, method in ((CONTACT, "PUT"), ("api/other", "POST"), ("api/push/subscriptions", "POST")):
        assert page.evaluate(fails, [path, method]) == "TypeError", path
    assert page.evaluate("pwagen.outbox.list()") == []


def test_what_could_not_be_kept_in_time_is_not_kept_after_all(harbour: Harbour) -> None:
    page = opened(harbour)
    assert page.evaluate("pwagen.outbox.list()") == []
    page.evaluate(HOLD_DATABASE)
    harbour.chromium.set_offline(True)
    # Twice ten seconds: to see whether others wait, and to keep it.
    with quick_clock(harbour.chromium.workers.worker(harbour.site.url), 20):
        assert page.evaluate(POST, ["one"]) == [["TypeError", None, None]]
    page.evaluate("window.released = true")
    assert page.evaluate(POST, ["two"]) == [[202, "queued", True]]
    harbour.chromium.set_offline(False)
    drained(harbour, page)
    assert bodies(harbour) == ["two"]


def test_headers_and_bytes_arrive_as_they_were(harbour: Harbour) -> None:
    page = opened(harbour)
    harbour.chromium.set_offline(True)
    assert page.evaluate(HEADERS) == 202
    harbour.chromium.set_offline(False)
    wait_for(harbour, 1)
    [seen] = arrived(harbour)
    assert seen.body == bytes(range(256))
    assert seen.query == "q=1"
    assert seen.headers["authorization"] == "Bearer secret"
    assert seen.headers["x-own"] == "own"
    assert seen.headers["idempotency-key"] == "mine"
    assert seen.headers["referer"] == page.url


def test_a_stopped_worker_resumes_the_outbox_with_the_same_keys(harbour: Harbour) -> None:
    page = opened(harbour)
    harbour.chromium.set_offline(True)
    sent = [str(number) for number in range(12)]
    page.evaluate(POST, sent)
    waits(harbour, page, 12)
    harbour.site.answers.delay_seconds[CONTACT] = 0.3
    harbour.chromium.set_offline(False)
    for stopped_after in (3, 7):
        wait_for(harbour, stopped_after)
        harbour.chromium.workers.stop(harbour.site.url)
        page.reload()
    drained(harbour, page)
    first_seen = dict.fromkeys(bodies(harbour))
    assert list(first_seen) == sent
    # The one under way may come again, and is known by its key then.
    again = [key for key, times in Counter(keys(harbour)).items() if times > 1]
    assert len(again) <= 2
    assert len(set(keys(harbour))) == 12
    by_key = {(seen.headers["idempotency-key"], seen.body) for seen in arrived(harbour)}
    assert len(by_key) == 12


def test_two_tabs_and_the_browsers_own_sync_send_nothing_twice(harbour: Harbour) -> None:
    first, second = opened(harbour), opened(harbour, "about.html")
    harbour.chromium.set_offline(True)
    first.evaluate(POST, ["one", "two", "three", "four"])
    second.evaluate(POST, ["five", "six"])
    for page in (first, second):
        waits(harbour, page, 6)
    harbour.site.answers.delay_seconds[CONTACT] = 0.1
    harbour.chromium.set_offline(False)
    harbour.chromium.workers.dispatch_sync(harbour.site.url, "pwagen-outbox")
    for page in (first, second):
        page.evaluate("void pwagen.outbox.retry()")
    harbour.chromium.workers.dispatch_sync(harbour.site.url, "pwagen-outbox", last_chance=True)
    for page in (first, second):
        waits(harbour, page, 0)
    assert bodies(harbour) == ["one", "two", "three", "four", "five", "six"]
    assert first.evaluate("pwagen.outbox.list()") == []
    assert Counter(states(second))["sent"] == 6


def test_the_sync_event_alone_sends_what_waits(harbour: Harbour) -> None:
    page = opened(harbour)
    harbour.chromium.set_offline(True)
    page.evaluate(POST, ["one"])
    waits(harbour, page, 1)
    page.goto("about:blank")
    harbour.chromium.set_offline(False)
    harbour.chromium.workers.dispatch_sync(harbour.site.url, "pwagen-outbox")
    wait_for(harbour, 1)
    assert bodies(harbour) == ["one"]


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_thousand_requests_arrive_once_and_in_order(harbour: Harbour) -> None:
    page = opened(harbour)
    harbour.chromium.set_offline(True)
    sent = [str(number) for number in range(1000)]
    for start in range(0, 1000, 100):
        page.evaluate(POST, sent[start : start + 100])
    waits(harbour, page, 1000)
    listed = page.evaluate("pwagen.outbox.list()")
    assert [one["state"] for one in listed] == ["queued"] * 1000
    harbour.chromium.set_offline(False)
    wait_for(harbour, 1000, timeout=600)
    waits(harbour, page, 0)
    assert bodies(harbour) == sent
    assert len(set(keys(harbour))) == 1000


def test_an_answer_that_says_later_is_waited_for_in_order(harbour: Harbour) -> None:
    page = opened(harbour)
    harbour.chromium.set_offline(True)
    page.evaluate(POST, ["one", "two"])
    harbour.site.answers.status[CONTACT] = 503
    harbour.site.answers.path_headers[CONTACT] = {"Retry-After": "120"}
    harbour.chromium.set_offline(False)
    told = "seen.find(({ status }) => status === 503)"
    harbour.until(page, f"{told} !== undefined")
    detail = page.evaluate(told)
    assert (detail["state"], detail["waiting"], detail["retryIn"]) == ("queued", 2, 120_000)
    del harbour.site.answers.status[CONTACT]
    # Not before the server wants it, whoever asks; a new one waits behind.
    harbour.chromium.workers.dispatch_sync(harbour.site.url, "pwagen-outbox")
    page.reload()
    page.evaluate("pwagen.ready.then(() => true)")
    assert page.evaluate(POST, ["three"]) == [[202, "queued", True]]
    waits(harbour, page, 3)
    assert bodies(harbour) == ["one"]
    page.evaluate("pwagen.outbox.retry()")  # the user's own wish goes first
    waits(harbour, page, 0)
    assert bodies(harbour) == ["one", "one", "two", "three"]
    assert keys(harbour)[0] == keys(harbour)[1]


def test_a_refusal_is_told_kept_and_sent_again_on_demand(harbour: Harbour) -> None:
    page = opened(harbour)
    harbour.chromium.set_offline(True)
    page.evaluate(POST, ["one", "two"])
    harbour.site.answers.status[CONTACT] = 403
    harbour.chromium.set_offline(False)
    harbour.until(page, "seen.filter(({ state }) => state === 'failed').length === 2")
    waits(harbour, page, 0)
    assert page.evaluate("document.documentElement.dataset.pwagenOutbox") == "failed"
    failed = page.evaluate("pwagen.outbox.list()")
    assert [(one["state"], one["status"]) for one in failed] == [("failed", 403)] * 2
    page.evaluate("(id) => pwagen.outbox.remove(id)", failed[0]["id"])
    del harbour.site.answers.status[CONTACT]
    page.reload()
    harbour.until(page, "document.documentElement.dataset.pwagenOutbox === 'failed'")
    assert len(arrived(harbour)) == 2
    page.evaluate("pwagen.outbox.retry()")
    wait_for(harbour, 3)
    assert bodies(harbour) == ["one", "two", "two"]
    # A new key: the old one's refusal may be remembered.
    assert len(set(keys(harbour))) == 3
    drained(harbour, page)


def test_buttons_send_again_or_drop_what_was_refused(harbour: Harbour) -> None:
    page = opened(harbour)
    retry, discard = (page.get_by_role("button", name=name) for name in ("Try again", "Discard it"))
    harbour.chromium.set_offline(True)
    page.evaluate(POST, ["one", "two"])
    harbour.site.answers.status[CONTACT] = 403
    assert not retry.is_visible() and not discard.is_visible()
    harbour.chromium.set_offline(False)
    harbour.until(page, "seen.filter(({ state }) => state === 'failed').length === 2")
    page.reload()
    retry.wait_for()
    [first, _] = page.evaluate("pwagen.outbox.list()")
    page.evaluate("(id) => pwagen.outbox.remove(id)", first["id"])
    harbour.until(page, "pwagen.outbox.list().then(({ length }) => length === 1)")
    harbour.until(page, "document.documentElement.dataset.pwagenOutbox === 'failed'")
    retry.click()
    wait_for(harbour, 3)
    assert bodies(harbour) == ["one", "two", "two"]
    retry.wait_for()  # refused again
    discard.click()
    drained(harbour, page)
    for button in (retry, discard):
        button.wait_for(state="hidden")
    harbour.until(page, "document.documentElement.dataset.pwagenOutbox === 'empty'")


def test_what_waits_too_long_has_failed(harbour: Harbour) -> None:
    harbour.rebuild("methods: [POST]}", "methods: [POST], max_age: 1ms}")
    page = opened(harbour)
    harbour.chromium.set_offline(True)
    page.evaluate(POST, ["one"])
    harbour.chromium.set_offline(False)
    harbour.until(page, "seen.some(({ state }) => state === 'failed')")
    [failed] = page.evaluate("pwagen.outbox.list()")
    assert (failed["state"], failed["status"]) == ("failed", None)
    assert arrived(harbour) == []


def test_signing_out_leaves_nothing(harbour: Harbour) -> None:
    page = opened(harbour)
    harbour.chromium.set_offline(True)
    page.evaluate(HEADERS)
    page.evaluate(POST, ["very private words"])
    waits(harbour, page, 2)
    stored = page.evaluate(EVERYTHING_STORED)
    assert "Bearer secret" in stored and "very private words" in stored
    page.evaluate("pwagen.signOut().catch(() => {})")
    waits(harbour, page, 0)
    harbour.until(page, NO_OUTBOX)
    stored = page.evaluate(EVERYTHING_STORED)
    assert "secret" not in stored and "private words" not in stored and CONTACT not in stored
    harbour.chromium.set_offline(False)
    page.evaluate("pwagen.outbox.retry()")
    assert arrived(harbour) == []


def test_signing_out_ends_what_is_under_way(harbour: Harbour) -> None:
    page = opened(harbour)
    harbour.chromium.set_offline(True)
    page.evaluate(POST, ["one", "two", "three"])
    waits(harbour, page, 3)
    harbour.site.answers.delay_seconds[CONTACT] = 1
    harbour.chromium.set_offline(False)
    harbour.chromium.poll(lambda: CONTACT in harbour.site.waiting, what="the first to be under way")
    page.evaluate("navigator.serviceWorker.controller.postMessage({ pwagen: 'sign-out' })")
    wait_for(harbour, 1)
    held = "navigator.locks.query().then(({ held }) => held.some(({ name }) => name.endsWith('outbox')))"
    harbour.until(page, held.replace("held.some", "!held.some"))
    assert bodies(harbour) == ["one"]
    assert "sent" not in states(page)  # what was another user's is nobody's news
    # The database may be there again, for whoever signs in next, but not its content.
    assert CONTACT not in page.evaluate(EVERYTHING_STORED)


def test_signing_out_with_a_network_sends_what_waits_first(harbour: Harbour) -> None:
    page = opened(harbour)
    harbour.chromium.set_offline(True)
    page.evaluate(POST, ["one"])
    waits(harbour, page, 1)
    page.evaluate("addEventListener('online', (event) => event.stopImmediatePropagation(), true)")
    harbour.chromium.set_offline(False)
    page.evaluate("pwagen.signOut()")
    assert bodies(harbour) == ["one"]
    waits(harbour, page, 0)


def test_without_offline_pages_the_outbox_works_all_the_same(harbour: Harbour) -> None:
    text = (harbour.folder / "pwagen.yaml").read_text(encoding="utf-8")
    section = text[text.index("offline:\n") : text.index("# What readers write")]
    harbour.rebuild(section, "offline: false\n")
    harbour.rebuild("periodic_sync:", "x-off:")
    page = opened(harbour)
    harbour.chromium.set_offline(True)
    assert page.evaluate(POST, ["one"]) == [[202, "queued", True]]
    harbour.chromium.set_offline(False)
    wait_for(harbour, 1)


def test_a_build_without_the_outbox_takes_it_away(harbour: Harbour) -> None:
    page = opened(harbour)
    harbour.chromium.set_offline(True)
    page.evaluate(POST, ["very private words"])
    waits(harbour, page, 1)
    harbour.site.answers.status[CONTACT] = 503
    harbour.chromium.set_offline(False)
    harbour.rebuild("outbox:\n  - {match: api/contact, methods: [POST]}\n", "")
    harbour.find_new_build(page)
    harbour.until(page, "document.documentElement.dataset.pwagenUpdate === 'ready'")
    with page.expect_navigation():
        page.evaluate("void pwagen.update.apply()")
    harbour.until(page, NO_OUTBOX)


def fill(page: Page, **fields: Any) -> None:
    page.fill("#name", fields.get("name", "Ann"))
    page.select_option("#subject", "news")
    page.fill("#text", fields.get("text", "A seal!"))


def shown(page: Page, state: str) -> bool:
    return page.locator(f"[data-pwagen-when='outbox:{state}']").is_visible()


def test_the_sample_form_is_kept_offline_and_says_so(harbour: Harbour) -> None:
    page = opened(harbour)
    harbour.chromium.set_offline(True)
    page.get_by_role("button", name="Send").click()
    assert states(page) == []  # the browser wants the fields filled in first
    fill(page, text="One\nTwo & three")
    page.get_by_role("button", name="Send").click()
    harbour.until(page, "document.documentElement.dataset.pwagenOutbox === 'queued'")
    harbour.chromium.poll(lambda: shown(page, "queued") and not shown(page, "sent"), what="the words for it")
    harbour.until(page, "document.querySelector('#text').value === ''")
    harbour.chromium.set_offline(False)
    wait_for(harbour, 1)
    [seen] = arrived(harbour)
    assert seen.body == b"name=Ann&email=&subject=news&text=One%0D%0ATwo+%26+three"
    assert seen.headers["content-type"].startswith("application/x-www-form-urlencoded")
    harbour.until(page, "document.documentElement.dataset.pwagenOutbox === 'sent'")
    harbour.chromium.poll(lambda: shown(page, "sent"), what="the thanks")
    assert page.url == harbour.site.url + "contact.html"


def test_a_form_without_the_attribute_stays_the_browsers(harbour: Harbour) -> None:
    page = opened(harbour)
    page.evaluate("document.querySelector('form').removeAttribute('data-pwagen')")
    fill(page)
    harbour.chromium.set_offline(True)
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("chrome-error://**")
    harbour.chromium.set_offline(False)
    page.goto(harbour.site.url)
    page.evaluate("pwagen.ready.then(() => true)")
    assert page.evaluate("pwagen.outbox.list()") == []
    assert arrived(harbour) == []


def test_the_sample_form_online_goes_where_the_server_says(harbour: Harbour) -> None:
    page = opened(harbour)
    fill(page)
    harbour.site.answers.status[CONTACT] = 422
    page.get_by_role("button", name="Send").click()
    harbour.until(page, "document.querySelector('p.message').textContent.includes('422')")
    harbour.chromium.poll(lambda: shown(page, "failed"), what="the failure to be shown")
    assert page.input_value("#text") == "A seal!"
    harbour.site.answers.status[CONTACT] = 303
    harbour.site.answers.path_headers[CONTACT] = {"Location": harbour.site.mount + "about.html"}
    page.get_by_role("button", name="Send").click()
    page.wait_for_url(harbour.site.url + "about.html")
    assert len(arrived(harbour)) == 2


def test_an_outbox_form_uploads_files_unchanged(harbour: Harbour) -> None:
    form = (
        '<form method="post" enctype="multipart/form-data" action="api/contact" data-pwagen="outbox">'
        '<input type="file" name="photo" multiple><input name="action" value="a shadow">'
        '<button name="do" value="save">Save</button><button name="reset">Other</button></form>'
        '<span data-pwagen="waiting"></span>'
    )
    page_text = '<!DOCTYPE html><title>F</title><script src="register.js" defer></script>' + form
    harbour.site.answers.content["form.html"] = page_text
    page = opened(harbour, "form.html")
    harbour.chromium.set_offline(True)
    blob = bytes(range(256)) * 4096
    files = [
        {"name": "a b.bin", "mimeType": "application/x-own", "buffer": blob},
        {"name": "ü.txt", "mimeType": "text/plain", "buffer": "ä\r\n".encode()},
    ]
    page.set_input_files("[type=file]", files)  # type: ignore[arg-type]
    page.get_by_role("button", name="Save").click()
    waits(harbour, page, 1)
    assert page.locator("[data-pwagen=waiting]").inner_text() == "1"
    harbour.until(page, "document.querySelector('[type=file]').files.length === 0")
    assert page.evaluate("document.documentElement.dataset.pwagenOutbox") == "queued"
    harbour.chromium.set_offline(False)
    wait_for(harbour, 1)
    [kept] = arrived(harbour)
    harbour.site.clear()
    # The same form as the browser itself sends it.
    page.evaluate("addEventListener('submit', (event) => { event.target.dataset.pwagen = ''; }, true)")
    page.set_input_files("[type=file]", files)  # type: ignore[arg-type]
    page.get_by_role("button", name="Save").click()
    wait_for(harbour, 1)
    [own] = arrived(harbour)
    assert parts(kept) == parts(own)
    assert blob in kept.body


def parts(seen: SeenRequest) -> list[bytes]:
    boundary = seen.headers["content-type"].split("boundary=")[1].encode()
    return seen.body.split(b"--" + boundary)
