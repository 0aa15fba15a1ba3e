"""Base64 with the URL-safe alphabet and no padding (RFC 4648 section 5, RFC 7515 section 2)."""

from __future__ import annotations

import base64
import binascii
import re

# As text: `re` compiles it at the first decoding, which most commands have none of.
_EITHER_ALPHABET = r"(?:[A-Za-z0-9_-]*|[A-Za-z0-9+/]*)={0,2}"


def encode(data: bytes) -> str:
    """Return `data` as base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def decode(text: str) -> bytes:
    """Return the bytes of base64url or standard base64, padded or not.

    Raises ValueError for other characters, white space included, for the two alphabets mixed, and for
    an impossible length.
    """
    if not re.fullmatch(_EITHER_ALPHABET, text):
        raise ValueError("not base64url")
    bare = text.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(bare + "=" * (-len(bare) % 4))
    except binascii.Error:
        raise ValueError("not base64url") from None
