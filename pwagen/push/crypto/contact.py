"""The contact that a push service finds in each token (RFC 8292 section 2.1)."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from pwagen.errors import PwagenError

# Names that nobody can be reached at. Apple answers 403 BadJwtToken to them.
_RESERVED = (
    *(
        "localhost",
        "invalid",
        "test",
        "example",
        "example.com",
        "example.net",
        "example.org",
    ),  # RFC 2606, 6761
    *("local", "internal", "lan", "home.arpa"),  # inside a network: RFC 6762, ICANN, custom, RFC 8375
    "your.domain",  # what pwagen itself writes as an example
)
_ADDRESS = re.compile(r"[^@\s<>,:;]+@([^@\s<>,:;]+)")
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?:[a-z]{2,}|xn--[a-z0-9-]+)", re.IGNORECASE)


class ContactError(PwagenError):
    """A contact that push services refuse."""


def checked_contact(subject: str) -> str:
    """Return `subject` if every push service takes it; raises SubjectError with what to write.

    The rules are Apple's, the strictest: a mailto: address or an https: URL at a real domain.
    """
    if subject.startswith("mailto:"):
        match = _ADDRESS.fullmatch(subject.removeprefix("mailto:"))
        host = match[1] if match else ""
    elif subject.startswith("https://") and not re.search(r"[\s<>]", subject):
        host = _url_host(subject)
    else:
        raise ContactError(_wrong_form(subject))
    if not host:
        raise ContactError(_wrong_form(subject))
    if not _DOMAIN.fullmatch(host) or host.lower().endswith(tuple("." + name for name in _RESERVED)):
        raise ContactError(_unreachable(subject, host))
    if host.lower() in _RESERVED:
        raise ContactError(_unreachable(subject, host))
    return subject


def _url_host(subject: str) -> str:
    try:
        return urlsplit(subject).hostname or ""
    except ValueError:
        return ""


def _wrong_form(subject: str) -> str:
    if _ADDRESS.fullmatch(subject):
        return f"the VAPID subject {subject!r} is a bare address - write 'mailto:{subject}'"
    if subject.startswith("http:"):
        return f"the VAPID subject {subject!r} is not https - write 'https:{subject[5:]}'"
    return (
        f"the VAPID subject {subject!r} is not a contact - write 'mailto:' and an address of yours "
        "without spaces or brackets, or an https: URL"
    )


def _unreachable(subject: str, host: str) -> str:
    return (
        f"the VAPID subject {subject!r} is at {host!r}, where nobody can be reached; Apple refuses it "
        "with 403 BadJwtToken - write a mailto: address at a real domain of yours"
    )
