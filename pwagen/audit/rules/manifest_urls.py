"""The addresses of a manifest as browsers resolve them, and the rules about start_url, scope and id."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urldefrag, urljoin, urlsplit

from pwagen.audit.audited_site import AuditedSite
from pwagen.audit.documents.manifest_document import ManifestDocument
from pwagen.audit.documents.template_code import is_template
from pwagen.audit.finding import Evidence
from pwagen.audit.rule import rule
from pwagen.binding.words import quote

_START_URL = "https://www.w3.org/TR/appmanifest/#start_url-member"
_SHORTCUT = '{"shortcuts": [{"name": "%s", "url": "%s", "icons": [{"src": "icons/icon-192.png"}]}]}'
_WHOLE_URL = re.compile(r"(?:https?:)?//[^/?#\[\]]", re.IGNORECASE)
_SCOPE = "https://www.w3.org/TR/appmanifest/#scope-member"


def resolved(site: AuditedSite, manifest: ManifestDocument, address: object) -> str | None:
    """Return an absolute URL of the site's host without its fragment; None for anything else.

    A whole URL in a folder is None as well, as the folder's own host is not known.
    """
    if not isinstance(address, str) or not site.is_ours(address.strip(), manifest.resource.url):
        return None
    return urldefrag(urljoin(manifest.resource.url, address.strip())).url


def scope_of(site: AuditedSite, manifest: ManifestDocument) -> str | None:
    """Return the scope as written; None where it is left out, isn't an address, or is of another host."""
    scope = manifest.members.get("scope")
    return resolved(site, manifest, scope) if isinstance(scope, str) and scope.strip() else None


def is_comparable(manifest: ManifestDocument, *addresses: object) -> bool:
    """Return whether addresses can be compared although it is not known in which folder the site lives."""
    kinds = {str(address).strip().startswith("/") for address in addresses}
    return manifest.resource.headers is not None or len(kinds) == 1


def is_outside(site: AuditedSite, manifest: ManifestDocument, address: object) -> bool:
    """Return whether an address is surely outside of the manifest's scope."""
    scope, url = scope_of(site, manifest), resolved(site, manifest, address)
    if not scope or not url or not is_comparable(manifest, address, manifest.members["scope"]):
        return False
    return not url.startswith(urlsplit(scope)._replace(query="").geturl())


def is_missing(site: AuditedSite, manifest: ManifestDocument, address: object) -> bool:
    """Return whether an address of the site surely has no file; routes of single-page apps are unknown."""
    url = resolved(site, manifest, address)
    if not url or is_template(str(address)):
        return False
    resource = site.get(url)
    if resource:
        return resource.status in (404, 410)
    # What a server or a worker answers without a file is not seen in a folder; a page's name is.
    return urlsplit(url).path.endswith((".html", ".htm"))


@rule(
    "manifest-start-url",
    "error",
    "The manifest has a start_url",
    why="Chromium installs no app whose manifest doesn't say where it starts.",
    source=_START_URL,
    fix={
        "pwagen": "app: {start_url: ./} in pwagen.yaml",
        "vite": 'VitePWA({manifest: {start_url: "./"}})',
        "plain": '"start_url": "./" in the manifest',
    },
    bad={"manifest.json": '{"start_url": null}'},
    good={"manifest.json": '{"start_url": "./?from=home"}'},
)
def start_url(site: AuditedSite) -> Iterator[Evidence]:
    """Look for an address that can be resolved."""
    for manifest in site.manifests:
        address = manifest.members.get("start_url")
        if not manifest.is_object:
            continue
        if address is None or not isinstance(address, str) or not address.strip():
            yield Evidence(manifest.at("start_url"), "the manifest has no start_url")
            continue
        # Where a folder will be published is not known, so that whole addresses in it may be right.
        is_known = site.has_server or not _WHOLE_URL.match(address.strip())
        if is_known and not site.is_ours(address.strip(), manifest.resource.url):
            message = f"start_url {quote(address)} is not an address of this site"
            yield Evidence(manifest.at("start_url"), message)


@rule(
    "manifest-start-url-missing",
    "error",
    "The start page of the app exists",
    why="Whoever opens the installed app gets the host's error page.",
    source=_START_URL,
    fix={
        "pwagen": "app: {start_url: …} in pwagen.yaml, a page of the site",
        "plain": "name a page of the site",
    },
    bad={"manifest.json": '{"start_url": "home.html"}'},
    good={"manifest.json": '{"start_url": "index.html"}'},
)
def start_page(site: AuditedSite) -> Iterator[Evidence]:
    """Ask the site for the page."""
    for manifest in site.manifests:
        address = manifest.members.get("start_url")
        if is_missing(site, manifest, address):
            yield Evidence(manifest.at("start_url"), f"there is no page at start_url {quote(str(address))}")


@rule(
    "manifest-scope",
    "warning",
    "The scope includes the start page",
    why="Browsers ignore a scope that start_url is outside of, and take the folder of start_url instead.",
    source=_SCOPE,
    fix={
        "pwagen": "app: {scope: ./} in pwagen.yaml, or leave it out",
        "plain": 'a scope that start_url begins with, such as "./"; it ends with a slash',
    },
    bad={"manifest.json": '{"scope": "./about/"}'},
    good={"manifest.json": '{"scope": "./about/", "start_url": "./about/"}'},
)
def scope(site: AuditedSite) -> Iterator[Evidence]:
    """Compare the two, where both are written alike."""
    for manifest in site.manifests:
        address = manifest.members.get("start_url")
        if is_outside(site, manifest, address):
            message = f"start_url {quote(str(address))} is outside of the scope"
            yield Evidence(manifest.at("scope"), f"{message} {quote(manifest.members['scope'])}")


@rule(
    "manifest-shortcut-target",
    "warning",
    "Shortcuts lead to pages of the app",
    why="Chromium leaves out a shortcut outside of the scope; one without a page opens an error page.",
    source="https://www.w3.org/TR/appmanifest/#shortcuts-member",
    fix={
        "pwagen": "app: {shortcuts: [{url: …}]} in pwagen.yaml, a page within the scope",
        "plain": "name a page within the scope",
    },
    bad={"manifest.json": _SHORTCUT % ("Rolls", "rolls.html")},
    good={"manifest.json": _SHORTCUT % ("About", "about/")},
)
def shortcut_target(site: AuditedSite) -> Iterator[Evidence]:
    """Look where each of them leads."""
    for manifest in site.manifests:
        for index, shortcut in manifest.list_of("shortcuts"):
            where, address = manifest.at("shortcuts", index, "url"), shortcut.get("url")
            if is_outside(site, manifest, address):
                yield Evidence(where, f"the shortcut to {quote(str(address))} leads out of the scope")
            elif is_missing(site, manifest, address):
                yield Evidence(where, f"there is no page at {quote(shortcut['url'])}, where a shortcut leads")
