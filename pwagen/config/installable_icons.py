"""Whether browsers offer to install an app with an icon that it lists."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from pwagen.config.model import ImageResource

# https://developer.chrome.com/docs/lighthouse/pwa/installable-manifest
_KINDS = (".png", ".svg", ".webp", "image/png", "image/svg+xml", "image/webp")
SMALLEST_PX = 144


def none_allows_installing(files: Iterable[ImageResource]) -> bool:
    """Tell whether an app can't be installed with these icons; one whose size or kind isn't said may do."""
    return not any(
        allows_installing(icon.src, icon.sizes or "any", icon.type or _kind_of(icon.src), icon.purpose)
        for icon in files
    )


def allows_installing(src: str, sizes: str | None, type: str | None, purpose: str | None) -> bool:
    """Tell whether an icon is enough; the arguments are its members in the manifest.

    Without a size it isn't (https://www.w3.org/TR/image-resource/#sizes-member).
    """
    kind = type or _suffix(src)
    sides = [size.lower().partition("x")[0] for size in (sizes or "").split()]
    return (
        "any" in (purpose or "any").split()
        and kind in _KINDS
        and any(side == "any" or (side.isdigit() and int(side) >= SMALLEST_PX) for side in sides)
    )


def _kind_of(src: str) -> str:
    """Return the suffix of a file; one without may be a PNG."""
    return _suffix(src) or ".png"


def _suffix(src: str) -> str:
    return PurePosixPath(urlsplit(src).path).suffix.lower()
