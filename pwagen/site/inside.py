"""Reading files of a user's folder: never outside of it, never beyond a size limit."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CHARSET = re.compile(rb"""<meta\b[^>]{0,200}?\bcharset\s*=\s*["']?([\w.:-]{1,40})""", re.IGNORECASE)


def is_inside(root: Path, path: Path) -> bool:
    """Return whether ``path``, links followed, is a regular file below ``root``."""
    try:
        return path.is_file() and path.resolve().is_relative_to(root.resolve())
    except (OSError, ValueError, RuntimeError):  # too long, a null byte, links in a circle
        return False


def read_inside(root: Path, path: Path, limit: int) -> bytes:
    """Return the first ``limit`` bytes of a regular file below ``root``, empty for anything else."""
    if not is_inside(root, path):
        return b""
    try:
        with path.open("rb") as file:
            return file.read(limit)
    except OSError:
        return b""


def decoded(content: bytes) -> str:
    """Return a page's text, by its byte order mark, its ``<meta charset>``, or as UTF-8; never raises."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content.decode(encoding, "replace")
    declared = _CHARSET.search(content[:1024])
    # https://encoding.spec.whatwg.org/#names-and-labels: what calls itself Latin-1 or ASCII is windows-1252.
    name = declared[1].decode().lower() if declared else "utf-8"
    encoding = {"iso-8859-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252"}.get(name, name)
    try:
        return content.decode(encoding, "replace")
    except (LookupError, ValueError):
        return content.decode("utf-8", "replace")
