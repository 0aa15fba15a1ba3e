"""What the site was built with, since a fix is written where its source is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

SetUp = Literal["pwagen", "vite", "workbox", "angular", "next", "plain"]
"""``vite`` is vite-plugin-pwa, ``angular`` its own worker (ngsw), ``next`` next-pwa or Serwist in Next;
``plain`` is files that are written by hand, or by a tool that isn't known."""

# What each tool leaves in its output, the most telling first.
_SIGNS: tuple[tuple[SetUp, re.Pattern[str]], ...] = (
    ("pwagen", re.compile(r"\bmade by pwagen\b", re.IGNORECASE)),
    ("angular", re.compile(r"\bngsw\b|NGSW")),
    ("next", re.compile(r"/_next/static/")),
    ("vite", re.compile(r"vite-plugin-pwa|virtual:pwa-register|\bregisterSW\.js\b")),
    ("workbox", re.compile(r"\bworkbox\b|\bserwist\b", re.IGNORECASE)),
)


# The script of a page that Vite has built: its worker of Workbox comes from vite-plugin-pwa.
_VITE_PAGE = re.compile(
    r"<script type=\"module\" crossorigin src=\"[^\">]{1,500}[.-][\w-]{8}\.js\"></script>"
)


def set_up_of(texts: Iterable[str]) -> SetUp:
    """Return what built the site, by the texts of its worker, start page and registration script."""
    whole = "\n".join(texts)
    set_up: SetUp = next((set_up for set_up, sign in _SIGNS if sign.search(whole)), "plain")
    return "vite" if set_up == "workbox" and _VITE_PAGE.search(whole) else set_up
