"""What each vendor's push service takes, refuses and answers: the one table of it.

The sender reads answers by it and spares itself requests that would be refused, the check of a message warns
by it, and the push service of the test harness refuses what a real one does. The sources:

Google   https://github.com/web-push-libs/web-push/issues/462, web-push-libs/webpush-java#212,
         web-push-libs/pywebpush#118 (the texts of FCM's answers)
Apple    https://developer.apple.com/documentation/usernotifications/sending-web-push-notifications-in-web-apps-and-browsers
         https://github.com/AltanS/collie/pull/90 (a Topic of 4n+1 characters, measured)
Mozilla  https://mozilla-services.github.io/autopush-rs/errors.html, and the texts in error.rs,
         headers/vapid.rs and extractors/notification_headers.rs of mozilla-services/autopush-rs
WNS      https://learn.microsoft.com/windows/apps/develop/notifications/push-notifications/push-request-response-headers
         https://github.com/web-push-libs/pywebpush/issues/162 (TTL 0), microsoft/microsoft-ui-xaml#8091 (406)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from pwagen.push.transport.status import Status

OTHER_KEY = (
    "the subscription was made with another VAPID key - send with that key, or let the page subscribe again"
)
NOT_ACCEPTED = (
    "the VAPID token is refused - check this machine's clock, and that the contact is a mailto: or https: "
    "address at a real domain"
)
_KEY_UNREADABLE = (
    "the VAPID token or its key does not arrive as it was sent - look for a proxy that changes it"
)
_UNSIGNED = "no VAPID token arrived - look for a proxy that strips it"
_CLOCK = "the VAPID token is outside of its time - check this machine's clock"
_AUDIENCE = (
    "the VAPID token is for another push service than the endpoint's - take endpoints as browsers give them"
)
_OVER = "the subscription is over"
_THROTTLED = "the service asks to slow down"
_HEADERS = "a header is refused - a proxy may change them"


@dataclass(frozen=True)
class AnswerRule:
    """What an answer means: `pattern` is searched in its text, None fits any; `http_status` None fits any."""

    status: Status
    cause: str
    pattern: str | None = None
    http_status: int | None = None


@dataclass(frozen=True)
class RequestRule:
    """A request that is refused though RFC 8030 allows it: when, with which answer, and what to do."""

    is_refused: Callable[[Mapping[str, str]], bool]
    http_status: int
    advice: str


@dataclass(frozen=True)
class Vendor:
    """A vendor's push services: their `hosts`, `*.` at the front for subdomains, and `domain`."""

    name: str
    hosts: tuple[str, ...]
    domains: tuple[str, ...]
    answers: tuple[AnswerRule, ...]
    requests: tuple[RequestRule, ...] = ()


def _is_impossible_base64(headers: Mapping[str, str]) -> bool:
    return len(headers.get("Topic", "")) % 4 == 1


VENDORS = (
    Vendor(
        "Google",
        ("fcm.googleapis.com", "jmt17.google.com"),
        ("googleapis.com", "google.com"),
        (
            AnswerRule(
                Status.KEY_REJECTED,
                OTHER_KEY,
                r"do(es)? not correspond|MismatchSenderId|UnauthorizedRegistration",
            ),
            AnswerRule(Status.KEY_REJECTED, _AUDIENCE, r"aud claim"),
            AnswerRule(Status.KEY_REJECTED, _UNSIGNED, r"authorization header must be"),
            AnswerRule(
                Status.KEY_REJECTED, _KEY_UNREADABLE, r"(crypto-key|authorization) header had invalid"
            ),
            AnswerRule(Status.KEY_REJECTED, NOT_ACCEPTED, r"invalid JWT"),
            AnswerRule(Status.GONE, _OVER, r"InvalidRegistration|NotRegistered"),
        ),
    ),
    Vendor(
        "Apple",
        ("*.push.apple.com",),
        ("push.apple.com",),
        (
            AnswerRule(Status.KEY_REJECTED, OTHER_KEY, r"VapidPkHashMismatch"),
            AnswerRule(Status.KEY_REJECTED, NOT_ACCEPTED, r"BadJwtToken|ExpiredToken"),
            AnswerRule(Status.KEY_REJECTED, _UNSIGNED, r"BadAuthorizationHeader"),
            AnswerRule(
                Status.MISCONFIGURED,
                "Apple refuses the topic - use up to 32 letters, digits, - and _, but not 5, 9, 13, …",
                r"BadWebPushTopic",
            ),
            AnswerRule(Status.MISCONFIGURED, "Apple refuses the TTL or the urgency", r"BadTtl|BadUrgency"),
            AnswerRule(Status.GONE, _OVER, r"Unregistered|BadDeviceToken|ExpiredSubscription"),
        ),
        (
            # It decodes the topic as base64url, which RFC 8030 section 5.4 only borrows the letters of. Three
            # bytes are four characters, so that one character alone is left over from nothing.
            RequestRule(
                _is_impossible_base64,
                400,
                "Apple refuses a topic of 5, 9, 13, … characters - make it one character longer or shorter",
            ),
        ),
    ),
    Vendor(
        "Mozilla",
        ("*.push.services.mozilla.com",),
        ("mozilla.com",),
        (
            AnswerRule(Status.KEY_REJECTED, OTHER_KEY, r'"errno":\s*109\b.*key mismatch'),
            AnswerRule(Status.KEY_REJECTED, _UNSIGNED, r'"errno":\s*109\b.*Missing VAPID'),
            AnswerRule(
                Status.KEY_REJECTED,
                _KEY_UNREADABLE,
                r'"errno":\s*109\b.*(Invalid VAPID (public key|token)|auth scheme)',
            ),
            AnswerRule(Status.KEY_REJECTED, _AUDIENCE, r'"errno":\s*109\b.*audience'),
            AnswerRule(Status.KEY_REJECTED, _CLOCK, r'"errno":\s*109\b.*expir'),
            AnswerRule(Status.KEY_REJECTED, NOT_ACCEPTED, r'"errno":\s*109\b'),
            AnswerRule(
                Status.MISCONFIGURED,
                "the encryption headers are refused - a proxy may change them",
                r'"errno":\s*(?:101|110)\b',
            ),
            AnswerRule(Status.GONE, _OVER, r'"errno":\s*10[2356]\b'),
            AnswerRule(
                Status.MISCONFIGURED,
                "the endpoint is not one of the service's - take it as the browser gave it",
                r'"errno":\s*108\b',
            ),
            AnswerRule(Status.MISCONFIGURED, "the TTL is missing or refused", r'"errno":\s*11[124]\b'),
            AnswerRule(
                Status.MISCONFIGURED,
                "the topic is refused - use up to 32 letters, digits, - and _",
                r'"errno":\s*113\b',
            ),
        ),
    ),
    Vendor(
        "Microsoft",
        ("*.notify.windows.com",),
        ("notify.windows.com",),
        (
            AnswerRule(
                Status.MISCONFIGURED,
                "a TTL of 0 is refused - send a longer one, or find the proxy that drops X-WNS-Cache-Policy",
                r"^Ttl value conflicts",
            ),
            AnswerRule(Status.MISCONFIGURED, _HEADERS, http_status=400),
            AnswerRule(Status.KEY_REJECTED, NOT_ACCEPTED, http_status=401),
            AnswerRule(Status.KEY_REJECTED, OTHER_KEY, http_status=403),
            AnswerRule(Status.RETRY, _THROTTLED, http_status=406),
        ),
    ),
)
OTHERS = "other"  # in place of a vendor's name, for services of nobody in the table
PUSH_SERVICES = tuple(host for vendor in VENDORS for host in vendor.hosts)


def vendor_of(endpoint: str) -> Vendor | None:
    """Return whose push service an endpoint is; None for others and for invalid URLs."""
    return _vendor_of_host(_host(endpoint))


def vendor(endpoint: str) -> str:
    """Return whose push service an endpoint is: Google, Apple, Mozilla, Microsoft, or its host."""
    match = vendor_of(endpoint)
    return match.name if match else _host(endpoint)


def headers_for(endpoint: str, headers: Mapping[str, str]) -> tuple[dict[str, str], str | None]:
    """Return the headers with what a vendor requires beside those of RFC 8030.

    Beside them is why the service of `endpoint` would refuse them, None if it would not.
    """
    of, complete = vendor_of(endpoint), dict(headers)
    if of is None:
        return complete, None
    if _is_microsoft(of) and headers.get("TTL") == "0":
        complete["X-WNS-Cache-Policy"] = "no-cache"
    return complete, next((rule.advice for rule in of.requests if rule.is_refused(complete)), None)


def refusals_anywhere(headers: Mapping[str, str]) -> Iterator[RequestRule]:
    """Yield the rules of all vendors by which they would refuse these headers."""
    for vendor in VENDORS:
        for rule in vendor.requests:
            if rule.is_refused(headers):
                yield rule


def is_dropped(endpoint: str, headers: Mapping[str, str]) -> bool:
    """Return whether a service says of a message it answered 200 to that it will not deliver it.

    Microsoft's does, in X-WNS-NotificationStatus; the names of `headers` are in lower case.
    """
    state = headers.get("x-wns-notificationstatus", "").strip().lower()
    return state in ("dropped", "channelthrottled") and _is_microsoft(vendor_of(endpoint))


def is_about_one_subscription(endpoint: str, http_status: int, headers: Mapping[str, str]) -> bool:
    """Return whether a refusal for now limits one subscription rather than its whole service.

    RFC 8030 section 8.4 says so of 429. Microsoft answers 406 for both, and names which in its headers.
    """
    states = headers.get("x-wns-status", ""), headers.get("x-wns-notificationstatus", "")
    if any("appthrottled" in state.lower() for state in states):
        return False
    if http_status == 429:
        return True
    return (http_status == 406 or http_status < 300) and _is_microsoft(vendor_of(endpoint))


def _is_microsoft(of: Vendor | None) -> bool:
    return of is not None and of.name == "Microsoft"


def _host(endpoint: str) -> str:
    try:
        return urlsplit(endpoint).hostname or endpoint
    except ValueError:  # it is not a URL at all
        return endpoint


@lru_cache(maxsize=1024)  # very many endpoints are at very few services
def _vendor_of_host(host: str) -> Vendor | None:
    of = (vendor for vendor in VENDORS for domain in vendor.domains if host.endswith(f".{domain}"))
    return next(of, None)
