"""Addresses as browsers write them: only then can what was asked for be compared with what was meant."""

from __future__ import annotations

from urllib.parse import quote

# What they leave alone, https://url.spec.whatwg.org/#path-percent-encode-set; what is encoded stays as it is.
_UNCHANGED = "/%:@!$&'()*+,;=~|[]"


def encoded_path(path: str) -> str:
    """Return a URL's path with spaces, letters beyond ASCII, ``?`` and ``#`` percent-encoded."""
    return quote(path, safe=_UNCHANGED)


def encoded_query(query: str) -> str:
    """Return the part of a URL after its first ``?``, percent-encoded."""
    return quote(query, safe=_UNCHANGED + "?")
