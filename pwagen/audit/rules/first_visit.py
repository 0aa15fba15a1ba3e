"""What the first visit costs."""

from __future__ import annotations

from collections.abc import Iterator

from pwagen.audit.audited_site import AuditedSite
from pwagen.audit.finding import Evidence, Location
from pwagen.audit.precached_files import precached, precached_by_pwagen
from pwagen.audit.rule import rule

_MEGABYTE = 1_000_000
_MOST = 10 * _MEGABYTE
"""Bytes of a first visit. A phone with 10 Mbit/s loads that for eight seconds, beside the page itself."""
_MOST_OF_A_FILE = 5 * _MEGABYTE
_NAMED = 5
"""Files that are named of a list."""


@rule(
    "publish-first-visit",
    "warning",
    "The worker's installation loads no more than 10 MB",
    why="Everybody who sees one page loads the whole list, on a phone's data plan as well, and with each new"
    " version what has changed of it. Where it is cut off or the disk is full, the installation fails.",
    source="https://developer.chrome.com/docs/workbox/precaching-dos-and-donts",
    fix={
        "pwagen": "leave large files out of offline.precache in pwagen.yaml: they are stored when they are"
        " asked for, by offline.routes",
        "vite": "take them out by workbox.globIgnores, and store them by workbox.runtimeCaching",
        "workbox": "take them out by globIgnores, and store them by runtimeCaching",
        "angular": 'put them into an asset group of their own with "installMode": "lazy" in ngsw-config.json',
        "plain": "take large files out of the list, and put them into a cache when they are asked for",
    },
    bad={
        "sw.js#more": 'self.oninstall = (event) =>\n  event.waitUntil(caches.open("bakery-3").then((cache) =>'
        ' cache.addAll(["film.mp4"])));',
        "film.mp4#size": "11000000",
    },
    good={"film.mp4#size": "11000000"},
)
def size(site: AuditedSite) -> Iterator[Evidence]:
    """Add up the files of each worker, each once."""
    stored: dict[str, dict[str, tuple[int, str, Location]]] = {}
    for worker, files in (*precached(site), *precached_by_pwagen(site)):
        sizes = stored.setdefault(worker.resource.url, {})
        for file in files:
            resource = None if file.lazy else site.get(file.address, worker.resource.url)
            if resource:
                sizes[resource.url] = (len(resource.content), file.address, file.where)
    for sizes in stored.values():
        largest = sorted(sizes.values(), key=lambda item: (-item[0], item[1]))
        total = sum(length for length, *_ in largest)
        if total > _MOST:
            names = ", ".join(f"{address} ({_text(length)})" for length, address, _ in largest[:_NAMED])
            message = f"{len(largest)} files with {_text(total)} are loaded at installation; the largest:"
            yield Evidence(largest[0][2], f"{message} {names}")
            continue
        for length, address, where in largest:
            if length > _MOST_OF_A_FILE:
                yield Evidence(where, f"{address} has {_text(length)}, and is loaded at installation")


def _text(size: int) -> str:
    return f"{size / _MEGABYTE:.1f} MB"
