"""The outcome of a message, and its cause in words."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from pwagen.push.transport.status import Status as Status
from pwagen.push.transport.vendors import NOT_ACCEPTED, OTHER_KEY, is_dropped, vendor_of
from pwagen.push.transport.vendors import vendor as vendor


@dataclass(frozen=True)
class Outcome:
    """The end of one message to one subscription.

    `cause` is a sentence for people, `http_status` the last answer, 0 if there was none,
    `retry_after_seconds` when the service said so, `vapid_public_key` the key that was used last.
    `for_service` says that a refusal for now is about the whole service, not this subscription alone.
    """

    endpoint: str
    status: Status
    cause: str = ""
    http_status: int = 0
    attempts: int = 1
    retry_after_seconds: float | None = None
    vapid_public_key: str | None = None
    for_service: bool = True


def classify(endpoint: str, http_status: int, headers: Mapping[str, str], body: str) -> tuple[Status, str]:
    """Return what a push service's answer means, and the cause in words (none for a delivery).

    The names of `headers` are in lower case.
    """
    if 200 <= http_status < 300 and not is_dropped(endpoint, headers):
        return Status.DELIVERED, ""
    text = headers.get("x-wns-error-description") or body  # Microsoft's answers have no body
    status, cause = _by_vendor(endpoint, http_status, text) or _by_status(http_status)
    return status, f"{cause} ({vendor(endpoint)}: {http_status}{_quoted(text)})"


def _by_vendor(endpoint: str, http_status: int, text: str) -> tuple[Status, str] | None:
    of = vendor_of(endpoint)
    if of is None or not 400 <= http_status < 500:
        return None
    for rule in of.answers:
        if rule.http_status in (None, http_status) and (
            rule.pattern is None or re.search(rule.pattern, text, re.IGNORECASE | re.DOTALL)
        ):
            return rule.status, rule.cause
    return None


def _by_status(http_status: int) -> tuple[Status, str]:
    # RFC 8030 section 7.3 has 404, real services answer 410 too.
    if http_status in (404, 410):
        return Status.GONE, "the subscription is over"
    if http_status == 413:
        return Status.TOO_LARGE, "the message is too large for this service - shorten it"
    if http_status in (408, 425, 429):
        return Status.RETRY, "the service asks to slow down"
    if http_status >= 500:
        return Status.RETRY, "the service is out of order"
    if http_status in (401, 403):
        return Status.KEY_REJECTED, f"{OTHER_KEY}; or {NOT_ACCEPTED}"
    if 200 <= http_status < 300:
        return Status.RETRY, "the service took the message and dropped it"
    if 300 <= http_status < 400:
        return Status.MISCONFIGURED, "the service redirects, which is not followed for safety"
    return Status.MISCONFIGURED, "the service refuses the request"


def _quoted(text: str) -> str:
    """Return the service's own words, shortened and in one line."""
    try:
        data = json.loads(text)
        if isinstance(data, dict):
            text = str(data.get("reason") or data.get("message") or text)
    except (ValueError, RecursionError):
        text = re.sub(r"<[^>]*>", " ", text)
    words = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return f", {words[:160]!r}" if words else ""
