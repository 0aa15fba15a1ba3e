"""Private keys that lie where everybody can fetch them."""

from __future__ import annotations

import re

# What a key is called where people keep one. Pages and scripts are not among them: documentation about
# keys shows some.
SUFFIXES = (".pem", ".key", ".p8", ".pk8", ".der", ".jwk", ".json", ".env")
LIMIT = 64 << 10  # bytes: a key file is small, a search index is not

_BASE64URL_32_BYTES = rb"[A-Za-z0-9_+/-]{43}=?"
_KINDS = (
    ("a private key in PEM form", re.compile(rb"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----")),
    # RFC 7518 section 6.2.2: d is what makes an elliptic curve key private.
    (
        "a private key in JWK form",
        re.compile(rb'\{(?=[^{}]*"kty"\s*:\s*"EC")(?=[^{}]*"d"\s*:\s*"' + _BASE64URL_32_BYTES + rb'")'),
    ),
    (
        "a VAPID private key",
        re.compile(
            rb'(?i)private[_-]?key["\']?\s*[:=]\s*["\']?' + _BASE64URL_32_BYTES + rb"(?![A-Za-z0-9_+/-])"
        ),
    ),
    # RFC 5915 ECPrivateKey and RFC 5208 PrivateKeyInfo of a P-256 key, both in DER.
    (
        "a private key in DER form",
        re.compile(
            rb"\A0[\x70-\x7f]\x02\x01\x01\x04\x20|\A0\x81[\x40-\xff]\x02\x01\x00\x30\x13\x06\x07\x2a\x86\x48\xce\x3d"
        ),
    ),
)


def may_hold_key(path: str, size: int) -> bool:
    """Tell from a file's name and its size in bytes whether it should be looked into."""
    if not 0 < size <= LIMIT:
        return False
    return path.endswith(SUFFIXES) or (".env" in path and path.rpartition("/")[2].startswith(".env"))


def private_key_in(content: bytes) -> str | None:
    """Return what kind of private key a file holds, None if it holds none."""
    return next((kind for kind, pattern in _KINDS if pattern.search(content)), None)
