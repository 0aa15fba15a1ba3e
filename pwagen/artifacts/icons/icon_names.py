"""The list of icons, which needs no painting."""

from __future__ import annotations

from typing import NamedTuple

from pwagen.artifacts.artifact import Artifact
from pwagen.artifacts.icons.icon_name import PNG, IconName
from pwagen.artifacts.icons.icon_sources import IconSources, publishable_svg
from pwagen.artifacts.icons.ios_splash import splash_names

ICO_SIZES_PX = (16, 32, 48)


class Icon(NamedTuple):
    """A finished icon; the members are those of `IconName`, and whether initials stand for the picture."""

    artifact: Artifact
    sizes: str
    type: str
    purpose: str | None
    rel: str | None
    media: str | None = None
    has_initials: bool = False


# Windows makes all of its sizes, tiles too, from the largest
# (https://learn.microsoft.com/microsoft-edge/progressive-web-apps/how-to/icon-theme-color).
# Any and maskable are separate files: one file for both is either cut off or too small
# (https://www.w3.org/TR/appmanifest/#icon-masks).
ANY_192 = IconName("icons/icon-192.png", "192x192", PNG, purpose="any")
ANY_512 = IconName("icons/icon-512.png", "512x512", PNG, purpose="any")
MASKABLE_192 = IconName("icons/icon-maskable-192.png", "192x192", PNG, purpose="maskable")
MASKABLE_512 = IconName("icons/icon-maskable-512.png", "512x512", PNG, purpose="maskable")
BADGE = IconName("icons/badge-96.png", "96x96", PNG, purpose="monochrome")
APPLE = IconName("icons/apple-touch-icon.png", "180x180", PNG, rel="apple-touch-icon")
FAVICON = IconName("favicon.ico", " ".join(f"{px}x{px}" for px in ICO_SIZES_PX), "image/x-icon", rel="icon")
FAVICON_SVG = IconName("icons/favicon.svg", "any", "image/svg+xml", rel="icon")
PLACEHOLDER_192 = IconName("icons/placeholder-192.png", "192x192", PNG, purpose="any")
PLACEHOLDER_512 = IconName("icons/placeholder-512.png", "512x512", PNG, purpose="any")
OPEN_GRAPH = IconName("icons/open-graph.png", "1200x630", PNG)

_ALWAYS = (ANY_192, ANY_512, MASKABLE_192, MASKABLE_512, BADGE, APPLE, FAVICON)


def icon_list(sources: IconSources) -> tuple[IconName, ...]:
    """Return the icons that `make_icons` makes of the same sources, in the same order."""
    if sources.source is None:
        return ()
    if sources.placeholder:
        return (PLACEHOLDER_192, PLACEHOLDER_512)
    names = (*_ALWAYS, FAVICON_SVG) if publishable_svg(sources.source) else _ALWAYS
    on_request = [name for name, _ in splash_names(len(sources.splash))]
    return (*names, *on_request, *([OPEN_GRAPH] if sources.open_graph else []))
