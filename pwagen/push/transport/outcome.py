"""What became of a message, and why, in words."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit


class Status(StrEnum):
    """What to do about an outcome; each has one meaning."""

    DELIVERED = "delivered"  # the push service took it
    GONE = "gone"  # the subscription is over: remove it
    RETRY = "retry"  # the service could not take it now
    KEY_REJECTED = "key-rejected"  # the subscription belongs to another VAPID key, or the token is bad
    TOO_LARGE = "too-large"
    MISCONFIGURED = "misconfigured"  # something has to be changed before it is sent again

    @property
    def is_final(self) -> bool:
        """Whether sending the same again to this subscription is pointless, whatever is mended until then."""
        return self in (Status.DELIVERED, Status.GONE, Status.TOO_LARGE)


@dataclass(frozen=True)
class Outcome:
    """The end of one message to one subscription.

    `cause` is a sentence for people, `http_status` the last answer, 0 if there was none,
    `retry_after_seconds` when the service said so, `vapid_public_key` the key that was used last.
    """

    endpoint: str
    status: Status
    cause: str = ""
    http_status: int = 0
    attempts: int = 1
    retry_after_seconds: float | None = None
    vapid_public_key: str | None = None


_KEY_OF_ANOTHER = (
    "the subscription was made with another VAPID key - send with that key, or let the page subscribe again"
)
_NOT_ACCEPTED = (
    "the VAPID token is refused - check this machine's clock, and that the subject is a mailto: or https: "
    "contact at a real domain"
)
# (vendor, pattern in the answer, status, cause); the first that fits counts. Microsoft's answers have no
# body, their reason is in a header (https://github.com/web-push-libs/pywebpush/issues/162).
_ANSWERS = (
    (
        "Google",
        r"do not correspond|MismatchSenderId|UnauthorizedRegistration",
        Status.KEY_REJECTED,
        _KEY_OF_ANOTHER,
    ),
    ("Google", r"invalid JWT", Status.KEY_REJECTED, _NOT_ACCEPTED),
    (
        "Google",
        r"authorization header must be",
        Status.KEY_REJECTED,
        "no VAPID token arrived - look for a proxy that strips it",
    ),
    ("Apple", r"VapidPkHashMismatch", Status.KEY_REJECTED, _KEY_OF_ANOTHER),
    ("Apple", r"BadJwtToken|ExpiredToken", Status.KEY_REJECTED, _NOT_ACCEPTED),
    (
        "Apple",
        r"BadWebPushTopic",
        Status.MISCONFIGURED,
        "Apple refuses the topic - use letters and digits only",
    ),
    ("Apple", r"Unregistered|BadDeviceToken", Status.GONE, "the subscription is over"),
    ("Mozilla", r'"errno":\s*109\b.*(?:mismatch|key)', Status.KEY_REJECTED, _KEY_OF_ANOTHER),
    ("Mozilla", r'"errno":\s*109\b', Status.KEY_REJECTED, _NOT_ACCEPTED),
    (
        "Mozilla",
        r'"errno":\s*(?:101|110)\b',
        Status.MISCONFIGURED,
        "the encryption headers are refused - a proxy may change them",
    ),
    ("Mozilla", r'"errno":\s*10[2356]\b', Status.GONE, "the subscription is over"),
    ("Mozilla", r'"errno":\s*11[123]\b', Status.MISCONFIGURED, "a TTL, Topic or Urgency header is refused"),
    (
        "Microsoft",
        r"^Ttl value conflicts",
        Status.MISCONFIGURED,
        "a TTL of 0 is refused - send a longer one",
    ),
)
# https://learn.microsoft.com/windows/apps/windows-app-sdk/notifications/push-notifications/troubleshooting
_WNS = {
    400: (Status.MISCONFIGURED, "a header is refused - a proxy may change them"),
    401: (Status.KEY_REJECTED, _NOT_ACCEPTED),
    403: (Status.KEY_REJECTED, _KEY_OF_ANOTHER),
    406: (Status.RETRY, "the service asks to slow down"),
}
_VENDORS = {
    "googleapis.com": "Google",
    "google.com": "Google",
    "push.apple.com": "Apple",
    "mozilla.com": "Mozilla",
    "notify.windows.com": "Microsoft",
}


def vendor(endpoint: str) -> str:
    """Return whose push service an endpoint is: Google, Apple, Mozilla, Microsoft, or its host."""
    try:
        host = urlsplit(endpoint).hostname or endpoint
    except ValueError:  # it is no URL at all
        host = endpoint
    return next((name for domain, name in _VENDORS.items() if host.endswith(f".{domain}")), host)


def classify(endpoint: str, http_status: int, headers: Mapping[str, str], body: str) -> tuple[Status, str]:
    """Return what a push service's answer means, and the cause in words (none for a delivery).

    The names of `headers` are in lower case.
    """
    if 200 <= http_status < 300:
        return Status.DELIVERED, ""
    name = vendor(endpoint)
    body = headers.get("x-wns-error-description") or body
    said = _said(body)
    if 400 <= http_status < 500:
        for who, pattern, status, cause in _ANSWERS:
            if who == name and re.search(pattern, body, re.IGNORECASE | re.DOTALL):
                return status, f"{cause} ({name}: {http_status}{said})"
    status, cause = _by_status(http_status, name)
    return status, f"{cause} ({name}: {http_status}{said})"


def _by_status(http_status: int, name: str) -> tuple[Status, str]:
    # RFC 8030 section 7.3 has 404, real services answer 410 too.
    if http_status in (404, 410):
        return Status.GONE, "the subscription is over"
    if http_status == 413:
        return Status.TOO_LARGE, "the message is too large for this service - shorten it"
    if http_status in (408, 425, 429):
        return Status.RETRY, "the service asks to slow down"
    if name == "Microsoft" and http_status in _WNS:
        return _WNS[http_status]
    if http_status >= 500:
        return Status.RETRY, "the service is out of order"
    if http_status in (401, 403):
        return Status.KEY_REJECTED, f"{_KEY_OF_ANOTHER}; or {_NOT_ACCEPTED}"
    if 300 <= http_status < 400:
        return Status.MISCONFIGURED, "the service redirects, which is not followed for safety"
    return Status.MISCONFIGURED, "the service refuses the request"


def _said(text: str) -> str:
    """Return the service's own words, shortened and in one line."""
    try:
        data = json.loads(text)
        if isinstance(data, dict):
            text = str(data.get("reason") or data.get("message") or text)
    except (ValueError, RecursionError):
        text = re.sub(r"<[^>]*>", " ", text)
    words = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return f", {words[:160]!r}" if words else ""
