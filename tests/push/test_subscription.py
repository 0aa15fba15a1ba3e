"""Subscriptions as browsers post them, and what is none."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from pwagen.push.subscription import Subscription, SubscriptionError
from tests.push.push_sink import AUTH, RECEIVER

ENDPOINT = "https://fcm.googleapis.com/fcm/send/x"
VALID = {
    "endpoint": ENDPOINT,
    "expirationTime": None,
    "keys": {"p256dh": RECEIVER.public_key, "auth": base64.urlsafe_b64encode(AUTH).decode().rstrip("=")},
}


@pytest.mark.parametrize(
    "form", [VALID, {"subscription": VALID}, json.dumps(VALID), json.dumps(VALID).encode()]
)
def test_what_browsers_and_pages_send(form: Any) -> None:
    assert Subscription.from_json(form) == Subscription(ENDPOINT, RECEIVER.public_key_bytes, AUTH)


def test_padded_keys_of_other_tools() -> None:
    padded = base64.b64encode(RECEIVER.public_key_bytes).decode()
    form = VALID | {"keys": {"p256dh": padded, "auth": base64.b64encode(AUTH).decode()}}
    assert Subscription.from_json(form).p256dh == RECEIVER.public_key_bytes


def test_it_is_read_back_as_written() -> None:
    for key in (None, RECEIVER.public_key):
        subscription = Subscription(ENDPOINT, RECEIVER.public_key_bytes, AUTH, key)
        assert Subscription.from_json(subscription.to_json()) == subscription


@pytest.mark.parametrize(
    ("form", "why"),
    [
        ("{", "not JSON"),
        ("[]", "not a JSON object"),
        ("[" * 100_000, "not JSON"),
        ({}, "no keys"),
        ({"endpoint": ENDPOINT}, "no keys"),
        (VALID | {"endpoint": None}, "no endpoint"),
        (VALID | {"endpoint": "https://x/" + "a" * 3000}, "no endpoint"),
        (VALID | {"keys": {"p256dh": RECEIVER.public_key}}, "keys.auth has 0 bytes instead of 16"),
        (VALID | {"keys": {"p256dh": "?", "auth": "AAAA"}}, "keys.p256dh is not base64url"),
        (VALID | {"keys": {"p256dh": RECEIVER.private_key, "auth": "AAAA"}}, "has 32 bytes instead of 65"),
    ],
)
def test_what_is_no_subscription(form: Any, why: str) -> None:
    with pytest.raises(SubscriptionError, match=why):
        Subscription.from_json(form)
