"""What a running site's server answers: rules that need its headers say nothing about a folder."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from pwagen.audit.audited_site import AuditedSite
from pwagen.audit.finding import Evidence, Location
from pwagen.audit.rule import rule
from pwagen.audit.rules.head_policy import WORDS
from pwagen.audit.sources.http_request import is_named_private
from pwagen.audit.sources.server_source import ServerSource
from pwagen.audit.sources.source import Resource
from pwagen.inject.page_policy import MANIFEST, WORKER, refusals

_HOSTING_FIX = "set `hosting` in pwagen.yaml: hosting/ of the build then has these settings for your server"
# https://mimesniff.spec.whatwg.org/#javascript-mime-type
_JAVASCRIPT = re.compile(
    r"(?:text|application)/(?:x-)?(?:javascript|ecmascript)\b|text/jscript\b", re.IGNORECASE
)
_JSON = re.compile(r"application/(?:manifest\+)?json\b|text/json\b", re.IGNORECASE)
_AT_ROOT = 'navigator.serviceWorker.register("/static/sw.js", { scope: "/" }).catch(alert);'
_A_DAY = 24 * 3600  # seconds


@rule(
    "server-https",
    "error",
    "The site is on https, with a certificate that browsers trust",
    why="Browsers have service workers, push and installation on https and on this machine alone.",
    source="https://w3c.github.io/webappsec-secure-contexts/",
    fix="serve it on https with a certificate for this host, and redirect http to it",
    bad={"#url": "http://bakery.example/"},
    good={"#url": "http://localhost/"},
)
def https(site: AuditedSite) -> Iterator[Evidence]:
    """Look at the address itself, and at what TLS said about the certificate."""
    if not isinstance(site.source, ServerSource):
        return
    start = site.get(site.source.url)
    address = urlsplit(start.url if start else site.source.url)
    if address.scheme == "http" and not is_named_private(address.hostname or ""):
        yield Evidence(Location(site.source.url), "the site is on http")
    for fault in site.source.faults:
        if fault.kind == "certificate":
            yield Evidence(Location(fault.url), fault.message)


@rule(
    "server-reachable",
    "error",
    "The server answers what pages ask for",
    why="A file that a page of the app names has to come, in seconds, from the app's own host.",
    source="https://fetch.spec.whatwg.org/#http-redirect-fetch",
    fix="mend what the server does with this address, or take the address out of the page",
    bad={"about/index.html#answer": "HTTP/1.1 302 Found\nLocation: /about/"},
    good={"about/index.html#answer": "HTTP/1.1 200 OK"},
)
def reachable(site: AuditedSite) -> Iterator[Evidence]:
    """Report addresses without an end, and a start page that is none."""
    if not isinstance(site.source, ServerSource):
        return
    site.source.paths()
    start = site.get(site.source.url)
    if start is None and not any(fault.url == site.source.url for fault in site.source.faults):
        yield Evidence(Location(site.source.url), "the server has nothing there (404)")
    elif start is not None and start.status >= 400:
        yield Evidence(Location(site.source.url), f"the server answers with status {start.status}")
    elif start is not None and "html" not in _header(start, "content-type"):
        kind = _header(start, "content-type") or "no type"
        yield Evidence(_at(start, "content-type"), f"the start page is not a page, but {kind}")
    faults = site.source.faults
    # What is wrong with the start page is so of all addresses, those that were only guessed included.
    for fault in [fault for fault in faults if fault.url == site.source.url] or faults:
        if fault.kind in ("redirects", "failed") or (
            fault.kind == "elsewhere" and fault.url == site.source.url
        ):
            yield Evidence(Location(fault.url), fault.message)


@rule(
    "server-worker-type",
    "error",
    "The worker is served as JavaScript",
    why="Browsers refuse to register a worker of any other type, such as the page that a server shows "
    "for unknown addresses (create-react-app#8593).",
    source="https://www.w3.org/TR/service-workers/#register-algorithm",
    fix={
        "pwagen": _HOSTING_FIX,
        "plain": "serve the worker's file itself, with Content-Type: text/javascript; charset=utf-8",
    },
    bad={"sw.js#answer": "HTTP/1.1 200 OK\nContent-Type: text/plain"},
    good={"sw.js#answer": "HTTP/1.1 200 OK\nContent-Type: text/javascript"},
)
def worker_type(site: AuditedSite) -> Iterator[Evidence]:
    """Look at the answers for registered workers, those that aren't JavaScript at all included."""
    for resource in _registered(site):
        kind = _header(resource, "content-type")
        if site.has_server and resource.status < 400 and not _JAVASCRIPT.match(kind):
            yield Evidence(
                _at(resource, "content-type"), f"the worker is served as {kind or 'no type at all'}"
            )


@rule(
    "server-worker-redirect",
    "error",
    "The worker comes without a redirect",
    why="A worker's script that is redirected is refused, at registration and at every update.",
    source="https://www.w3.org/TR/service-workers/#update-algorithm",
    fix="register the address that the redirect leads to, or serve the file where it is asked for",
    bad={
        "sw.js#answer": "HTTP/1.1 301 Moved Permanently\nLocation: /worker.js",
        "worker.js": "// the worker",
    },
    good={"sw.js#answer": "HTTP/1.1 200 OK"},
)
def worker_redirect(site: AuditedSite) -> Iterator[Evidence]:
    """Look at how the answers came about."""
    for resource in _registered(site):
        if resource.redirects:
            yield Evidence(Location(resource.redirects[0]), f"the worker is redirected to {resource.url}")


@rule(
    "server-worker-cached",
    "warning",
    "The worker is asked for anew",
    why="A proxy or CDN that keeps the worker's file gives visitors the old build for as long; "
    "browsers themselves keep it for a day at most.",
    source="https://www.w3.org/TR/service-workers/#dom-serviceworkerregistration-updateviacache",
    fix={"pwagen": _HOSTING_FIX, "plain": "send Cache-Control: no-cache with the worker's file"},
    bad={"sw.js#answer": "HTTP/1.1 200 OK\nCache-Control: public, max-age=31536000, immutable"},
    good={"sw.js#answer": "HTTP/1.1 200 OK\nCache-Control: no-cache"},
)
def worker_cached(site: AuditedSite) -> Iterator[Evidence]:
    """Look at Cache-Control of registered workers, and at how long a CDN has had the answer."""
    for resource in _registered(site):
        seconds = _kept_for(resource)
        if seconds > _A_DAY:
            message = (
                f"the worker may be kept for {seconds // _A_DAY} days ({_header(resource, 'cache-control')})"
            )
            yield Evidence(_at(resource, "cache-control"), message)


@rule(
    "server-page-cached",
    "warning",
    "Pages are asked for anew",
    why="A page that browsers keep names the files of an old build, and what it says is as old.",
    source="https://www.rfc-editor.org/rfc/rfc9111#section-5.2.2",
    fix={
        "pwagen": _HOSTING_FIX,
        "plain": "send Cache-Control: no-cache with pages",
    },
    bad={"index.html#answer": "HTTP/1.1 200 OK\nCache-Control: max-age=604800"},
    good={"index.html#answer": "HTTP/1.1 200 OK\nCache-Control: no-cache"},
)
def page_cached(site: AuditedSite) -> Iterator[Evidence]:
    """Look at Cache-Control of the start page."""
    page = site.start_page
    if page and (seconds := _kept_for(page.resource)) > _A_DAY:
        message = f"the start page may be kept for {seconds // _A_DAY} days"
        yield Evidence(_at(page.resource, "cache-control"), message)


@rule(
    "server-worker-scope",
    "error",
    "The server allows the worker's scope",
    why="A worker may have pages above its own folder only if the answer with its script allows it.",
    source="https://www.w3.org/TR/service-workers/#service-worker-allowed",
    fix={
        "pwagen": _HOSTING_FIX,
        "plain": "serve the worker in the folder of its scope, or send Service-Worker-Allowed: SCOPE with it",
    },
    bad={
        "app.js#registration": _AT_ROOT,
        "static/sw.js": "// the worker",
    },
    good={
        "app.js#registration": _AT_ROOT,
        "static/sw.js": "// the worker",
        "static/sw.js#answer": "HTTP/1.1 200 OK\nService-Worker-Allowed: /",
    },
)
def worker_scope(site: AuditedSite) -> Iterator[Evidence]:
    """Compare the scope of each registration with the folder or the header."""
    for worker in site.workers:
        registration, resource = worker.registration, worker.resource
        if not site.has_server or not registration or not registration.scope:
            continue
        allowed = urljoin(resource.url, _header(resource, "service-worker-allowed") or "./")
        if not registration.scope.startswith(allowed):
            scope = urlsplit(registration.scope).path
            path = urlsplit(allowed).path
            message = f"the scope {scope} is above {path}, which is all that {resource.url} may have"
            yield Evidence(registration.where, message)


@rule(
    "server-manifest",
    "error",
    "The manifest comes to who asks without cookies",
    why="Browsers fetch the manifest without cookies, so that behind a log-in it is that page, and no app "
    "can be installed (vikunja#2209).",
    source="https://html.spec.whatwg.org/multipage/links.html#link-type-manifest",
    fix={
        "pwagen": "head: {manifest_crossorigin: use-credentials} in pwagen.yaml, or let everybody have it",
        "plain": '<link rel="manifest" href="…" crossorigin="use-credentials">, or let everybody have it',
    },
    bad={"manifest.json#answer": "HTTP/1.1 401 Unauthorized"},
    good={"manifest.json#answer": "HTTP/1.1 200 OK"},
)
def manifest(site: AuditedSite) -> Iterator[Evidence]:
    """Ask as browsers do, and look at what comes."""
    for page, link in site.manifest_links[:1]:
        resource = site.get(link.attributes["href"], page.base)
        if not site.has_server or "crossorigin" in link.attributes:
            continue
        if leads_elsewhere(site, page.absolute(link.attributes["href"])):
            yield Evidence(link.where, "the manifest is redirected to another host")
        elif not resource:
            continue
        elif resource.status in (401, 403):
            yield Evidence(link.where, f"the manifest is answered with status {resource.status}")
        elif resource.redirects and "html" in _header(resource, "content-type"):
            yield Evidence(link.where, f"the manifest is redirected to a page, {resource.url}")


@rule(
    "server-manifest-type",
    "note",
    "The manifest is served as JSON",
    why="Chromium takes any type, other browsers and tools want application/manifest+json.",
    source="https://www.w3.org/TR/appmanifest/#media-type-registration",
    fix={"pwagen": _HOSTING_FIX, "plain": "send Content-Type: application/manifest+json with the manifest"},
    bad={"manifest.json#answer": "HTTP/1.1 200 OK\nContent-Type: text/html"},
    good={"manifest.json#answer": "HTTP/1.1 200 OK\nContent-Type: application/manifest+json"},
)
def manifest_type(site: AuditedSite) -> Iterator[Evidence]:
    """Look at the type of manifests that are JSON."""
    for document in site.manifests:
        kind = _header(document.resource, "content-type")
        if site.has_server and document.is_object and not _JSON.match(kind):
            yield Evidence(
                _at(document.resource, "content-type"), f"the manifest is served as {kind or 'no type'}"
            )


@rule(
    "server-csp",
    "error",
    "The site's own policy allows the app",
    why="A Content-Security-Policy that allows no worker or no manifest blocks them without a word.",
    source="https://www.w3.org/TR/CSP3/#directive-worker-src",
    fix="add 'self' to that directive: worker-src 'self'; manifest-src 'self'",
    bad={
        "index.html#answer": "HTTP/1.1 200 OK\nContent-Security-Policy: default-src 'self'; worker-src 'none'"
    },
    good={"index.html#answer": "HTTP/1.1 200 OK\nContent-Security-Policy: default-src 'self'"},
)
def policy(site: AuditedSite) -> Iterator[Evidence]:
    """Look at the directives for worker and manifest, or at what they fall back to."""
    page = site.start_page
    if not page or not site.has_server:
        return
    needed = ([WORKER] if site.registrations else []) + ([MANIFEST] if site.manifest_links else [])
    for text in _header(page.resource, "content-security-policy").split(","):
        for refusal in refusals(text, needed):
            message = f"the policy allows no {WORDS[refusal.needed]}: {refusal.text}"
            yield Evidence(_at(page.resource, "content-security-policy"), message, refusal.fix)


def leads_elsewhere(site: AuditedSite, url: str) -> bool:
    """Whether the server redirects an address to another host, as to the one where people log in."""
    return isinstance(site.source, ServerSource) and site.source.leads_elsewhere(url)


def _registered(site: AuditedSite) -> Iterator[Resource]:
    """Yield the answers for the workers that pages register, whatever they are."""
    if site.has_server:
        addresses = dict.fromkeys(registration.url for registration in site.registrations)
        yield from filter(None, map(site.get, addresses))


def _header(resource: Resource, name: str) -> str:
    return (resource.headers or {}).get(name, "")


def _at(resource: Resource, header: str) -> Location:
    name = "-".join(word.capitalize() for word in header.split("-"))
    return Location(resource.path, part=f"header {name}")


def _kept_for(resource: Resource) -> int:
    """Return for how many seconds an answer may be kept without asking, by a browser or a shared cache."""
    control = _header(resource, "cache-control").lower()
    if re.search(r"\bno-(?:cache|store)\b", control):
        return 0
    ages = [int(age) for age in re.findall(r"\b(?:s-maxage|max-age)\s*=\s*\"?(\d{1,10})", control)]
    return max(ages, default=0)
