"""The icons that a site's manifests declare, with the pictures that they name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from pwagen.audit.audited_site import AuditedSite
from pwagen.audit.documents.picture import SitePicture
from pwagen.audit.documents.template_code import is_template
from pwagen.audit.finding import Location


class DeclaredIcon(NamedTuple):
    """An entry of ``icons``: the place of its address, its members, and its picture if there is one."""

    where: Location
    members: dict[str, Any]
    picture: SitePicture | None


def declared_icons(site: AuditedSite) -> Iterator[DeclaredIcon]:
    """Yield each icon of the site's manifests that is a file of the site, or should be one."""
    for manifest in site.manifests:
        for index, icon in manifest.list_of("icons"):
            src = icon.get("src")
            # Data URLs and other hosts' icons aren't files of the site.
            if (
                not isinstance(src, str)
                or not src.strip()
                or is_template(src)
                or re.match(r"[a-z][a-z0-9+.-]*:|//", src.strip(), re.I)
            ):
                continue
            picture = site.picture(src.strip(), manifest.resource.url)
            yield DeclaredIcon(manifest.at("icons", index, "src"), icon, picture)
