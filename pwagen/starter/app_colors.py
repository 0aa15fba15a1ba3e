"""The colours of an app where neither its page nor its manifest names them."""

from __future__ import annotations

from typing import Any

from pwagen.artifacts.icons.icon_sources import Picture
from pwagen.errors import PwagenError
from pwagen.site.detect import SiteFacts
from pwagen.site.page_colors import SiteColors

_WHITE = "#ffffff"


def missing_colors(facts: SiteFacts, app: dict[str, Any], icon: Picture | None) -> dict[str, Any]:
    """Return members for ``app`` that it lacks: ``theme_color``, ``background_color``, and the dark ones.

    They come from the site's style sheets, else from the icon, else from the app's name; dark ones are only
    there if the site has a dark scheme. Without both colours browsers show no splash screen of the app's own.
    """
    members: dict[str, Any] = {}
    if not app.get("theme_color"):
        members["theme_color"] = facts.colors.theme or _color_of(icon) or _own(app["name"])
    if not app.get("background_color"):
        members["background_color"] = facts.colors.background or _WHITE
    dark = {**_members(facts.dark_colors), **(app.get("color_scheme_dark") or {})}
    if dark and dark != app.get("color_scheme_dark"):
        members["color_scheme_dark"] = dark
    return members


def _members(colors: SiteColors) -> dict[str, str]:
    both = {"theme_color": colors.theme, "background_color": colors.background}
    return {name: color for name, color in both.items() if color}


def _color_of(icon: Picture | None) -> str | None:
    if icon is None:
        return None
    from pwagen.artifacts.icons.contrast import hexadecimal
    from pwagen.artifacts.icons.logo_color import logo_color

    try:
        color = logo_color(icon)
    except PwagenError:
        return None
    return color and hexadecimal(color)


def _own(name: str) -> str:
    from pwagen.artifacts.icons.monogram import own_color

    return own_color(name)
