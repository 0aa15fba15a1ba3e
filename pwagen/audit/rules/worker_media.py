"""That films and sounds that a worker stores can be played."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pwagen.audit.audited_site import AuditedSite, AuditedWorker
from pwagen.audit.finding import Evidence
from pwagen.audit.precached_files import precached
from pwagen.audit.rule import rule

_PLAYED = re.compile(
    r"""<(?:video|audio|source)\b[^>]{0,2000}?\ssrc\s*=\s*["']?([^"'\s>]{1,2000})""", re.IGNORECASE
)
_LISTED = (
    'self.oninstall = (event) =>\n  event.waitUntil(caches.open("bakery-3").then((cache) =>'
    ' cache.addAll(["bell.mp3"])));'
)
_PAGE = '<!doctype html>\n<html lang="en"><head><title>Bakery</title></head>\n<body>%s</body></html>'


@rule(
    "worker-answers-ranges",
    "warning",
    "Stored films and sounds are answered by ranges",
    why="Players ask for a range of a file at a time. Safari plays nothing where the worker answers such a"
    " request with the whole file and status 200, and other browsers can't jump in it.",
    source="https://developer.chrome.com/docs/workbox/serving-cached-audio-and-video",
    fix={
        "vite": "leave the file out by workbox.globIgnores, and give it an entry in workbox.runtimeCaching"
        " with options: { rangeRequests: true }",
        "workbox": "leave the file out by globIgnores, and give it an entry in runtimeCaching with options:"
        " { rangeRequests: true }",
        "plain": 'if (event.request.headers.has("range")) return; as the first line of the listener of fetch,'
        " or answer with the part that is asked for and status 206",
    },
    bad={
        "sw.js#more": _LISTED,
        "bell.mp3#size": "3000",
        "about/index.html": _PAGE % '<audio src="../bell.mp3">',
    },
    good={
        "sw.js#more": _LISTED + '\nself.addEventListener("fetch", (event) => {\n'
        '  if (event.request.headers.has("range")) event.stopImmediatePropagation();\n});',
        "bell.mp3#size": "3000",
        "about/index.html": _PAGE % '<audio src="../bell.mp3">',
    },
)
def answers_ranges(site: AuditedSite) -> Iterator[Evidence]:
    """Look for stored files that an element of a page plays, in workers that never speak of ranges."""
    played: set[str] | None = None
    for worker, files in precached(site):
        if "ngsw" in worker.resource.path or not _answers_whole_files(worker):
            continue
        played = _played(site) if played is None else played
        for file in files:
            resource = site.get(file.address, worker.resource.url) if played else None
            if resource and resource.url in played:
                message = f"{file.address} is played in a page, and answered whole from the cache"
                yield Evidence(file.where, message)


def _answers_whole_files(worker: AuditedWorker) -> bool:
    """Return whether a worker answers from its cache, by scripts that are all here, without any ranges."""
    code = worker.code
    routes = next(code.calls_of("precacheAndRoute", "addRoute"), None)
    if any("range" in program.text.lower() for program in worker.programs) or not code.complete:
        return False
    choosing = ("destination", "headers", "includes", "test", "pathname", "endsWith", "has")
    reaches = [code.reach(handler) for handler in code.handlers("fetch")]
    answers = any(reach.mentions("match") and reach.mentions("respondWith") for reach in reaches)
    chooses = any(reach.opaque or reach.mentions(*choosing) for reach in reaches)
    return bool(routes) or (answers and not chooses)


def _played(site: AuditedSite) -> set[str]:
    """Return the addresses of the site's files that elements of its pages play."""
    resources = (
        site.get(address, page.base) for page in site.pages for address in _PLAYED.findall(page.resource.text)
    )
    return {resource.url for resource in resources if resource}
