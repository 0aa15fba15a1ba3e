"""An app for the site that a documentation tool has just made: what the plug-ins for such tools share."""

from __future__ import annotations

import os
from collections.abc import Mapping as Dictionary
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pwagen.errors import ConfigError, Problem
from pwagen.integrations.theme_icon import BOOK, write_theme_icon
from pwagen.names import CONFIG_NAME

if TYPE_CHECKING:
    from pwagen.binding.node import Mapping
    from pwagen.site.scan import Site

SMALLEST_LOGO_PX = 144
"""What Chromium installs an app with; a smaller picture gives way to the theme's icon."""


@dataclass(frozen=True)
class GeneratedSite:
    """What a tool's settings and its theme say of a site; paths in ``values`` begin beside ``settings``.

    ``values`` are the options that the user wrote for pwagen, a tree as in pwagen.yaml. ``stored`` and
    ``left_out`` are globs: what a search needs beside pages, and what none of its readers needs.
    ``search_params`` are parameters of the search page, which is the same page with each. ``memory`` is a
    folder of the tool's own caches, for what builds know of the site's files; None for pwagen's.
    ``setting`` is the Python expression that has ``values``, ``written`` what a parser has for them.
    """

    settings: Path
    folder: Path
    name: str
    values: Dictionary[str, object] = field(default_factory=dict)
    description: str = ""
    language: str = ""
    direction: str = ""
    theme_color: str | None = None
    logo: Path | None = None
    glyph: str = BOOK
    stored: Sequence[str] = ()
    left_out: Sequence[str] = ()
    search_params: Sequence[str] = ()
    memory: Path | None = None
    setting: str = ""
    written: Mapping | None = None


@dataclass(frozen=True)
class BuildSummary:
    """What to tell the user after a build, in sentences; the last of the notes is the result."""

    warnings: tuple[str, ...]
    notes: tuple[str, ...]


def build_app(site: GeneratedSite) -> BuildSummary:
    """Build the app into the site, with the tags in its pages, as `pwagen build --inject` does.

    The config is pwagen.yaml beside the tool's settings, or the options in them.

    Raises:
        PwagenError: something is wrong with the config or the site; nothing has been written.
        OSError: something cannot be written.
    """
    from pwagen.build.interrupted import alone
    from pwagen.build.project import read_project
    from pwagen.config.config_source import ConfigSource
    from pwagen.inject.in_place_build import InPlaceBuild, build_in_place, plan_into_site
    from pwagen.inject.injection import pages_by_remark
    from pwagen.inject.merge import Policy

    file, values = _own_config(site)
    source = ConfigSource(
        file,
        values,
        defaults=_defaults(site),
        site=site.folder,
        memory=site.memory,
        setting="" if values is None else site.setting,
        written=site.written,
    )

    def planned() -> InPlaceBuild:
        project = read_project(source, for_injection=True)
        return plan_into_site(project, Policy.of(project.config.inject))

    with alone(source.root):
        build, _ = build_in_place(planned)
    stored, name = build.project.site, build.project.config.app.name
    count = len(stored.precache) if stored and build.project.config.offline else 0
    return BuildSummary(
        tuple(map(str, build.project.warnings)),
        (
            *(
                f"{_some(pages)}: {remark}"
                for remark, pages in pages_by_remark(build.injection.notes).items()
            ),
            *(f"{_some(paths)}: not stored, {reason}" for reason, paths in _not_stored(stored).items()),
            f"the app {name} is in {site.folder}, with {count} files for offline use",
        ),
    )


def _not_stored(site: Site | None) -> dict[str, list[str]]:
    """Return the files for which there is no room, by the reason."""
    paths: dict[str, list[str]] = {}
    for file in site.left_out if site else ():
        if "max_" in file.reason:
            paths.setdefault(file.reason, []).append(file.path)
    return paths


def _some(paths: Sequence[str]) -> str:
    return paths[0] + (f" and {len(paths) - 1} more" if len(paths) > 1 else "")


def _own_config(site: GeneratedSite) -> tuple[Path, Dictionary[str, object] | None]:
    """Return the file of the config, and its values if that is the tool's."""
    own = site.settings.parent / CONFIG_NAME
    if not own.exists():
        return site.settings, site.values
    if site.values:
        message = f"has options for pwagen, and there is {CONFIG_NAME} as well"
        raise ConfigError([Problem(str(site.settings), message=message, fix="keep one of them")])
    return own, None


def _defaults(site: GeneratedSite) -> dict[str, object]:
    """Return what holds where the user's config is silent."""
    from pwagen.artifacts.icons.monogram import own_color
    from pwagen.config.model import Offline
    from pwagen.starter.draft import short_form

    app = {
        "name": site.name,
        "short_name": short_form(site.name),
        "description": site.description,
        "lang": site.language.replace("_", "-"),
        "dir": site.direction,
        # Without both there is no splash screen of the app's own; the pages of documentation are white.
        "theme_color": site.theme_color or own_color(site.name),
        "background_color": "#ffffff",
    }
    offline = {
        "precache_add": list(site.stored),
        "exclude": list(site.left_out),
        "ignore_params": [*Offline().ignore_params, *site.search_params],
        "verify": not _serves_other_pages(),
    }
    return {
        "app": {key: value for key, value in app.items() if value},
        "icons": _icons(site),
        "offline": offline,
    }


def _serves_other_pages() -> bool:
    """Tell whether a host builds the site that adds to its pages as it serves them.

    Read the Docs adds a script, and sets this variable: https://docs.readthedocs.com/platform/stable/addons.html
    """
    return os.environ.get("READTHEDOCS") == "True"


def _icons(site: GeneratedSite) -> dict[str, str]:
    from pwagen.config.config_source import relative_to

    root = site.settings.parent
    if site.logo and site.logo.resolve().is_relative_to(root.resolve()) and _is_usable(site.logo):
        return {"source": relative_to(site.logo, root)}
    return write_theme_icon(root, site.glyph, site.theme_color)


def _is_usable(logo: Path) -> bool:
    """Tell whether icons can be made from a logo."""
    from pwagen.artifacts.icons.icon_sources import Picture
    from pwagen.starter.icon_takeover import icon_problem

    if not logo.is_file() or icon_problem(logo.parent, logo.name):
        return False
    header = Picture(logo.name, logo.read_bytes()).raster
    return header is None or min(header.width, header.height) >= SMALLEST_LOGO_PX
