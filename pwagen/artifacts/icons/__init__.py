"""From one SVG or PNG, or a monogram, to every icon that an installed app needs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pwagen.artifacts.artifact import Artifact
from pwagen.artifacts.icons.icon_cache import cache_key, load, store
from pwagen.artifacts.icons.icon_names import Icon, IconName, icon_list
from pwagen.artifacts.icons.icon_sources import IconSources, Picture, read_icon_sources, warnings_about

if TYPE_CHECKING:
    from pwagen.config import model

__all__ = [
    "Icon",
    "IconName",
    "IconSources",
    "Picture",
    "icon_list",
    "icon_sources_of",
    "make_icons",
    "read_icon_sources",
    "warnings_about",
]


def icon_sources_of(icons: model.Icons, app: model.App, root: Path) -> IconSources:
    """Return what the icons of a config are made from: pictures below ``root``, or a monogram.

    Raises `ConfigError` for pictures that cannot be used, and for letters that cannot be drawn.
    """
    if not icons.monogram or icons.files:
        return read_icon_sources(icons, app, root)
    from pwagen.artifacts.icons.monogram import monogram_sources

    return monogram_sources(icons.monogram, app)


def make_icons(sources: IconSources, cache: Path | None) -> tuple[Icon, ...]:
    """Return the icons of `icon_list`, from the cache folder if they were made before.

    Raises `PwagenError` if a picture cannot be painted or gives no silhouette for the badge.
    """
    names = icon_list(sources)
    if not names:
        return ()
    key = cache_key(sources)
    contents = load(cache, key, len(names)) if cache else None
    if contents is None:
        from pwagen.artifacts.icons.paint import paint

        painted = paint(sources, names)
        contents = [painted[name] for name in names]
        if cache:
            store(cache, key, contents)
    return tuple(
        Icon(Artifact(name.path, content), name.sizes, name.type, name.purpose, name.rel)
        for name, content in zip(names, contents, strict=True)
    )
