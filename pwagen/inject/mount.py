"""Where a site is mounted on its host, as far as its start page says so."""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from pwagen.names import OWN_SCRIPT
from pwagen.site.inside import decoded, read_inside
from pwagen.site.page_facts import script_sources
from pwagen.site.precache import START_PAGE

if TYPE_CHECKING:
    from pwagen.site.scan import Site

_PAGE_BYTES = 256 * 1024


def site_mount(site: Site) -> str | None:
    """Return the mount point that the start page of a scanned site names, None if there is none."""
    page = decoded(read_inside(site.folder, site.folder / START_PAGE, _PAGE_BYTES))
    return mount_of(script_sources(page), site.hashes)


def mount_of(scripts: Iterable[str], files: Container[str]) -> str | None:
    """Return the mount point, e.g. "/" or "/pilot/", None if the start page's ``scripts`` can be anywhere.

    Scripts that a page names from the host's root on, as those of Next, Vite and Docusaurus, work at one
    place only. Such scripts change the page's address without loading another page, and one page answers
    at many addresses: relative addresses lead nowhere then. ``files`` are those of the site.
    """
    for source in scripts:
        try:
            parts = urlsplit(source)
        except ValueError:  # a broken IPv6 address
            continue
        if parts.scheme or parts.netloc or not parts.path.startswith("/") or parts.path.endswith(OWN_SCRIPT):
            continue
        if mount := folder_before(unquote(parts.path), files):
            return mount
    return None


def folder_before(path: str, files: Container[str]) -> str | None:
    """Return the folder, e.g. "/" or "/pilot/", in which a path from the host's root is one of the files."""
    folders = path.split("/")
    depths = range(1, len(folders))
    depth = next((depth for depth in depths if "/".join(folders[depth:]) in files), None)
    return None if depth is None else "/".join(folders[:depth]) + "/"
