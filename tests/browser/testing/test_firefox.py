"""The same site in Firefox: another wire to the push service, and the decryption's verdict from NSS."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pwagen.errors import PwagenError
from pwagen.keys.key_pair import KeyPair
from pwagen.push.crypto.vapid import authorization
from pwagen.testing.chromium.chromium import Chromium
from pwagen.testing.desktop import Desktop
from pwagen.testing.firefox.bidi import BidiError, BidiTimeoutError
from pwagen.testing.firefox.firefox import Firefox, FirefoxPage
from pwagen.testing.push_service import PushService
from pwagen.testing.site_server.site_server import SiteServer
from tests.browser.conftest import Subscriber, reported
from tests.browser.sender import CONTACT, post, sealed, send

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Tab:
    """A page of the site in Firefox, and its subscription."""

    page: FirefoxPage
    subscription: dict[str, Any]


@pytest.fixture
def tab(firefox: Firefox, site: SiteServer, key_pair: KeyPair) -> Iterator[Tab]:
    firefox.set_permission(site.origin, "notifications", "granted")
    page = firefox.open(site.url, wait_for_worker=True)
    yield Tab(page, page.subscribe(key_pair.public_key))


def test_a_push_is_decrypted_shown_without_the_site_in_its_body_and_clicked(
    push_service: PushService, desktop: Desktop, tab: Tab, key_pair: KeyPair, site: SiteServer
) -> None:
    options = {"body": "High water", "actions": [{"action": "view", "title": "Yes"}]}
    message = {"title": "Tide", "options": options, "badge": 3}
    assert send(push_service, tab.subscription, message, key_pair).status == 201

    tide = desktop.wait_for_notification("Tide")
    assert (tide.source, tide.body, tide.actions) == ("", "High water", ["Yes"])
    assert push_service.wait_for_message("acked").ack_code == 100
    assert [notification["title"] for notification in tab.page.notifications()] == ["Tide"]
    for title, body in (("Time", "12:30"), ("News", "Breaking\n\nStorm at noon")):
        push_service.deliver(tab.subscription, {"title": title, "options": {"body": body}})
        shown = desktop.wait_for_notification(title)
        assert (shown.source, shown.body) == ("", body)
    desktop.click(tide, "Yes")
    assert reported(site, "click") == {"event": "click", "action": "view", "title": "Tide"}


def test_a_push_arrives_without_data_or_cut_off_not_tampered_and_the_worker_hears_of_a_rotated_subscription(
    push_service: PushService, desktop: Desktop, tab: Tab, site: SiteServer, key_pair: KeyPair
) -> None:
    assert send(push_service, tab.subscription, None, key_pair).status == 201
    desktop.wait_for_notification("No data")
    push_service.faults.cuts = 1
    message = push_service.deliver(tab.subscription, {"title": "Whole"})
    desktop.wait_for_notification("Whole")
    assert message.deliveries == 2

    body = bytearray(sealed(tab.subscription, b"{}"))
    body[-1] ^= 1
    endpoint = tab.subscription["endpoint"]
    signed = authorization(endpoint, key_pair, CONTACT, now=time.time())
    headers = {"TTL": "60", "Content-Encoding": "aes128gcm", "Authorization": signed}
    assert post(push_service.endpoint_for(endpoint), bytes(body), {**headers}).status == 201
    assert push_service.wait_for_message("acked", count=3).ack_code == 101

    push_service.rotate(endpoint)
    assert reported(site, "change")["event"] == "change"
    assert send(push_service, tab.subscription, {"title": "Late"}, key_pair).status == 410


def test_two_browsers_get_their_own_messages(
    push_service: PushService, desktop: Desktop, tab: Tab, subscriber: Subscriber, chromium: Chromium
) -> None:
    push_service.deliver(tab.subscription, {"title": "For Firefox"})
    push_service.deliver(subscriber.subscription, {"title": "For Chromium"})
    assert desktop.wait_for_notification("For Firefox").app_name == "Firefox"
    assert desktop.wait_for_notification("For Chromium").app_name == "Chromium"


def test_errors_and_denials_are_seen(firefox: Firefox, site: SiteServer, key_pair: KeyPair) -> None:
    firefox.set_permission(site.origin, "notifications", "denied")
    page = firefox.open(site.url, wait_for_worker=True)
    assert page.evaluate("Notification.permission") == "denied"
    with pytest.raises(BidiError, match="NotAllowedError"):
        page.subscribe(key_pair.public_key)

    page.evaluate("(text) => console.error(text)", "page moans")
    page.evaluate("() => { setTimeout(() => { throw new Error('page broke') }) }")
    assert page.evaluate("new Promise(resolve => setTimeout(resolve, 0, [1, 'é', null]))") == [1, "é", None]
    found = {problem.kind: problem.text for problem in firefox.problems}
    assert found["console error"] == "page moans"
    assert "page broke" in found["page exception"]


@pytest.fixture
def seen_at_the_end(firefox: Firefox) -> Iterator[None]:
    """Look at the problems when the test is over."""
    yield
    assert [problem.text for problem in firefox.problems] == ["page moans"]
    assert firefox.windows == []


def test_a_fixture_that_ends_still_sees_what_went_wrong_in_firefox(
    seen_at_the_end: None, firefox: Firefox, site: SiteServer
) -> None:
    firefox.open(site.url).evaluate("(text) => console.error(text)", "page moans")
    firefox.set_offline(True)


def test_the_next_test_in_firefox_does_not_and_is_online(firefox: Firefox, site: SiteServer) -> None:
    assert (list(firefox.problems), firefox.console) == ([], [])
    assert firefox.open(site.url).evaluate("navigator.onLine") is True


def test_closing_pages_in_firefox_includes_those_the_site_opened(firefox: Firefox, site: SiteServer) -> None:
    page = firefox.open(site.url)
    page.evaluate("void open('deep/')")
    other = firefox.open(site.url)
    other.close()
    other.close()
    assert len(firefox.windows) == 2
    firefox.close_pages()
    assert firefox.windows == []


def test_a_page_that_hangs_is_given_up_and_the_next_one_opens(
    firefox: Firefox, serve_site: Callable[..., SiteServer], tmp_path: Path
) -> None:
    (tmp_path / "index.html").write_text("<title>Harbour</title><script src=page.js></script>")
    (tmp_path / "page.js").write_text("")
    site = serve_site(tmp_path)
    page = firefox.open(site.url)
    page.evaluate("void setTimeout(() => { for (;;); })")
    with firefox.time_limit(1), pytest.raises(BidiTimeoutError, match="a page hangs"):
        page.title()
    firefox.close_pages()

    site.answers.held.add("page.js")
    page = firefox.new_page()
    with pytest.raises(BidiTimeoutError, match="no answer within 1 s"):
        page.goto(site.url, timeout=1000)
    site.answers.held.clear()
    assert firefox.open(site.url).title() == page.title() == "Harbour"


def test_a_frozen_firefox_is_given_up_and_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pwagen.testing.child_process.STOP_SECONDS", 0.5)
    with Firefox() as frozen:
        group = frozen.process_group
        os.killpg(group, signal.SIGSTOP)
        with (
            frozen.time_limit(1),
            pytest.raises(PwagenError, match=r"browsingContext\.create: no answer"),
        ):
            frozen.new_page()
        frozen.close()
        frozen.close()
        with pytest.raises(ProcessLookupError):
            os.kill(group, 0)
