"""From one SVG or PNG, or a monogram, to every icon that an installed app needs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pwagen.artifacts.artifact import Artifact
from pwagen.artifacts.icons.icon_cache import cache_key, load, store
from pwagen.artifacts.icons.icon_name import IconName
from pwagen.artifacts.icons.icon_names import BADGE, Icon, icon_list
from pwagen.artifacts.icons.icon_sources import IconSources, Picture, read_icon_sources, warnings_about
from pwagen.config.installable_icons import none_allows_installing
from pwagen.errors import Problem

if TYPE_CHECKING:
    from pwagen.config import model

__all__ = [
    "Icon",
    "IconName",
    "IconSources",
    "Picture",
    "badge_warnings",
    "icon_list",
    "icon_sources_of",
    "make_icons",
    "read_icon_sources",
    "warnings_about",
]


def icon_sources_of(icons: model.Icons, app: model.App, root: Path) -> IconSources:
    """Return what the icons of a config are made from: pictures below ``root``, or a monogram.

    Of icons that exist already nothing is made, unless the app could not be installed with any of them.

    Raises `ConfigError` for pictures that cannot be used, and for letters that cannot be drawn.
    """
    if icons.files and none_allows_installing(icons.files):
        from pwagen.artifacts.icons.monogram import monogram_sources
        from pwagen.config.model import Monogram

        return replace(monogram_sources(Monogram(), app), placeholder=True)
    if not icons.monogram or icons.files:
        sources = read_icon_sources(icons, app, root)
    else:
        from pwagen.artifacts.icons.monogram import monogram_sources

        sources = monogram_sources(icons.monogram, app)
    if not (icons.ios_splash or icons.open_graph):
        return sources
    light = app.background_color or "#ffffff"
    dark = app.color_scheme_dark and app.color_scheme_dark.background_color
    return replace(
        sources,
        splash=(light, *([dark] if dark else [])) if icons.ios_splash else (),
        open_graph=(app.theme_color or light) if icons.open_graph else "",
    )


def make_icons(sources: IconSources, cache: Path | None) -> tuple[Icon, ...]:
    """Return the icons of `icon_list`, from the cache folder if they were made before.

    Raises `PwagenError` if a picture cannot be painted or gives no silhouette for the badge.
    """
    names = icon_list(sources)
    if not names:
        return ()
    key = cache_key(sources)
    contents = load(cache, key, len(names) + 1) if cache else None
    if contents is None:
        from pwagen.artifacts.icons.paint import paint

        painted = paint(sources, names)
        contents = [*(painted.files[name] for name in names), b"initials" * painted.badge_has_initials]
        if cache:
            store(cache, key, contents)
    *files, initials = contents
    return tuple(
        Icon(
            Artifact(name.path, content),
            name.sizes,
            name.type,
            name.purpose,
            name.rel,
            name.media,
            has_initials=name == BADGE and bool(initials),
        )
        for name, content in zip(names, files, strict=True)
    )


def badge_warnings(sources: IconSources, icons: Iterable[Icon]) -> tuple[Problem, ...]:
    """Return a warning if the badge of ``icons``, made from ``sources``, is not the shape of the picture."""
    if not sources.source or not any(icon.has_initials for icon in icons):
        return ()
    from pwagen.artifacts.icons.monogram import monogram_text

    shown = monogram_text(sources.name) or "a pattern"
    return (
        Problem(
            sources.source.name,
            message=f"has no shape that people would know as a badge, so that shows {shown}",
            fix="draw one shape on a transparent background, and write icons: {badge: badge.svg}",
        ),
    )
