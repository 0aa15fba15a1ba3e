"""web-push (npm) and its decryption, the most used implementation in Node, understand us and we them."""

from __future__ import annotations

import json
import subprocess
from base64 import b64decode, b64encode
from collections.abc import Sequence
from pathlib import Path
from random import Random
from time import time
from typing import Any

import pytest

from pwagen.push import Message, Subscription, generate_key_pair
from pwagen.push.crypto.encryption import MAX_PLAINTEXT, decrypt, encrypt
from pwagen.push.crypto.vapid import authorization, verify
from pwagen.push.transport.request_headers import encrypted_headers
from tests.folders import TESTS

pytestmark = pytest.mark.slow

SCRIPT = TESTS / "js" / "web_push.mjs"
RECEIVER, SENDER = generate_key_pair(), generate_key_pair()
SUBSCRIPTION = Subscription(
    "https://fcm.googleapis.com/fcm/send/x", RECEIVER.public_key_bytes, b"0123456789abcdef"
)
SUBJECT = "mailto:push@harbour.news"
RANDOM = Random(8291)
SIZES = [
    1,
    2,
    15,
    16,
    17,
    255,
    3052,
    MAX_PLAINTEXT - 1,
    MAX_PLAINTEXT,
    *RANDOM.choices(range(1, MAX_PLAINTEXT), k=40),
]
MESSAGE = Message(
    title="High water é \N{WATER WAVE}", app_badge=3, topic="tides", urgency="high", ttl_seconds=60
)
PAYLOADS = [MESSAGE.payload(), *map(RANDOM.randbytes, SIZES)]


def web_push(node: Path, *, write: Sequence[bytes] = (), read: Sequence[bytes] = ()) -> dict[str, Any]:
    """Return what Node wrote and read."""
    if not (SCRIPT.parent / "node_modules" / "web-push").exists():
        pytest.skip("web-push is not installed: npm ci in tests/js")
    order = {
        "subscription": SUBSCRIPTION.to_json(),
        "options": {
            "vapidDetails": {
                "subject": SUBJECT,
                "publicKey": SENDER.public_key,
                "privateKey": SENDER.private_key,
            },
            "TTL": 60,
            "urgency": "high",
            "topic": "tides",
        },
        "write": [b64encode(one).decode() for one in write],
        "read": [b64encode(one).decode() for one in read],
        "privateKey": RECEIVER.private_key,
    }
    ran = subprocess.run(
        [node, SCRIPT], input=json.dumps(order), capture_output=True, text=True, timeout=60, check=True
    )
    answer: dict[str, Any] = json.loads(ran.stdout)
    return answer


def test_node_reads_what_we_write(node: Path) -> None:
    bodies = [encrypt(payload, SUBSCRIPTION.p256dh, SUBSCRIPTION.auth) for payload in PAYLOADS]
    assert [b64decode(one) for one in web_push(node, read=bodies)["read"]] == PAYLOADS


def test_we_read_what_node_writes(node: Path) -> None:
    written = web_push(node, write=PAYLOADS)["written"]
    bodies = [b64decode(one["body"]) for one in written]
    assert [decrypt(one, RECEIVER.signing_key, SUBSCRIPTION.auth) for one in bodies] == PAYLOADS


def test_both_send_the_same_headers(node: Path) -> None:
    [theirs] = web_push(node, write=PAYLOADS[:1])["written"]
    body = encrypt(PAYLOADS[0], SUBSCRIPTION.p256dh, SUBSCRIPTION.auth)
    token = authorization(SUBSCRIPTION.endpoint, SENDER, SUBJECT, now=time())
    ours = encrypted_headers(body, MESSAGE.headers(), token)
    headers = {name: str(value) for name, value in theirs["headers"].items()}
    signed = headers.pop("Authorization")
    assert int(headers.pop("Content-Length")) == len(body)
    assert headers == {name: value for name, value in ours.items() if name != "Authorization"}
    claims = verify(signed, "https://fcm.googleapis.com", now=time(), public_key=SENDER.public_key)
    assert claims["sub"] == SUBJECT
