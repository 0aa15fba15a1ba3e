"""What already makes the site a PWA: a manifest, a service worker."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pwagen.site.address import file_of
from pwagen.site.inside import decoded, is_inside, read_inside
from pwagen.site.lenient_json import read_lenient_json
from pwagen.site.page_facts import PageFacts, registered_workers

_MANIFEST_BYTES = 1 << 20
_SCRIPT_BYTES = 512 * 1024
_MOST_SCRIPTS = 20

_MANIFESTS = (
    "manifest.webmanifest",
    "manifest.json",
    "site.webmanifest",
    "app.webmanifest",
    "static/manifest.json",
)
MANIFEST_SIGNS = frozenset(["name", "short_name", "icons", "start_url", "display"])
_WORKERS = (
    "sw.js", "service-worker.js", "serviceworker.js", "service_worker.js", "serviceWorker.js", "worker.js",
    "ngsw-worker.js", "firebase-messaging-sw.js", "OneSignalSDKWorker.js", "static/sw.js", "js/sw.js",
)  # fmt: skip
_WORKER_CODE = re.compile(
    r"""\b(?:self|addEventListener|importScripts|on(?:fetch|push|install|activate))\b.{0,200}?"""
    r"""\b(?:fetch|install|activate|push|notificationclick|skipWaiting|precache|workbox|importScripts)\b""",
    re.DOTALL,
)
_MADE_BY_PWAGEN = re.compile(r"\bmade by pwagen\b", re.IGNORECASE)


@dataclass(frozen=True)
class ExistingManifest:
    """A web app manifest: its path below the site, the prefix the site is under, and its members.

    ``not_json`` names what it has that JSON does not, such as ``comments``; ``is_linked`` tells whether
    a page links to it.
    """

    path: str
    prefix: str
    members: dict[str, Any] = field(default_factory=dict)
    not_json: tuple[str, ...] = ()
    is_linked: bool = False


@dataclass(frozen=True)
class ExistingWorker:
    """A service worker; ``path`` is below the site, ``by_pwagen`` tells whether pwagen made it.

    ``is_registered`` tells whether a page or a script registers it.
    """

    path: str
    by_pwagen: bool
    is_registered: bool = False


def find_manifest(site: Path, page: PageFacts) -> ExistingManifest | None:
    """Return the manifest that the page links to, else one with a usual name."""
    linked = [*filter(None, (file_of(site, link.href) for link in page.links if "manifest" in link.rel))]
    usual = [(name, "/") for name in _MANIFESTS if is_inside(site, site / name)]
    for path, prefix in [*linked, *usual]:
        members, not_json = _members(decoded(read_inside(site, site / path, _MANIFEST_BYTES)))
        if members:
            return ExistingManifest(path, prefix, members, not_json, (path, prefix) in linked)
    return None


def find_workers(site: Path, page: PageFacts) -> tuple[ExistingWorker, ...]:
    """Return the service workers that the page or its scripts register, and those with a usual name."""
    scripts = [file_of(site, source) for source in page.scripts[:_MOST_SCRIPTS]]
    addresses = list(page.registers)
    for path, _ in filter(None, scripts):
        addresses += registered_workers(decoded(read_inside(site, site / path, _SCRIPT_BYTES)))
    locations = (file_of(site, address) for address in addresses)
    registered = [location[0] for location in locations if location]
    usual = [name for name in _WORKERS if is_inside(site, site / name)]
    workers = []
    for path in dict.fromkeys([*registered, *usual]):
        text = decoded(read_inside(site, site / path, _SCRIPT_BYTES))
        if path in registered or _WORKER_CODE.search(text):
            workers.append(
                ExistingWorker(path, bool(_MADE_BY_PWAGEN.search(text[:2000])), path in registered)
            )
    return tuple(workers)


def _members(text: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    try:
        value, not_json = read_lenient_json(text)
    except (ValueError, RecursionError):
        return {}, ()
    return (value, not_json) if isinstance(value, dict) and MANIFEST_SIGNS & value.keys() else ({}, ())
