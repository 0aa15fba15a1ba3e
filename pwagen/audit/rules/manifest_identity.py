"""What browsers know an app by, and that no other app of the site has the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import urljoin, urlsplit

from pwagen.audit.audited_site import AuditedSite
from pwagen.audit.documents.manifest_document import ManifestDocument
from pwagen.audit.finding import Evidence
from pwagen.audit.rule import rule
from pwagen.audit.rules.manifest_urls import resolved
from pwagen.binding.words import quote

_ID = "https://www.w3.org/TR/appmanifest/#id-member"
_OTHER_PAGE = '<!doctype html>\n<title>About</title>\n<link rel="manifest" href="other.json">'
_OTHER_MANIFEST = (
    '{"name": "About", "id": "%s", "start_url": "./", "scope": "%s", "display": "standalone",'
    ' "theme_color": "#7a3e12", "background_color": "#fff4e6",'
    ' "icons": [{"src": "../icons/icon-512.png", "sizes": "512x512"},'
    ' {"src": "../icons/maskable-512.png", "sizes": "512x512", "purpose": "maskable"}]}'
)


def own_id(manifest: ManifestDocument) -> str:
    """Return the id as it is written; empty where none is, or browsers pass it over."""
    value = manifest.members.get("id")
    return value.strip() if isinstance(value, str) else ""


@rule(
    "manifest-id",
    "note",
    "The app is known by an id, not by a start_url that may change",
    why="Without an id browsers know the app by its start_url: as soon as a parameter or the page's"
    " name in it changes, they install a second app, and the first one gets no more updates.",
    source=_ID,
    fix={
        "pwagen": "app: {id: …} in pwagen.yaml, with the address that start_url has today",
        "vite": 'VitePWA({manifest: {id: "…"}}), with the address that start_url has today',
        "plain": '"id" with the address that start_url has today, from the root of the host: "/?from=home"',
    },
    bad={"manifest.json": '{"id": null, "start_url": "/?from=home"}'},
    good={"manifest.json": '{"id": null, "start_url": "./"}'},
)
def identity(site: AuditedSite) -> Iterator[Evidence]:
    """Look at addresses with a query or a file's name, which change; a folder's own seldom does."""
    for manifest in site.manifests:
        address = manifest.members.get("start_url")
        url = resolved(site, manifest, address)
        if not url or not str(address).strip() or own_id(manifest):
            continue
        parts = urlsplit(url)
        if parts.query or "." in parts.path.rpartition("/")[2]:
            yield Evidence(manifest.at("id"), f"the app has no id but its start_url {quote(str(address))}")


@rule(
    "manifest-same-id",
    "warning",
    "Each app of a site has an id of its own",
    why="Browsers take two manifests with one id for the same app: each visit changes its name, its icons and"
    " its scope to those of the page's manifest.",
    source=_ID,
    fix="an id for each app; one scope for both, if they are one app in two languages",
    bad={"about/index.html": _OTHER_PAGE, "about/other.json": _OTHER_MANIFEST % ("./", "./")},
    good={"about/index.html": _OTHER_PAGE, "about/other.json": _OTHER_MANIFEST % ("about", "./")},
)
def same_id(site: AuditedSite) -> Iterator[Evidence]:
    """Compare the ids of manifests with different scopes; those of languages have one scope and one id."""
    for manifest, other in _pairs(site, _identity_in, _scope_in):
        path = other.resource.path
        yield Evidence(manifest.at("id"), f"{path} is another app with the same id")


@rule(
    "manifest-same-scope",
    "note",
    "Each app of a site has a scope of its own",
    why="Where two apps have one scope, a link to a page of either may open in the other one.",
    source="https://www.w3.org/TR/appmanifest/#scope-member",
    fix="a folder for each app as its scope; one id for both, if they are one app in two languages",
    bad={"about/index.html": _OTHER_PAGE, "about/other.json": _OTHER_MANIFEST % ("about", "../")},
    good={"about/index.html": _OTHER_PAGE, "about/other.json": _OTHER_MANIFEST % ("./", "../")},
)
def same_scope(site: AuditedSite) -> Iterator[Evidence]:
    """Compare the scopes of manifests with different ids."""
    for manifest, other in _pairs(site, _scope_in, _identity_in):
        yield Evidence(manifest.at("scope"), f"{other.resource.path} is another app with the same scope")


_Member = Callable[[AuditedSite, ManifestDocument], str | None]


def _pairs(
    site: AuditedSite, equal: _Member, different: _Member
) -> Iterator[tuple[ManifestDocument, ManifestDocument]]:
    """Yield each manifest that is equal in one way to one before it, though it is different in another."""
    seen: dict[str, ManifestDocument] = {}
    for manifest in site.manifests:
        key, value = equal(site, manifest), different(site, manifest)
        if key is None or value is None:
            continue
        other = seen.setdefault(key, manifest)
        if different(site, other) != value:
            yield manifest, other


def _identity_in(site: AuditedSite, manifest: ManifestDocument) -> str | None:
    """Return the id as a URL, which is relative to the host.

    By default it is start_url, which is known where the site's folder of its host is.
    """
    host = urljoin(site.root, "/")
    if own := own_id(manifest):
        return urljoin(host, own) if site.is_ours(own, host) else None
    return resolved(site, manifest, manifest.members.get("start_url")) if site.has_server else None


def _scope_in(site: AuditedSite, manifest: ManifestDocument) -> str | None:
    """Return the scope as a URL: by default it is the folder of start_url."""
    start = resolved(site, manifest, manifest.members.get("start_url"))
    written = resolved(site, manifest, manifest.members.get("scope"))
    return written or (urljoin(start, ".") if start else None)
