"""The outbox: what is sent without a network is kept, and arrives once, in order, when there is one."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from pwagen.testing.site_server.site_server import SeenRequest
from tests.browser.features.conftest import BARE_PAGE, EVERYTHING_STORED, Harbour
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
# At the event a window calls its listeners in their order, so pwagen's own can't be kept from it by another.
NO_REPLAY = """() => {
  window.mayReplay = false;
  const post = ServiceWorker.prototype.postMessage;
  ServiceWorker.prototype.postMessage = function (message, ...rest) {
    if (mayReplay || message.pwagen !== "replay") post.call(this, message, ...rest);
  };
}"""
NO_OUTBOX = "indexedDB.databases().then((all) => all.every(({ name }) => !name.endsWith('outbox')))"


@pytest.fixture(autouse=True)
def network_errors_are_expected(harbour: Harbour) -> object:
    harbour.site.answers.accepts.add(CONTACT)
    harbour.site.answers.content["bare.html"] = BARE_PAGE
    yield
    harbour.chromium.set_offline(False)
    harbour.chromium.problems.clear()


def opened(harbour: Harbour, path: str = "bare.html") -> Page:
    page = harbour.open(path)
    listen(page)
    return page


def listen(page: Page) -> None:
    page.evaluate("pwagen.ready.then(() => true)")
    page.evaluate(EVENTS)


def go_online(harbour: Harbour, page: Page) -> None:
    """Bring the network back: a page has it before its worker, whose first try may come too early."""
    harbour.chromium.set_offline(False)
    page.evaluate("void dispatchEvent(new Event('online'))")


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


def wait_for(harbour: Harbour, count: int) -> None:
    harbour.chromium.poll(lambda: len(arrived(harbour)) >= count, what=f"{count} requests to arrive")


def states(page: Page) -> list[str]:
    found: list[str] = page.evaluate("seen.map(({ state }) => state)")
    return found


def test_posts_are_the_servers_online_and_sent_later_once_and_in_order_offline_and_all_else_is_left_alone(
    harbour: Harbour,
) -> None:
    page = opened(harbour, "contact.html")
    # With a network the server answers itself, whatever it says.
    harbour.site.answers.status[CONTACT] = 503
    assert page.evaluate(POST, ["refused"]) == [[503, None, None]]
    del harbour.site.answers.status[CONTACT]
    assert page.evaluate(POST, ["taken"]) == [[204, None, None]]
    assert all(key.startswith('"') and key.endswith('"') and len(key) == 38 for key in keys(harbour))
    assert page.evaluate("pwagen.outbox.list()") == []
    assert states(page) == []
    assert bodies(harbour) == ["refused", "taken"]
    harbour.site.clear()

    harbour.chromium.set_offline(True)
    assert page.evaluate(POST, ["one", "two", "three"]) == [[202, "queued", True]] * 3
    waits(harbour, page, 3)
    assert arrived(harbour) == []
    names = page.evaluate("indexedDB.databases().then((all) => all.map(({ name }) => name))")
    assert f"pwagen:{harbour.site.mount}:outbox" in names  # with the path: another app may be beside it
    go_online(harbour, page)
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

    # Other requests, and a form without the attribute.
    harbour.site.clear()
    page.evaluate("document.querySelector('form').removeAttribute('data-pwagen')")
    fill(page)
    harbour.chromium.set_offline(True)
    fails = "([path, method]) => fetch(path, { method }).then(({ status }) => status, ({ name }) => name)"
    for path, method in ((CONTACT, "PUT"), ("api/other", "POST"), ("api/push/subscriptions", "POST")):
        assert page.evaluate(fails, [path, method]) == "TypeError", path
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("chrome-error://**")
    harbour.chromium.set_offline(False)
    page.goto(harbour.site.url)
    page.evaluate("pwagen.ready.then(() => true)")
    assert page.evaluate("pwagen.outbox.list()") == []
    assert arrived(harbour) == []


def test_what_could_not_be_kept_in_time_is_not_kept_later_and_an_answer_that_says_later_is_waited_for(
    harbour: Harbour,
) -> None:
    page = opened(harbour)
    assert page.evaluate("pwagen.outbox.list()") == []
    page.evaluate(HOLD_DATABASE)
    harbour.chromium.set_offline(True)
    # Twice ten seconds: to see whether others wait, and to keep it.
    with quick_clock(harbour.chromium.workers.worker(harbour.site.url), 100):
        assert page.evaluate(POST, ["one"]) == [["TypeError", None, None]]
    page.evaluate("window.released = true")
    assert page.evaluate(POST, ["two"]) == [[202, "queued", True]]
    go_online(harbour, page)
    drained(harbour, page)
    assert bodies(harbour) == ["two"]

    harbour.site.clear()
    harbour.chromium.set_offline(True)
    page.evaluate(POST, ["one", "two"])
    harbour.site.answers.status[CONTACT] = 503
    harbour.site.answers.path_headers[CONTACT] = {"Retry-After": "120"}
    go_online(harbour, page)
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


def test_the_browsers_sync_alone_sends_headers_and_bytes_as_they_were_and_with_two_tabs_nothing_twice(
    harbour: Harbour,
) -> None:
    first = opened(harbour)
    sender = first.url
    harbour.chromium.set_offline(True)
    assert first.evaluate(HEADERS) == 202
    waits(harbour, first, 1)
    first.goto("about:blank")
    harbour.chromium.set_offline(False)
    harbour.chromium.workers.dispatch_sync(harbour.site.url, "pwagen-outbox")
    wait_for(harbour, 1)
    [seen] = arrived(harbour)
    assert seen.body == bytes(range(256))
    assert seen.query == "q=1"
    assert seen.headers["authorization"] == "Bearer secret"
    assert seen.headers["x-own"] == "own"
    assert seen.headers["idempotency-key"] == "mine"
    assert seen.headers["referer"] == sender

    harbour.site.clear()
    first.goto(harbour.site.url + "bare.html")
    listen(first)
    second = opened(harbour, "about.html")
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


def test_more_than_a_hundred_requests_arrive_in_order_and_with_the_same_keys_though_the_worker_is_stopped(
    harbour: Harbour,
) -> None:
    """The worker reads one at a time; more than a hundred would show a list that is read in batches."""
    page = opened(harbour)
    harbour.chromium.set_offline(True)
    sent = [str(number) for number in range(110)]
    page.evaluate(POST, sent)
    waits(harbour, page, 110)
    listed = page.evaluate("pwagen.outbox.list()")
    assert [one["state"] for one in listed] == ["queued"] * 110
    harbour.site.answers.delay_seconds[CONTACT] = 0.3
    go_online(harbour, page)
    for stopped_after in (2, 4):
        wait_for(harbour, stopped_after)
        harbour.chromium.workers.stop(harbour.site.url)
        page.reload()
    del harbour.site.answers.delay_seconds[CONTACT]
    harbour.chromium.poll(lambda: len(set(bodies(harbour))) == 110, 60, "all to arrive")
    drained(harbour, page)
    first_seen = dict.fromkeys(bodies(harbour))
    assert list(first_seen) == sent
    # The one under way may come again, and is known by its key then.
    again = [key for key, times in Counter(keys(harbour)).items() if times > 1]
    assert len(again) <= 2
    assert len(set(keys(harbour))) == 110
    by_key = {(seen.headers["idempotency-key"], seen.body) for seen in arrived(harbour)}
    assert len(by_key) == 110


def test_a_refusal_is_told_kept_and_sent_again_or_dropped_on_demand(harbour: Harbour) -> None:
    page = opened(harbour, "contact.html")
    retry, discard = (page.get_by_role("button", name=name) for name in ("Try again", "Discard it"))
    harbour.chromium.set_offline(True)
    page.evaluate(POST, ["one", "two", "three"])
    harbour.site.answers.status[CONTACT] = 403
    assert not retry.is_visible() and not discard.is_visible()
    go_online(harbour, page)
    harbour.until(page, "seen.filter(({ state }) => state === 'failed').length === 3")
    waits(harbour, page, 0)
    assert page.evaluate("document.documentElement.dataset.pwagenOutbox") == "failed"
    failed = page.evaluate("pwagen.outbox.list()")
    assert [(one["state"], one["status"]) for one in failed] == [("failed", 403)] * 3
    page.evaluate("(id) => pwagen.outbox.remove(id)", failed[0]["id"])
    page.reload()
    retry.wait_for()
    harbour.until(page, "document.documentElement.dataset.pwagenOutbox === 'failed'")
    assert len(arrived(harbour)) == 3
    page.evaluate(EVENTS)
    retry.click()
    wait_for(harbour, 5)
    assert bodies(harbour) == ["one", "two", "three", "two", "three"]
    # New keys: the old ones' refusal may be remembered.
    assert len(set(keys(harbour))) == 5
    harbour.until(page, "seen.filter(({ state }) => state === 'failed').length === 2")  # refused again
    retry.wait_for()
    del harbour.site.answers.status[CONTACT]
    page.evaluate("(id) => pwagen.outbox.retry(id)", failed[1]["id"])
    wait_for(harbour, 6)
    assert bodies(harbour)[5:] == ["two"]
    harbour.until(page, "pwagen.outbox.list().then(({ length }) => length === 1)")
    discard.click()
    drained(harbour, page)
    for button in (retry, discard):
        button.wait_for(state="hidden")
    harbour.until(page, "document.documentElement.dataset.pwagenOutbox === 'empty'")
    assert len(arrived(harbour)) == 6


def test_signing_out_sends_what_waits_ends_what_is_under_way_and_leaves_nothing(harbour: Harbour) -> None:
    page = opened(harbour)
    # Neither the browser's sync nor the page at the event sends it first.
    no_sync = "() => { SyncManager.prototype.register = async () => {}; }"
    harbour.chromium.workers.evaluate(harbour.site.url, no_sync)
    page.evaluate(NO_REPLAY)
    harbour.chromium.set_offline(True)
    page.evaluate(POST, ["before"])
    waits(harbour, page, 1)
    harbour.chromium.set_offline(False)
    harbour.until(page, "navigator.onLine")
    assert bodies(harbour) == []
    page.evaluate("mayReplay = true; pwagen.signOut()")
    assert bodies(harbour) == ["before"]
    waits(harbour, page, 0)

    harbour.chromium.set_offline(True)
    page.evaluate(POST, ["one", "two", "three"])
    waits(harbour, page, 3)
    page.evaluate("seen.length = 0")
    harbour.site.answers.delay_seconds[CONTACT] = 1
    harbour.chromium.set_offline(False)
    page.evaluate("void pwagen.outbox.retry()")
    harbour.chromium.poll(lambda: CONTACT in harbour.site.waiting, what="the first to be under way")
    page.evaluate("navigator.serviceWorker.controller.postMessage({ pwagen: 'sign-out' })")
    wait_for(harbour, 2)
    held = "navigator.locks.query().then(({ held }) => held.some(({ name }) => name.endsWith('outbox')))"
    harbour.until(page, held.replace("held.some", "!held.some"))
    assert bodies(harbour) == ["before", "one"]
    assert "sent" not in states(page)  # what was another user's is nobody's news
    # The database may be there again, for whoever signs in next, but not its content.
    assert CONTACT not in page.evaluate(EVERYTHING_STORED)

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
    assert len(arrived(harbour)) == 2


def test_builds_without_offline_pages_forget_what_is_too_old_and_the_outbox_with_its_section(
    harbour: Harbour,
) -> None:
    text = (harbour.folder / "pwagen.yaml").read_text(encoding="utf-8")
    section = text[text.index("offline:\n") : text.index("# What readers write")]
    harbour.edit(section, "offline: false\n")
    harbour.edit("periodic_sync:", "x-off:")
    rule = "  - {match: api/contact, methods: [POST]}\n"
    short = "  - {match: api/brief, methods: [POST], max_age: 1ms}\n"
    harbour.rebuild(rule, rule + short)
    page = opened(harbour)
    harbour.chromium.set_offline(True)
    assert page.evaluate(POST.replace("contact", "brief"), ["too old"]) == [[202, "queued", True]]
    assert page.evaluate(POST, ["one"]) == [[202, "queued", True]]
    go_online(harbour, page)
    wait_for(harbour, 1)
    harbour.until(page, "pwagen.outbox.list().then(({ length }) => length === 1)")
    [failed] = page.evaluate("pwagen.outbox.list()")
    assert (failed["state"], failed["status"]) == ("failed", None)
    assert page.evaluate("seen.some(({ state, url }) => state === 'failed' && url.endsWith('api/brief'))")
    assert harbour.site.requests_for("api/brief") == []

    harbour.rebuild(f"outbox:\n{rule}{short}", "")
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


def test_a_form_is_kept_offline_with_its_files_unchanged_and_online_goes_where_the_server_says(
    harbour: Harbour,
) -> None:
    page = opened(harbour, "contact.html")
    harbour.chromium.set_offline(True)
    page.get_by_role("button", name="Send").click()
    assert states(page) == []  # the browser wants the fields filled in first
    fill(page, text="One\nTwo & three")
    page.get_by_role("button", name="Send").click()
    harbour.until(page, "document.documentElement.dataset.pwagenOutbox === 'queued'")
    harbour.chromium.poll(lambda: shown(page, "queued") and not shown(page, "sent"), what="the words for it")
    harbour.until(page, "document.querySelector('#text').value === ''")
    go_online(harbour, page)
    wait_for(harbour, 1)
    [seen] = arrived(harbour)
    assert seen.body == b"name=Ann&email=&subject=news&text=One%0D%0ATwo+%26+three"
    assert seen.headers["content-type"].startswith("application/x-www-form-urlencoded")
    harbour.until(page, "document.documentElement.dataset.pwagenOutbox === 'sent'")
    harbour.chromium.poll(lambda: shown(page, "sent"), what="the thanks")
    assert page.url == harbour.site.url + "contact.html"

    harbour.site.clear()
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

    harbour.site.clear()
    del harbour.site.answers.status[CONTACT]
    form = (
        '<form method="post" enctype="multipart/form-data" action="api/contact" data-pwagen="outbox">'
        '<input type="file" name="photo" multiple><input name="action" value="a shadow">'
        '<button name="do" value="save">Save</button><button name="reset">Other</button></form>'
        '<span data-pwagen="waiting"></span>'
    )
    page_text = '<!DOCTYPE html><title>F</title><script src="register.js" defer></script>' + form
    harbour.site.answers.content["form.html"] = page_text
    page.goto(harbour.site.url + "form.html")
    page.evaluate("pwagen.ready.then(() => true)")
    harbour.chromium.set_offline(True)
    blob = bytes(range(256)) * 512
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
    go_online(harbour, page)
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
