"""An application server in the test: encrypts, signs and posts a push, or does so wrongly on request."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any

from pwagen.keys import base64url
from pwagen.keys.key_pair import KeyPair
from pwagen.push.crypto.encryption import encrypt
from pwagen.push.crypto.vapid import authorization
from pwagen.testing.push_service import PushService

CONTACT = "mailto:push@pwagen.dev"


@dataclass(frozen=True)
class Answer:
    """What the push service said."""

    status: int
    headers: dict[str, str]
    reason: str


def send(
    service: PushService,
    subscription: dict[str, Any],
    message: object,
    key_pair: KeyPair,
    **headers: str | None,
) -> Answer:
    """Send a message as JSON (None: no data); ``headers`` replaces headers, or drops those that are None."""
    body = b"" if message is None else sealed(subscription, json.dumps(message).encode())
    signed = authorization(subscription["endpoint"], key_pair, CONTACT, now=time.time())
    all_headers = {
        "TTL": "60",
        "Authorization": signed,
        "Content-Encoding": "aes128gcm" if body else None,
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    return post(service.endpoint_for(subscription["endpoint"]), body, all_headers)


def sealed(subscription: dict[str, Any], plaintext: bytes) -> bytes:
    """Return the encrypted body."""
    keys = subscription["keys"]
    return encrypt(plaintext, base64url.decode(keys["p256dh"]), base64url.decode(keys["auth"]))


def post(url: str, body: bytes, headers: dict[str, str | None]) -> Answer:
    """Post and return the answer, whatever its status."""
    given = {name: value for name, value in headers.items() if value is not None}
    request = urllib.request.Request(url, body, given, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return Answer(response.status, dict(response.headers), response.read().decode())
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, dict(error.headers), error.read().decode())
