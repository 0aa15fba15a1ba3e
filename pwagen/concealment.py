"""What looks like key material, and text without it: no message shows any, wherever it came from."""

from __future__ import annotations

import re
from itertools import pairwise
from math import log2

LENGTH = 43  # characters of 32 bytes in base64
INSTEAD = "[not shown: it may be a private key]"

# Kinds of characters: small letters, capitals, digits, others. How often each is in random base64.
_RANDOM = (26 / 64, 26 / 64, 10 / 64, 2 / 64)
# In names and sentences without spaces: how often each kind is followed by each.
_WORDS = (
    (0.86, 0.06, 0.03, 0.05),
    (0.70, 0.22, 0.03, 0.05),
    (0.35, 0.10, 0.50, 0.05),
    (0.70, 0.15, 0.10, 0.05),
)
_BITS = tuple(tuple(log2(_RANDOM[b] / row[b]) for b in range(4)) for row in _WORDS)
# Bits of evidence: random text has 29 on average, and fewer than these in 3 of 100,000 cases.
_ENOUGH = -8
# Of 256 bits in base64 the last character holds four, so it is one of 16 (RFC 4648, section 3.5).
_LAST = frozenset("AEIMQUYcgkosw048")
_RUN = re.compile(r"[A-Za-z0-9+/_-]{43,}")
_BASE64URL = re.compile(r"[A-Za-z0-9_-]{43,}")
_BASE64 = re.compile(r"[A-Za-z0-9+/]{43,}")
_HEXADECIMAL = re.compile(r"(?<![0-9A-Fa-f])(?:[0-9A-Fa-f]{2}[:\s]?){31}[0-9A-Fa-f]{2}(?![0-9A-Fa-f])")
_PEM = re.compile(r"(?s)(-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----).*?(-----END|\Z)")
_PUBLIC_LENGTHS = (87, 88)


def looks_random(text: str) -> bool:
    """Tell whether 43 characters of base64 may be 32 random bytes, rather than words.

    By the likelihood ratio of the kinds of characters in it, one after the other.
    """
    kinds = [_kind(character) for character in text]
    if kinds.count(0) < 3:  # LIKE_THIS; less than one random text in a million is
        return False
    return sum(_BITS[one][other] for one, other in pairwise(kinds)) >= _ENOUGH


def _kind(character: str) -> int:
    if "a" <= character <= "z":
        return 0
    return 1 if "A" <= character <= "Z" else 2 if "0" <= character <= "9" else 3


def is_canonical(text: str) -> bool:
    """Tell whether the last of 43 characters of base64 is one that 32 bytes end with."""
    return text[LENGTH - 1] in _LAST


def without_keys(text: str) -> str:
    """Return a text with everything left out that may be key material; public keys stay."""
    if len(text) < LENGTH:
        return text
    text = _PEM.sub(rf"\1 {INSTEAD} \2", text)
    text = _HEXADECIMAL.sub(INSTEAD, text)
    return _RUN.sub(_without_secrets, text)


def _without_secrets(match: re.Match[str]) -> str:
    run = match[0]
    if len(run) in _PUBLIC_LENGTHS and run.startswith("B"):
        return run
    for pattern in (_BASE64URL, _BASE64):
        run = pattern.sub(_instead, run)
    return run


def _instead(match: re.Match[str]) -> str:
    run = match[0]
    return INSTEAD if looks_random(run[:LENGTH]) or looks_random(run[-LENGTH:]) else run
