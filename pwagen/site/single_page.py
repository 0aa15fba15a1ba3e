"""Whether a site is an application of one page, as Vite, Angular and the like make them."""

from __future__ import annotations

import re
from itertools import islice
from pathlib import Path

from pwagen.errors import PwagenError
from pwagen.names import OWN_SCRIPT
from pwagen.site.page_facts import PageFacts
from pwagen.site.precache import START_PAGE, is_page
from pwagen.site.walk import File, walk

_MOST_FILES = 20_000
# Hosts show these in place of others; they are no pages of the application.
_STAND_INS = frozenset([START_PAGE, "404.html", "200.html", "50x.html", "offline.html"])
# Scripts fill this element: that of React, Vue and Svelte by its id, that of Angular by its name.
_ROOT = re.compile(
    r"""<(?:(?:div|main)\b[^<>]*\bid\s*=\s*["']?(?:root|app|svelte|q-app|__next|__nuxt)\b[^<>]*"""
    r"""|app-root\b[^<>]*)>\s*(?:<!--[^<>]*-->\s*)?</(?:div|main|app-root)\s*>""",
    re.IGNORECASE,
)
_MODULE = re.compile(r"""<script\b[^<>]*\btype\s*=\s*["']?module\b""", re.IGNORECASE)
# main.3f9ac21b.js, index-BxYz12Ab.js
_HASHED = re.compile(r"[.-](?:[0-9a-f]{8,}|[\w-]{8})\.m?js$")


def is_single_page_app(site: Path, html: str, page: PageFacts) -> bool:
    """Tell whether the start page is all that there is: an empty element, and scripts that fill it."""
    if not _ROOT.search(html):
        return False
    own = [source for source in page.scripts if not source.endswith(OWN_SCRIPT)]
    if not own or not (_MODULE.search(html) or any(map(_HASHED.search, own))):
        return False
    try:
        files = [file.path for file in islice(walk(site), _MOST_FILES) if isinstance(file, File)]
    except PwagenError:
        return False
    return not any(is_page(path) and path not in _STAND_INS for path in files)
