"""What a server means for one user alone, or for nobody to keep, and the worker stores all the same."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pwagen.audit.audited_site import AuditedSite, AuditedWorker
from pwagen.audit.finding import Evidence
from pwagen.audit.precached_files import precached, precached_by_pwagen
from pwagen.audit.rule import rule
from pwagen.audit.sources.source import Resource
from pwagen.audit.stored_answers import answers_stored_unseen
from pwagen.binding.words import quote

_NOT_TO_KEEP = ("private", "no-store")
# Load balancers and guards against robots set these with every answer, whoever asks.
_OF_PROXIES = re.compile(
    r"AWSALB|AWSELB|__cf|_cfuvid|cf_clearance|ARRAffinity|BIGip|SERVERID|ROUTEID|incap_ses|visid_incap|nlbi_"
    r"|ak_bmsc|bm_",
    re.IGNORECASE,
)
_COOKIE = re.compile(r"(?:^|,\s*)([^=;,\s]+)=")
_OF_USERS = re.compile(r"html|json|xml", re.IGNORECASE)
_MOST = 10
"""Addresses that are reported of one list."""
_MOST_ASKED = 200
"""Addresses of one list that the server is asked for."""


@rule(
    "server-stored-private",
    "warning",
    "The worker stores no answer that the server means for one user",
    why="A worker's cache doesn't heed Cache-Control or cookies: what the server marks as private, or sends"
    " with a session, is still there after signing out, and is shown to whoever uses the device next.",
    source="https://www.rfc-editor.org/rfc/rfc9111#section-5.2.2.7",
    fix={
        "pwagen": "offline: {exclude: […]} in pwagen.yaml; if everybody gets the same, send Cache-Control:"
        " no-cache alone, and no cookie",
        "plain": "take it out of the list, or look at Cache-Control before cache.put(); if everybody gets the"
        " same, send Cache-Control: no-cache alone, and no cookie",
    },
    bad={"about/index.html#answer": "HTTP/1.1 200 OK\nCache-Control: private, max-age=0"},
    good={"about/index.html#answer": "HTTP/1.1 200 OK\nCache-Control: no-cache"},
)
def private(site: AuditedSite) -> Iterator[Evidence]:
    """Look at the answers for what is stored at installation, and for pages where all of them are stored."""
    if not site.has_server:
        return
    for worker, entries in (*precached(site), *precached_by_pwagen(site)):
        reported = 0
        for where, address, *_ in entries[:_MOST_ASKED]:
            mark = _mark_of(site, worker, address) if reported < _MOST else ""
            if mark:
                reported += 1
                yield Evidence(where, f"{quote(address)} is stored at installation, and is sent with {mark}")
    for _, where in answers_stored_unseen(site):
        pages = ((page.resource.url, _mark(page.resource)) for page in site.pages)
        url, mark = next(((url, mark) for url, mark in pages if mark), ("", ""))
        if mark:
            yield Evidence(where, f"every page is stored, also {url}, which is sent with {mark}")


def _mark_of(site: AuditedSite, worker: AuditedWorker, address: str) -> str:
    base = worker.resource.url
    resource = site.get(address, base) if site.is_ours(address, base) else None
    return _mark(resource) if resource and resource.status < 400 else ""


def _mark(resource: Resource) -> str:
    """Return the header by which an answer is for one user, or for nobody to keep; empty if there is none."""
    headers = resource.headers or {}
    words = {word.partition("=")[0].strip() for word in headers.get("cache-control", "").lower().split(",")}
    for word in _NOT_TO_KEEP:
        if word in words:
            return f"Cache-Control: {word}"
    # A cookie beside a picture or a script says nothing about those.
    if not _OF_USERS.search(headers.get("content-type", "")):
        return ""
    names = [name for name in _COOKIE.findall(headers.get("set-cookie", "")) if not _OF_PROXIES.match(name)]
    return f"the cookie {names[0]}" if names else ""
