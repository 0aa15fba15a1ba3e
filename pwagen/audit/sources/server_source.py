"""A running site as the source of an audit: what its server answers, and nothing of any other host."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from html import unescape
from urllib.parse import urldefrag, urljoin, urlsplit

from pwagen.audit.sources.http_request import (
    LARGEST,
    CertificateError,
    HttpAnswer,
    NoAnswerInTimeError,
    RequestFailedError,
    get,
    is_named_private,
)
from pwagen.audit.sources.source import Resource
from pwagen.push.transport.endpoints import is_public
from pwagen.testing.site_server.addresses import encoded_path, encoded_query

MOST_PAGES = 40
"""Pages that are looked at, in the order of links from the start page."""
_MOST_REDIRECTS = 10
_AT_ONCE = 6
_MOST_LATE = 12
"""Answers that are waited for in vain; a server that is late more often isn't asked any more."""
_SECONDS = 10.0
_LINK = re.compile(
    r"""<(a|link|script)\b[^>]{0,2000}?\b(?:href|src)\s*=\s*["']?([^"'\s>]{1,2000})""", re.IGNORECASE
)
_REDIRECTS = frozenset([301, 302, 303, 307, 308])


@dataclass(frozen=True)
class Fault:
    """What went wrong with an address. ``kind`` is certificate, redirects, elsewhere or failed."""

    url: str
    kind: str
    message: str


@dataclass
class ServerSource:
    """The site at ``url``, as its server answers. ``may_be_private`` allows addresses that aren't public.

    ``faults`` is what went wrong so far. Answers are not kept here: `AuditedSite` does that.
    """

    url: str
    may_be_private: bool = False
    faults: list[Fault] = field(default_factory=list)
    answers_with_headers: bool = True
    on_https: str = ""
    """Where this site was redirected to, if that is the same host on https."""
    _verify: bool = True
    _late: int = 0
    _unasked: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Write the address as browsers do, and allow what the user names."""
        self.url = _as_browsers_write(self.url)
        parts = urlsplit(self.url)
        self.may_be_private |= is_named_private(parts.hostname or "")
        self._origin = f"{parts.scheme}://{parts.netloc}"
        self._answers: dict[str, Resource | None] = {}

    @property
    def root(self) -> str:
        """The folder of the start page."""
        return urljoin(self.url, "./")

    @cached_property
    def _crawled(self) -> tuple[list[str], list[str]]:
        """Return the addresses of pages and of scripts, by following links from the start page."""
        pages, scripts = list[str](), dict[str, None]()
        pending, seen = deque([self.url]), {self.url}
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            while pending and len(pages) < MOST_PAGES:
                batch = [pending.popleft() for _ in range(min(_AT_ONCE, len(pending)))]
                for address, resource in zip(batch, pool.map(self.get, batch), strict=True):
                    if not resource or not _is_page(resource) or len(pages) == MOST_PAGES:
                        continue
                    pages.append(address)
                    for tag, link in _links(resource):
                        if not link.startswith(f"{self._origin}/"):
                            continue
                        if tag == "script":
                            scripts[link] = None
                        elif tag == "a" and link not in seen and link.startswith(self.root):
                            seen.add(link)
                            pending.append(link)
            list(pool.map(self.get, scripts))
        return pages, list(scripts)

    def paths(self) -> Sequence[str]:
        """Return the addresses of the pages and scripts that are linked, as URLs."""
        pages, scripts = self._crawled
        return [*pages, *scripts]

    def pages(self) -> Sequence[str]:
        """Return the addresses of the pages, the start page first."""
        return self._crawled[0]

    def size(self, path: str) -> int:
        """Return the size of an answer in bytes."""
        resource = self.get(path)
        return len(resource.content) if resource else 0

    def get(self, url: str) -> Resource | None:
        """Return what the server answers, after its redirects; None without an answer, or for another host.

        An answer of 404 or 410 is None, too.
        """
        if url not in self._answers:
            self._answers[url] = self._fetched(url)
        return self._answers[url]

    def why_not(self, url: str) -> str:
        """Return why there was no answer at all from an address, empty if there was one."""
        return next(
            (fault.message for fault in self.faults if fault.url == url and fault.kind == "failed"), ""
        )

    def is_unanswered(self, url: str) -> bool:
        """Whether there was no answer from an address, or none was waited for any more."""
        return url in self._unasked or bool(self.why_not(url))

    def leads_elsewhere(self, url: str) -> bool:
        """Whether an address was redirected to another host, which isn't asked."""
        return any(fault.url == urldefrag(url).url and fault.kind == "elsewhere" for fault in self.faults)

    def _fetched(self, url: str) -> Resource | None:
        address, redirects, has_cookie = urldefrag(url).url, list[str](), False
        while True:
            if not f"{address}/".startswith(f"{self._origin}/"):
                if redirects:
                    self._fault(url, "elsewhere", f"redirects to {address}, which is {self._other(address)}")
                return None
            answer = self._answer(address)
            if answer is None:
                return None
            location = answer.headers.get("location")
            if answer.status not in _REDIRECTS or not location:
                break
            redirects.append(address)
            has_cookie |= "set-cookie" in answer.headers
            if len(redirects) > _MOST_REDIRECTS:
                cookies = ", and sets a cookie, which is not sent back" if has_cookie else ""
                self._fault(url, "redirects", f"redirects more than {_MOST_REDIRECTS} times{cookies}")
                return None
            try:
                address = _as_browsers_write(urldefrag(urljoin(address, location)).url)
            except ValueError:
                self._fault(url, "redirects", "redirects to what is not a URL")
                return None
        if answer.status in (404, 410):
            return None
        if len(answer.content) >= LARGEST and "html" in answer.headers.get("content-type", ""):
            self._fault(url, "failed", f"the page has more than {LARGEST >> 20} MiB")
            return None
        return Resource(address, address, answer.content, answer.status, answer.headers, tuple(redirects))

    def _answer(self, url: str) -> HttpAnswer | None:
        if self._late >= _MOST_LATE:
            self._unasked.add(url)
            return None
        try:
            return get(url, may_connect=self._may_connect, seconds=_SECONDS, verify=self._verify)
        except CertificateError as error:
            self._fault(url, "certificate", str(error))
            # What else is wrong is worth knowing, too; nothing is sent but the question for public files.
            self._verify = False
            return self._answer(url)
        except NoAnswerInTimeError as error:
            self._late += 1
            self._fault(url, "failed", str(error))
            return None
        except RequestFailedError as error:
            self._fault(url, "failed", str(error))
            return None

    def _other(self, address: str) -> str:
        """Return what another address is to this site, and take notice of its own on https."""
        own, other = urlsplit(self._origin), urlsplit(address)
        if own.hostname != other.hostname:
            return "another host"
        if (own.scheme, other.scheme) == ("http", "https"):
            self.on_https = address
        return "another origin of this host"

    def _may_connect(self, address: str) -> bool:
        return self.may_be_private or is_public(address)

    def _fault(self, url: str, kind: str, message: str) -> None:
        self.faults.append(Fault(url, kind, message))


def _as_browsers_write(url: str) -> str:
    """Return a URL with its path and query percent-encoded, and a host of other letters as IDNA has it.

    Raises:
        ValueError: it is no URL.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https"):
        return url
    path, query = encoded_path(parts.path) or "/", encoded_query(parts.query)
    authority = parts.netloc if parts.netloc.isascii() else parts.netloc.encode("idna").decode()
    return f"{parts.scheme}://{authority}{path}" + (f"?{query}" if query else "")


def _is_page(resource: Resource) -> bool:
    return resource.status < 400 and "html" in (resource.headers or {}).get("content-type", "")


def _links(resource: Resource) -> list[tuple[str, str]]:
    links = []
    for tag, address in _LINK.findall(resource.text):
        try:
            links.append((tag.lower(), urldefrag(urljoin(resource.url, unescape(address))).url))
        except ValueError:
            continue
    return links
