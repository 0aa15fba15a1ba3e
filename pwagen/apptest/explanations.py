"""What stood in the way, and what to write: policies, headers, the browser's error ids. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from pwagen.testing.chromium.browser_problems import BrowserProblem

_CONNECT_SRC = re.compile(
    r"violates the following Content Security Policy directive: \"((?:connect-src|default-src)[^\"]*)\""
)
_FETCHES = re.compile(r"^(?:Connecting to|Refused to connect to) ")

CONNECT_SRC = "add “connect-src 'self'” to the Content-Security-Policy that the worker's script is sent with"

PERSONAL = (
    "write in pwagen.yaml, under offline: routes: [{match: …, strategy: network-first, personal: true}] - "
    "such pages are kept apart, and dropped at sign-out"
)
SENDS_NO_STORE = "send the page without “no-store”, or leave it to the network"

# As in isStorable of templates/worker/storage.js.
_REFUSED_VARY = re.compile(r"\*|cookie|authorization", re.IGNORECASE)
_REFUSED_CONTROL = re.compile(r"no-store|private", re.IGNORECASE)

# https://source.chromium.org/chromium/chromium/src/+/main:components/webapps/browser/installable/installable_logging.cc
_NO_ICON = "icons: {source: logo.svg}, a picture of at least 512 × 512 pixels or an SVG"
_INSTALLABLE = {
    "manifest-missing-suitable-icon": _NO_ICON,
    "no-acceptable-icon": _NO_ICON,
    "cannot-download-icon": _NO_ICON,
    "no-icon-available": _NO_ICON,
    "manifest-missing-name-or-short-name": "app: {name: …}",
    "start-url-not-valid": "app: {start_url: ./}, a page of the site",
    "manifest-display-not-supported": "app: {display: standalone}",
    "manifest-display-override-not-supported": "app: {display: standalone}",
}


def forbidding_directive(problems: Iterable[BrowserProblem]) -> str:
    """Return the directive by which a policy keeps a worker from fetching; empty if none has."""
    for problem in problems:
        violation = _CONNECT_SRC.search(problem.text)
        if violation and problem.kind.startswith("worker") and _FETCHES.search(problem.text):
            return violation[1].strip()
    return ""


def header_in_the_way(headers: Mapping[str, str]) -> tuple[str, str]:
    """Return the header for which pwagen's worker stores no such answer, and what to write; empty if none.

    ``headers`` has names in lower case.
    """
    vary, control = headers.get("vary", ""), headers.get("cache-control", "")
    if "no-store" in control.lower():
        return f"Cache-Control: {control}", SENDS_NO_STORE
    if _REFUSED_VARY.search(vary):
        return f"Vary: {vary}", PERSONAL
    if _REFUSED_CONTROL.search(control):
        return f"Cache-Control: {control}", PERSONAL
    return "", ""


def install_hint(error_ids: Iterable[str]) -> str:
    """Return what to write in pwagen.yaml for an app to be installable, by Chromium's error ids."""
    members = dict.fromkeys(_INSTALLABLE[error] for error in error_ids if error in _INSTALLABLE)
    return f"write in pwagen.yaml: {'; '.join(members)}" if members else ""
