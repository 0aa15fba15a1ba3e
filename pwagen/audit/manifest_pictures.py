"""The pictures that a manifest names: icons, screenshots, icons of shortcuts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from pwagen.audit.audited_site import AuditedSite
from pwagen.audit.documents.manifest_document import ManifestDocument
from pwagen.audit.documents.picture import SitePicture
from pwagen.audit.documents.template_code import is_template
from pwagen.audit.finding import Evidence, Location
from pwagen.binding.words import quote

PICTURE_TYPES = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WebP", "image/gif": "GIF"}
"""What files of these types are, by the name that `RasterHeader` has for it."""


class NamedPicture(NamedTuple):
    """A picture by its place in the manifest, its declaration and its file, None if there is no such file."""

    where: Location
    declared: dict[str, Any]
    picture: SitePicture | None


def pictures_of(site: AuditedSite, manifest: ManifestDocument, *keys: str | int) -> Iterator[NamedPicture]:
    """Yield the pictures in the list at a path of a manifest; other hosts' are left out.

    So are data URLs, files that may lie where the built files get copied to, and those that a server that
    doesn't answer may have.
    """
    for index, declared in manifest.list_of(*keys):
        src = declared.get("src")
        if not isinstance(src, str) or not src.strip() or is_template(src):
            continue
        address = src.strip()
        if not site.is_ours(address, manifest.resource.url):
            continue
        picture = site.picture(address, manifest.resource.url)
        if picture is None and (not site.is_whole or site.is_unanswered(address, manifest.resource.url)):
            continue
        yield NamedPicture(manifest.at(*keys, index, "src"), declared, picture)


def icons_of(site: AuditedSite) -> Iterator[NamedPicture]:
    """Yield the icons of all manifests of the site."""
    for manifest in site.manifests:
        yield from pictures_of(site, manifest, "icons")


def unusable(pictures: Iterable[NamedPicture]) -> Iterator[Evidence]:
    """Yield those that no browser can load."""
    for where, declared, picture in pictures:
        src = quote(declared["src"])
        if picture is None:
            yield Evidence(where, f"there is no file at {src}")
        elif picture.is_html:
            yield Evidence(where, f"{src} is a page, not a picture")
        elif not picture.is_svg and not picture.header:
            yield Evidence(where, f"{src} is not a picture that browsers can decode")


def type_mistake(declared: dict[str, Any], picture: SitePicture) -> str:
    """Return what is wrong with the declared type of a picture: empty if nothing is, or none is declared."""
    type = declared.get("type")
    if not isinstance(type, str):
        return ""
    kind = picture.header.kind if picture.header else ""
    expected = PICTURE_TYPES.get(type.strip().lower())
    if not expected or not ((kind and kind != expected) or picture.is_svg):
        return ""
    return f"is {kind or 'SVG'}, declared is {type.strip()}"
