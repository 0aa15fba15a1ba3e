"""Minification of scripts."""

from __future__ import annotations

# Other versions may give other bytes, and builds are compared byte for byte. The same as in pyproject.toml.
MINIFIER = "tdewolff-minify 2.24.12"


def minified(text: str) -> str:
    """Return a script minified; shortened names are safe because no other script uses them."""
    from minify import string

    small: str = string("application/javascript", text)
    return small
