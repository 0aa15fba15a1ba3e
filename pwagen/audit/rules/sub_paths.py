"""Sites that are published in a folder of their host: what begins with a slash leaves it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote, urljoin, urlsplit

from pwagen.audit.audited_site import AuditedSite
from pwagen.audit.documents.page_document import PageDocument
from pwagen.audit.documents.template_code import is_template
from pwagen.audit.finding import Evidence, Location
from pwagen.audit.rule import rule
from pwagen.binding.words import quote
from pwagen.inject.mount import folder_before

# What a server puts the folder in place of when it starts.
_PLACEHOLDER = re.compile(r"[A-Z]{3,}_|__|(?i:placeholder)")


class _Address(NamedTuple):
    """An address as it is written. ``is_page`` tells whether it leads to a page of the app."""

    where: Location
    text: str
    is_page: bool = False


@rule(
    "publish-sub-path",
    "error",
    "Addresses stay in the folder of the host that the site is published in",
    why="An address with a slash at its beginning leads to the root of the host, where another site is or "
    "nothing: no manifest, no worker, and an app that opens with somebody else's page.",
    source="https://url.spec.whatwg.org/#path-absolute-url-string",
    fix={
        "pwagen": "write it without the slash in pwagen.yaml, app: {start_url: ./}",
        "vite": "leave start_url and scope of the manifest to `base`, and put import.meta.env.BASE_URL "
        "before other addresses",
        "plain": "write it relative to its file, without the slash, or with the folder behind the slash",
    },
    bad={
        "index.html#script": '<script src="/bakery/app.js" defer></script>',
        "index.html#manifest": '<link rel="manifest" href="/manifest.json">',
    },
    good={
        "index.html#script": '<script src="/bakery/app.js" defer></script>',
        "index.html#manifest": '<link rel="manifest" href="/bakery/manifest.json">',
    },
)
def addresses(site: AuditedSite) -> Iterator[Evidence]:
    """Look at addresses from the root, where the folder is known and has what they are meant for."""
    page = site.start_page
    folder = _folder(site, page) if page else ""
    if not page or not folder:
        return
    for address in [*_in_head(page), *_of_workers(site), *_in_manifests(site)]:
        is_outside = _is_from_root(address.text) and not f"{_path(address.text)}/".startswith(folder)
        if is_outside and _is_meant_inside(site, address):
            message = f"{quote(address.text)} leads out of {folder}, where the site is published"
            yield Evidence(address.where, message)


def _folder(site: AuditedSite, page: PageDocument) -> str:
    """Return the folder of its host that a site is published in, with slashes about it; "" if nobody knows.

    Of a running site it is that of its address. Of files it is what the start page says: its base, or the
    addresses of its style sheets and scripts, where these are files of the site but for that folder.
    """
    if site.has_server:
        path = urlsplit(site.root).path
        return path if path != "/" else ""
    bases = [base.attributes["href"] for base in page.tags("base") if base.attributes.get("href")]
    sheets = [link.attributes["href"] for link in page.links("stylesheet")]
    scripts = [script.attributes["src"] for script in page.tags("script") if script.attributes.get("src")]
    files = {path for path in site.source.paths() if path}
    from_root = (unquote(_path(text)) for text in (*sheets, *scripts) if _is_from_root(text))
    folders = {folder_before(path, files) or "" for path in from_root}
    folders |= {urljoin(_path(base), ".") for base in bases[:1] if _is_from_root(base)}
    folder = folders.pop() if len(folders) == 1 else ""
    # A folder of that name in the files: these are the root of the host.
    is_inside = any(path.startswith(folder[1:]) for path in files)
    is_known = folder not in ("", "/") and not is_template(folder) and not _PLACEHOLDER.search(folder)
    return folder if is_known and not is_inside else ""


def _path(address: str) -> str:
    """Return the path of an address from the root, without query and fragment."""
    return re.split(r"[?#]", address, maxsplit=1)[0]


def _is_from_root(text: str) -> bool:
    return text.startswith("/") and not text.startswith("//")


def _is_meant_inside(site: AuditedSite, address: _Address) -> bool:
    """Whether an address from the root leads to nothing there, or to another app, and to something inside."""
    path = _path(address.text)
    if not site.get(site.root + path[1:]):
        return False
    outside = site.get(path)
    if not site.has_server or not outside or outside.status >= 400:
        return True
    # A manifest above the folder is that of an app of which the folder is a part, whatever its root shows.
    if not address.is_page or not site.manifests[0].resource.url.startswith(site.root):
        return False
    root = PageDocument(outside)
    manifests = {root.absolute(link.attributes["href"]) for link in root.links("manifest")}
    return site.manifests[0].resource.url not in manifests


def _in_head(page: PageDocument) -> Iterator[_Address]:
    for rel in ("manifest", "icon", "apple-touch-icon"):
        for link in page.links(rel):
            yield _Address(link.where, link.attributes["href"])


def _of_workers(site: AuditedSite) -> Iterator[_Address]:
    for registration in site.registrations:
        yield _Address(registration.where, registration.address)


def _in_manifests(site: AuditedSite) -> Iterator[_Address]:
    for manifest in site.manifests:
        start_url = manifest.members.get("start_url")
        if isinstance(start_url, str):
            yield _Address(manifest.at("start_url"), start_url.strip(), is_page=True)
        for list_name, member in (("icons", "src"), ("screenshots", "src"), ("shortcuts", "url")):
            for index, item in manifest.list_of(list_name):
                text = item.get(member)
                if isinstance(text, str):
                    where = manifest.at(list_name, index, member)
                    yield _Address(where, text.strip(), is_page=member == "url")
