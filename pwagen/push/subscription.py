"""A push subscription as a browser hands it out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pwagen.errors import PwagenError
from pwagen.keys import base64url, p256

_MAX_ENDPOINT = 2048


class SubscriptionError(PwagenError):
    """Something that is no push subscription."""


@dataclass(frozen=True)
class Subscription:
    """Where a browser is reached, and the keys that only it can read with.

    `vapid_public_key` is the key that it was made with, if known: the only one its service accepts.
    """

    endpoint: str
    p256dh: bytes
    auth: bytes
    vapid_public_key: str | None = None

    @classmethod
    def from_json(cls, source: str | bytes | Mapping[str, Any]) -> Subscription:
        """Return the subscription in PushSubscription.toJSON()'s form, or as `{"subscription": …}`.

        Raises SubscriptionError saying which member is wrong.
        """
        data = source if isinstance(source, Mapping) else _parsed(source)
        if isinstance(data.get("subscription"), Mapping):
            data = data["subscription"]
        keys = data.get("keys")
        if not isinstance(keys, Mapping):
            raise SubscriptionError("the subscription has no keys - send all of subscription.toJSON()")
        endpoint = data.get("endpoint")
        if not isinstance(endpoint, str) or not 0 < len(endpoint) <= _MAX_ENDPOINT:
            raise SubscriptionError("the subscription has no endpoint")
        p256dh, auth = _key(keys, "p256dh", 65), _key(keys, "auth", 16)
        if not p256.is_point(p256dh):
            raise SubscriptionError("keys.p256dh is not an uncompressed point of the curve P-256")
        vapid = data.get("vapidPublicKey")
        return cls(endpoint, p256dh, auth, vapid if isinstance(vapid, str) else None)

    def to_json(self) -> dict[str, Any]:
        """Return the form that from_json reads."""
        data: dict[str, Any] = {
            "endpoint": self.endpoint,
            "keys": {"p256dh": base64url.encode(self.p256dh), "auth": base64url.encode(self.auth)},
        }
        return data | {"vapidPublicKey": self.vapid_public_key} if self.vapid_public_key else data


def _parsed(source: str | bytes) -> Mapping[str, Any]:
    try:
        data = json.loads(source)
    except (ValueError, RecursionError):
        raise SubscriptionError("the subscription is not JSON") from None
    if not isinstance(data, dict):
        raise SubscriptionError("the subscription is not a JSON object")
    return data


def _key(keys: Mapping[str, Any], name: str, length: int) -> bytes:
    value = keys.get(name)
    try:
        key = base64url.decode(value) if isinstance(value, str) else b""
    except ValueError:
        raise SubscriptionError(f"keys.{name} is not base64url") from None
    if len(key) != length:
        raise SubscriptionError(f"keys.{name} has {len(key)} bytes instead of {length}")
    return key
