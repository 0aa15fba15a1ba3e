"""A page that shows the icons as each platform does, with everything that it shows inside of it."""

from __future__ import annotations

import base64
from collections.abc import Iterable

from pwagen.artifacts.icons.icon_names import Icon
from pwagen.config.model import App
from pwagen.render import render

# Names of the page for the paths of `icon_names`.
_PICTURES = {
    "any": "icons/icon-192.png",
    "large": "icons/icon-512.png",
    "maskable": "icons/icon-maskable-512.png",
    "badge": "icons/badge-96.png",
    "apple": "icons/apple-touch-icon.png",
    "favicon": "favicon.ico",
    "favicon_svg": "icons/favicon.svg",
}


def preview_page(app: App, icons: Iterable[Icon]) -> str:
    """Return the page, for the icons of a build; it loads nothing and runs no script."""
    urls = {icon.artifact.path: _data_url(icon) for icon in icons}
    return render(
        "icon-preview.html.jinja",
        name=app.name,
        short_name=app.short_name or app.name,
        lang=app.lang,
        theme=app.theme_color or "#ffffff",
        background=app.background_color or "#ffffff",
        dark_theme=(app.color_scheme_dark and app.color_scheme_dark.theme_color)
        or app.theme_color
        or "#202124",
        dark_background=(app.color_scheme_dark and app.color_scheme_dark.background_color) or "#202124",
        files=[(icon.artifact.path, icon.sizes, len(icon.artifact.content)) for icon in icons],
        **{name: urls.get(path) for name, path in _PICTURES.items()},
    )


def _data_url(icon: Icon) -> str:
    return f"data:{icon.type};base64,{base64.b64encode(icon.artifact.content).decode()}"
