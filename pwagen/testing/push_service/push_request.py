"""The rules of a push request's headers and body (RFC 8030 section 5, RFC 8291 section 4). Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from pwagen.push.transport.vendors import refusals_anywhere

MAX_BODY_BYTES = 4096  # RFC 8030 section 7.2: a service must take at least this; real ones take no more
MAX_TTL_SECONDS = 2_419_200  # four weeks, where Chromium's service cuts it off
URGENCIES = ("very-low", "low", "normal", "high")  # RFC 8030 section 5.3


class RequestRefusedError(Exception):
    """The answer to a request that is not accepted: status, a reason for people, extra headers."""

    def __init__(self, status: int, reason: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.headers = dict(headers or {})


@dataclass(frozen=True)
class PushRequest:
    """A well-formed request; header names are in lower case."""

    body: bytes
    ttl: int
    urgency: str = "normal"
    topic: str = ""
    headers: dict[str, str] = field(default_factory=dict)


def parse_push_request(headers: Mapping[str, str], body: bytes) -> PushRequest:
    """Return the request's values; raises Refused with 400 or 413 and what to write instead."""
    named = {name.lower(): value.strip() for name, value in headers.items()}
    if len(body) > MAX_BODY_BYTES:
        raise RequestRefusedError(413, f"the body has {len(body)} bytes, {MAX_BODY_BYTES} is the limit")
    _check_encoding(named, body)
    return PushRequest(body, _ttl(named), _urgency(named), _topic(named), named)


def _ttl(headers: Mapping[str, str]) -> int:
    ttl = headers.get("ttl")
    if ttl is None:
        raise RequestRefusedError(
            400, "the TTL header is missing: seconds to keep the message, e.g. TTL: 86400"
        )
    if not re.fullmatch(r"[0-9]+", ttl):
        raise RequestRefusedError(400, f"TTL is {ttl!r}: write a whole number of seconds, 0 or more")
    return min(int(ttl), MAX_TTL_SECONDS)


def _urgency(headers: Mapping[str, str]) -> str:
    urgency = headers.get("urgency", "normal")
    if urgency not in URGENCIES:
        raise RequestRefusedError(400, f"Urgency is {urgency!r}: write one of {', '.join(URGENCIES)}")
    return urgency


def _topic(headers: Mapping[str, str]) -> str:
    topic = headers.get("topic")
    if topic is not None and not re.fullmatch(r"[A-Za-z0-9_-]{1,32}", topic):
        raise RequestRefusedError(
            400, f"Topic is {topic!r}: write 1 to 32 characters of A-Z, a-z, 0-9, - and _"
        )
    for rule in refusals_anywhere({"Topic": topic or ""}):  # what passes here should pass on every device
        raise RequestRefusedError(rule.http_status, f"Topic is {topic!r}: {rule.advice}")
    return topic or ""


def _check_encoding(headers: Mapping[str, str], body: bytes) -> None:
    encoding = headers.get("content-encoding")
    if not body:
        return
    if encoding is None:
        raise RequestRefusedError(
            400, "Content-Encoding is missing: an encrypted body needs Content-Encoding: aes128gcm"
        )
    if encoding != "aes128gcm":
        raise RequestRefusedError(400, f"Content-Encoding is {encoding!r}: RFC 8291 knows aes128gcm only")
