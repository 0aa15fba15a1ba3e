"""Code that registers a service worker."""

from __future__ import annotations

import re

from pwagen.site.precache import PAGE_SUFFIXES

_REGISTER = re.compile(rb"serviceWorker\s*(?:\?\.|\.)\s*register\s*\(")
_INLINE_SCRIPT = re.compile(rb"<script[^>]*>(.*?)</script", re.IGNORECASE | re.DOTALL)

_SCRIPTS = (".js", ".mjs")
_WITH_SCRIPTS = (*_SCRIPTS, *PAGE_SUFFIXES)


def registers_worker(path: str, content: bytes) -> bool:
    """Tell whether a script, or a script inside a page, registers a service worker.

    What a page merely shows, as documentation does, doesn't count.
    """
    if not path.lower().endswith(_WITH_SCRIPTS) or b"serviceWorker" not in content:
        return False
    if path.endswith(_SCRIPTS):
        return _REGISTER.search(content) is not None
    return any(_REGISTER.search(script) for script in _INLINE_SCRIPT.findall(content))
