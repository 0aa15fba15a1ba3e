"""From the addresses in pages and manifests to files of the published folder."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from pwagen.site.inside import is_inside


def file_of(site: Path, url: str, base: str = "/") -> tuple[str, str] | None:
    """Return the file below ``site`` that a URL refers to, and the prefix that the site is published under.

    ``base`` is the path of the file that contains the URL. The path is relative with ``/`` between its parts;
    the prefix is ``/`` or, where the site lives in a folder of its host, that folder with slashes.
    None if there is no such file.
    """
    try:
        path = unquote(urlsplit(urljoin(base, url)).path).lstrip("/")
    except ValueError:
        return None
    first, _, rest = path.partition("/")
    for prefix, candidate in (("/", path), (f"/{first}/", rest)):
        if candidate and is_inside(site, site / candidate):
            return candidate, prefix
    return None


def relative_to_root(url: str, base: str, prefix: str) -> str:
    """Return a URL relative to the site's root, as configs have them; one of another origin as it is."""
    try:
        absolute = urljoin(base, url)
        parts = urlsplit(absolute)
    except ValueError:
        return url
    if parts.scheme or parts.netloc:
        return absolute
    inner = absolute.removeprefix(prefix) if absolute.startswith(prefix) else absolute.lstrip("/")
    return inner if inner and inner[0] not in "?#" else f"./{inner}"
