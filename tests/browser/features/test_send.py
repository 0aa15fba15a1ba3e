"""What `pwagen send` sends is shown by real browsers, and a click on it lands."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from pwagen.keys.key_pair import KeyPair
from pwagen.push.storage.store import Store
from pwagen.push.subscription import Subscription
from pwagen.testing.desktop import Desktop
from pwagen.testing.firefox.firefox import Firefox
from pwagen.testing.push_service import PushService
from pwagen.testing.site_server.site_server import Answers, SiteServer
from tests.browser.features.conftest import STRICT_POLICY, SUBSCRIPTIONS, Harbour
from tests.browser.firefox_pages import until
from tests.browser.sender import CONTACT

pytestmark = pytest.mark.browser

TITLE = "High water: 12:40 é"
MESSAGE = {"title": TITLE, "body": "At the old pier", "navigate": "./tides/"}


@dataclass(frozen=True)
class Reader:
    """A window of the site in one of the browsers, which has subscribed."""

    browser: str
    subscription: dict[str, Any]
    wait_until_at: Callable[[str], None]


@pytest.fixture
def in_chromium(harbour: Harbour) -> Reader:
    page = harbour.open()
    subscription = harbour.subscribe(page)

    def wait_until_at(path: str) -> None:
        page.wait_for_url(harbour.site.url + path)

    return Reader("Chromium", subscription, wait_until_at)


@pytest.fixture
def in_firefox(
    firefox: Firefox, serve_site: Callable[..., SiteServer], sample_template: Path, tmp_path: Path
) -> Reader:
    folder = shutil.copytree(sample_template / "public", tmp_path / "in-firefox")
    answers = Answers(headers={"Content-Security-Policy": STRICT_POLICY}, accepts={SUBSCRIPTIONS})
    site = serve_site(folder, answers=answers)
    firefox.set_permission(site.origin, "notifications", "granted")
    page = firefox.open(site.url, wait_for_worker=True)
    page.evaluate("pwagen.push.subscribe().then(() => true)")
    posted = site.wait_for_request(SUBSCRIPTIONS, "POST").json()

    def wait_until_at(path: str) -> None:
        until(page, f"location.href === '{site.url}{path}'")

    return Reader("Firefox", posted["subscription"], wait_until_at)


@pytest.fixture
def send(push_service: PushService, key_pair: KeyPair, tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """Return a function that runs `pwagen send` with more arguments, and returns the sums it prints."""
    key, message = tmp_path / "vapid-private.pem", tmp_path / "message.json"
    key.write_bytes(key_pair.private_pem)
    message.write_text(json.dumps(MESSAGE))
    command = [sys.executable, "-m", "pwagen", "send", "--json", "--message", str(message)]
    command += ["--loopback", "--ca-file", str(push_service.certificate.path)]

    def run(*arguments: str, standard_input: str | None = None, code: int = 0) -> dict[str, Any]:
        environment = {"PWAGEN_VAPID_PRIVATE_KEY": str(key), "PWAGEN_VAPID_SUBJECT": CONTACT}
        done = subprocess.run(
            [*command, *arguments],
            input=standard_input,
            env=os.environ | environment,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == code, done.stdout + done.stderr
        sums: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return {name: count for name, count in sums.items() if count}

    return run


@pytest.fixture
def on_loopback(push_service: PushService) -> Callable[[Reader], Subscription]:
    """Return a function that gives a reader's subscription with its endpoint on this machine."""

    def given(reader: Reader) -> Subscription:
        subscription = Subscription.from_json(reader.subscription)
        return replace(subscription, endpoint=push_service.endpoint_for(subscription.endpoint, "https"))

    return given


def test_one_subscription_and_a_store_in_both_browsers(
    in_chromium: Reader,
    in_firefox: Reader,
    desktop: Desktop,
    send: Callable[..., dict[str, Any]],
    on_loopback: Callable[[Reader], Subscription],
    tmp_path: Path,
) -> None:
    location = str(tmp_path / "subscriptions.db")
    store = Store(Path(location))
    for reader in (in_chromium, in_firefox):
        text = json.dumps(on_loopback(reader).to_json())
        assert send("-", standard_input=text) == {"delivered": 1}
        shown = desktop.wait_for_notification(TITLE)
        assert (shown.app_name, shown.body) == (reader.browser, "At the old pier")
        desktop.click(shown)
        reader.wait_until_at("tides/")
        desktop.clear()
        store.save(on_loopback(reader))
    store.close()

    assert send("--store", location, "--broadcast", "noon") == {"delivered": 2, "broadcast": "noon"}
    for reader in (in_chromium, in_firefox):
        desktop.wait_for_notification(TITLE, matching=lambda one: one.app_name == reader.browser)  # noqa: B023
