"""The headers of a push request (RFC 8030 section 5)."""

from __future__ import annotations

from collections.abc import Mapping


def encrypted_headers(body: bytes, delivery: Mapping[str, str], authorization: str) -> dict[str, str]:
    """Return the headers for a body that is encrypted already, or empty for a push without data."""
    headers = {"Authorization": authorization, **delivery}
    if body:
        headers |= {"Content-Encoding": "aes128gcm", "Content-Type": "application/octet-stream"}
    return headers
