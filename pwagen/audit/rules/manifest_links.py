"""Where pages link the manifest: in the head, and in every page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import urljoin

from pwagen.audit.audited_site import AuditedSite
from pwagen.audit.documents.page_document import PageDocument
from pwagen.audit.finding import Evidence, Location
from pwagen.audit.rule import rule
from pwagen.audit.rules.manifest_basics import LINK_IN_SCRIPT
from pwagen.audit.rules.manifest_urls import resolved, scope_of
from pwagen.inject.encoding import code_units
from pwagen.inject.html_head import DOCUMENT_TAGS, METADATA, RAW_TEXT_END, TAG, attributes, read_head

_LINK = "https://html.spec.whatwg.org/multipage/links.html#link-type-manifest"
_TAG_FIX = '<link rel="manifest" href="manifest.json"> in the head'
# React moves such tags into the head when it takes the page over.
_HOISTS = re.compile(rb"/_next/static/")
# What an element in the head is that doesn't end it; a template's content has rules of its own.
_OF_THE_HEAD = METADATA | DOCUMENT_TAGS | frozenset(RAW_TEXT_END) | {b"script", b"template"}
_SHOWN_INSTEAD = re.compile(r"(?:[45]\d\d|50x|.*error|.*not-?found|.*offline|.*fallback)\b", re.IGNORECASE)
_FEWEST = 2
_NAMED = 3


@rule(
    "head-manifest-place",
    "error",
    "The manifest is linked in the head",
    why="Browsers look for the link among the children of the head alone: from the body, the app can't be "
    "installed.",
    source=_LINK,
    fix={
        "pwagen": "take the link out of the page: pwagen build --inject puts it into the head",
        "plain": f"{_TAG_FIX}, before anything that is shown",
    },
    bad={
        "index.html": '<!doctype html>\n<html lang="en">\n<head>\n<title>Bakery</title>\n'
        '<meta name="viewport" content="width=device-width">\n<meta name="theme-color" content="#7a3e12">\n'
        '<link rel="apple-touch-icon" href="icons/apple-touch-icon.png">\n</head>\n<body>\n'
        '<link rel="manifest" href="manifest.json">\n<script src="app.js"></script>\n</body>\n</html>'
    },
    good={"index.html#manifest": '<link rel="manifest" href="manifest.json">'},
)
def place(site: AuditedSite) -> Iterator[Evidence]:
    """Look at the first page whose links are all in the body; scripts that move them are believed to."""
    for page, link in site.manifest_links:
        if is_in_body(page) and not page.is_template and not _HOISTS.search(page.resource.content):
            if not any(map(LINK_IN_SCRIPT.search, site.script_texts(page))):
                yield Evidence(link.where, "browsers ignore the manifest, since it is linked in the body")
            return


def is_in_body(page: PageDocument) -> bool:
    """Whether every link to a manifest comes after what begins the body, with or without its tag."""
    bodies = page.tags("body")
    if bodies and all(link.where > bodies[0].where for link in page.links("manifest")):
        return True
    units = code_units(page.resource.content).units
    head = read_head(units)
    if any("manifest" in attributes(units, tag).get("rel", "").lower() for tag in head.tags):
        return False
    follows = TAG.match(units, head.end)
    if follows:
        return not follows["closing"] and follows["name"].lower() not in _OF_THE_HEAD
    # Text begins the body, too; what opens a comment or the like is never closed.
    return head.end < len(units) and not units.startswith(b"<", head.end)


@rule(
    "head-manifest-everywhere",
    "note",
    "Every page of the app links the manifest",
    why="Who comes to a page without the link can't install the app there, and the browser doesn't know that "
    "the page is part of it.",
    source=_LINK,
    fix={
        "pwagen": "run pwagen build --inject, or paste head.html of the build into their template",
        "plain": f"{_TAG_FIX} of these pages, too",
    },
    bad={
        "index.html#head": '<link rel="stylesheet" href="style.css">',
        "style.css": "",
        "bread.html": '<!doctype html>\n<title>Bread</title>\n<link rel="manifest" href="manifest.json">\n'
        '<link rel="stylesheet" href="style.css">',
        "cake.html": '<!doctype html>\n<title>Cake</title>\n<link rel="stylesheet" href="style.css">',
    },
    good={
        "index.html#head": '<link rel="stylesheet" href="style.css">',
        "style.css": "",
        "bread.html": '<!doctype html>\n<title>Bread</title>\n<link rel="manifest" href="manifest.json">\n'
        '<link rel="stylesheet" href="style.css">',
    },
)
def everywhere(site: AuditedSite) -> Iterator[Evidence]:
    """Compare pages with the same style sheets or scripts, of which most have the link.

    Pages of other apps in the same folder have others. What pwagen leaves out, its config has left out.
    """
    linked = [page for page, _ in site.manifest_links]
    if len(linked) < _FEWEST or site.set_up == "pwagen" or not site.manifests:
        return
    shared = {file for page in linked for file in _files_of(page)}
    framed = {
        page.absolute(frame.attributes.get("src", "")) for page in site.pages for frame in page.tags("iframe")
    }
    scope = _scope(site)
    forgotten = [
        page
        for page in site.pages
        if not page.links("manifest")
        and shared & _files_of(page)
        and page.resource.url.startswith(scope)
        and page.resource.url not in framed
        and _is_of_the_app(site, page)
    ]
    files = {file for page in forgotten for file in _files_of(page)}
    alike = sum(bool(files & _files_of(page)) for page in linked)
    if forgotten and alike >= max(_FEWEST, len(forgotten)):
        yield Evidence(Location(forgotten[0].resource.path), _message(forgotten, alike))


def _files_of(page: PageDocument) -> set[str]:
    """Return the addresses of a page's style sheets and scripts."""
    sheets = [link.attributes["href"] for link in page.links("stylesheet")]
    scripts = [script.attributes["src"] for script in page.tags("script") if script.attributes.get("src")]
    return {page.absolute(address) for address in (*sheets, *scripts)} - {""}


def _scope(site: AuditedSite) -> str:
    manifest = site.manifests[0]
    start = resolved(site, manifest, manifest.members.get("start_url")) or manifest.resource.url
    return scope_of(site, manifest) or urljoin(start, ".")


def _is_of_the_app(site: AuditedSite, page: PageDocument) -> bool:
    """Whether people come to a page: it is no fragment and no redirect, and not shown in place of another."""
    name = page.resource.path.rstrip("/").rpartition("/")[2]
    refreshes = (meta.attributes.get("http-equiv", "").lower() == "refresh" for meta in page.tags("meta"))
    return (
        read_head(code_units(page.resource.content).units).is_document
        and not _SHOWN_INSTEAD.match(name)
        and not any(refreshes)
        and not page.is_template
        and not any(map(LINK_IN_SCRIPT.search, site.script_texts(page)))
    )


def _message(pages: Sequence[PageDocument], linked: int) -> str:
    names = ", ".join(page.resource.path for page in pages[:_NAMED])
    names += f" and {len(pages) - _NAMED:,} more" if len(pages) > _NAMED else ""
    number = f"{len(pages):,} of {len(pages) + linked:,} pages"
    return f"{number} {'links' if len(pages) == 1 else 'link'} no manifest: {names}"
