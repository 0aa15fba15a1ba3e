"""Senders that this project didn't write reach the browser through the push service, unchanged."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from pwagen.keys.key_pair import KeyPair, generate_key_pair
from pwagen.testing.desktop import Desktop
from pwagen.testing.firefox.firefox import Firefox
from pwagen.testing.push_service import PushService
from pwagen.testing.site_server.site_server import SiteServer
from tests.browser.sender import CONTACT
from tests.folders import TESTS

pytestmark = pytest.mark.browser

NODE_SENDER = TESTS / "browser/send.mjs"
WEB_PUSH = TESTS / "js" / "node_modules" / "web-push"


def send_with_pywebpush(subscription: dict[str, Any], message: object, keys: KeyPair) -> int:
    """Return the status that pywebpush gets."""
    from pywebpush import WebPushException, webpush

    try:
        answer = webpush(
            subscription,
            json.dumps(message),
            vapid_private_key=keys.private_key,
            vapid_claims={"sub": CONTACT},
            ttl=60,
        )
    except WebPushException as error:
        assert error.response is not None
        answer = error.response
    status: int = answer.status_code
    return status


@pytest.fixture
def subscription(request: pytest.FixtureRequest, browser: str, key_pair: KeyPair) -> dict[str, Any]:
    """Subscribe the site in the browser."""
    if browser == "chromium":
        found: dict[str, Any] = request.getfixturevalue("subscriber").subscription
        return found
    firefox: Firefox = request.getfixturevalue("firefox")
    site: SiteServer = request.getfixturevalue("site")
    firefox.set_permission(site.origin, "notifications", "granted")
    return firefox.open(site.url, wait_for_worker=True).subscribe(key_pair.public_key)


def send_with_web_push(
    node: Path, push_service: PushService, subscription: dict[str, Any], message: object, keys: KeyPair
) -> dict[str, Any]:
    """Return what web-push tells of the answer that it gets."""
    order = {
        "subscription": subscription,
        "message": message,
        "keys": {"publicKey": keys.public_key, "privateKey": keys.private_key},
        "subject": CONTACT,
    }
    ran = subprocess.run(
        [node, NODE_SENDER],
        input=json.dumps(order),
        capture_output=True,
        text=True,
        env=os.environ | push_service.sender_environment(),
        timeout=30,
        check=True,
    )
    answer: dict[str, Any] = json.loads(ran.stdout)
    return answer


@pytest.mark.parametrize("browser", ["chromium", "firefox"])
def test_messages_of_pywebpush_and_of_nodes_web_push_arrive_or_are_refused(
    push_service: PushService,
    desktop: Desktop,
    subscription: dict[str, Any],
    key_pair: KeyPair,
    node: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if not WEB_PUSH.exists():
        pytest.skip("pwagen: web-push is not installed: npm ci in tests/js")
    for name, value in push_service.sender_environment().items():
        monkeypatch.setenv(name, value)
    message = {"title": "From Node: é"}
    assert send_with_web_push(node, push_service, subscription, message, key_pair) == {"statusCode": 201}
    desktop.wait_for_notification("From Node: é")
    refused = send_with_web_push(node, push_service, subscription, message, generate_key_pair())
    assert (refused["statusCode"], "not the key" in refused["body"]) == (403, True)

    assert send_with_pywebpush(subscription, {"title": "From Python: é"}, key_pair) == 201
    desktop.wait_for_notification("From Python: é")
    push_service.expire(subscription["endpoint"])
    assert send_with_pywebpush(subscription, {"title": "x"}, key_pair) == 410
