"""That there is a manifest at all, and that browsers can read it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pwagen.audit.audited_site import AuditedSite
from pwagen.audit.documents.template_code import is_template
from pwagen.audit.finding import Evidence, Location
from pwagen.audit.rule import rule
from pwagen.audit.rules.server_answers import leads_elsewhere

# `rel="manifest"` in markup, `link.rel = "manifest"`, `rel: "manifest"`.
LINK_IN_SCRIPT = re.compile(r"""\brel["']?\s*[=:,]\s*\\?["'`]manifest\b""")
"""A script with this adds a link to a manifest."""
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_PAGE_FIX = "publish the manifest at this address, or mend the address in the link"
_INSTALLABLE = "https://www.w3.org/TR/appmanifest/#installable-web-applications"


@rule(
    "manifest-linked",
    "error",
    "The start page links a manifest",
    why="Without a manifest no browser offers to install the app, and iOS sends no pushes to it.",
    source=_INSTALLABLE,
    fix={
        "pwagen": "run pwagen build --inject, or paste head.html of the build into the page's head",
        "vite": "leave `manifest` of VitePWA() on, or link manifest.webmanifest in index.html",
        "plain": '<link rel="manifest" href="manifest.json"> in the head of the page',
    },
    bad={"index.html#manifest": "<title>Bakery</title>"},
    good={"index.html#manifest": '<link rel="manifest" href="manifest.json">'},
)
def linked(site: AuditedSite) -> Iterator[Evidence]:
    """Look at the start page, and where its link leads."""
    page = site.start_page
    if not page:
        return
    links = page.links("manifest")
    if not links:
        # A folder without a page at its root is a build that gets into a site later, or its server writes it.
        if page.resource.headers is None and not page.resource.path.startswith("index."):
            return
        # A link that a script speaks of is there once the script has run.
        if not any(map(LINK_IN_SCRIPT.search, site.script_texts(page))):
            yield Evidence(Location(page.resource.path), "the page links no manifest")
        return
    if is_template(links[0].attributes["href"]):
        return
    resource = site.get(links[0].attributes["href"], page.base)
    address = page.absolute(links[0].attributes["href"])
    # One that is behind a log-in is there, see `server-manifest`; nobody asks other hosts.
    if site.is_unanswered(address):
        return
    if not resource and (leads_elsewhere(site, address) or (address and not site.is_ours(address))):
        return
    if not resource or (resource.status >= 400 and resource.status not in (401, 403)):
        href = links[0].attributes["href"]
        yield Evidence(links[0].where, f"there is no file at {href}, which the page links as its manifest")


@rule(
    "manifest-json",
    "error",
    "The manifest is JSON",
    why="Browsers ignore a manifest that is not a JSON object: no name, no icons, no installation.",
    source="https://www.w3.org/TR/appmanifest/#processing",
    fix="mend the JSON: keys and texts in double quotes, no comments, no comma before a closing bracket",
    bad={"manifest.json": '{"name": "Bakery",}'},
    good={"manifest.json": '{"name": "Bakery"}'},
)
def is_json(site: AuditedSite) -> Iterator[Evidence]:
    """Report what is wrong with the text, and keys that are written twice."""
    for manifest in site.manifests:
        content = manifest.resource.content
        if manifest.mistakes and is_template(manifest.resource.text):
            continue
        if content.startswith(_UTF_16):
            # Chromium reads it all the same, Firefox and Safari don't.
            yield Evidence(manifest.at(), "the manifest is in UTF-16", "save it in UTF-8")
        elif manifest.resource.is_page:
            # Of one that a server redirects to a page, `server-manifest` says it.
            if not manifest.resource.redirects:
                yield Evidence(manifest.at(), "this is a page, not a manifest", _PAGE_FIX)
        else:
            yield from manifest.mistakes
        if not manifest.mistakes and not manifest.is_object:
            yield Evidence(manifest.at(), "the manifest is not an object in braces")


@rule(
    "manifest-utf-8",
    "warning",
    "The manifest is in UTF-8",
    why="Browsers read a manifest as UTF-8, whatever its server says: of other bytes they make �, in the name"
    " under the icon as well.",
    source="https://www.w3.org/TR/appmanifest/#processing",
    fix="save the manifest in UTF-8",
    bad={"manifest.json#latin-1": '{"name": "Café"}'},
    good={"manifest.json": '{"name": "Café"}'},
)
def is_utf_8(site: AuditedSite) -> Iterator[Evidence]:
    """Look for the first byte that can't be read."""
    for manifest in site.manifests:
        content = manifest.resource.content
        try:
            content.decode("utf-8")
        except UnicodeDecodeError as error:
            if not content.startswith(_UTF_16):
                before = content[: error.start].decode("utf-8").removeprefix("\ufeff")
                line = before.rpartition("\n")[2]
                where = Location(manifest.resource.path, before.count("\n") + 1, len(line) + 1)
                yield Evidence(where, f"the byte 0x{content[error.start]:02x} is not UTF-8")


@rule(
    "manifest-name",
    "error",
    "The app has a name",
    why="Chromium does not install an app without name or short_name, and nobody would find it among others.",
    source=_INSTALLABLE,
    fix={"pwagen": "app: {name: …} in pwagen.yaml", "plain": '"name": "…" in the manifest'},
    bad={"manifest.json": '{"name": null, "short_name": " "}'},
    good={"manifest.json": '{"name": "Bakery"}'},
)
def named(site: AuditedSite) -> Iterator[Evidence]:
    """Look for a text that is more than white space."""
    for manifest in site.manifests:
        names = [manifest.members.get(member) for member in ("name", "short_name")]
        if manifest.is_object and not any(isinstance(name, str) and name.strip() for name in names):
            yield Evidence(manifest.at("name"), "the manifest has neither a name nor a short_name")
