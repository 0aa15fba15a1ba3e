"""A page that shows the icons as each platform does: with everything in one file, or for the dev server."""

from __future__ import annotations

import base64
import mimetypes
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple
from urllib.parse import quote

from pwagen.artifacts.icons.contrast import hexadecimal, ink_on
from pwagen.artifacts.icons.css_color import rgb
from pwagen.artifacts.icons.icon_names import Icon
from pwagen.config.model import App
from pwagen.render import render, source

# Names of the page for the paths of `icon_names`.
_PICTURES = {
    "any": "icons/icon-192.png",
    "large": "icons/icon-512.png",
    "maskable": "icons/icon-maskable-512.png",
    "badge": "icons/badge-96.png",
    "apple": "icons/apple-touch-icon.png",
    "favicon": "favicon.ico",
    "favicon_svg": "icons/favicon.svg",
    "ios_splash": "icons/splash-1170x2532.png",
    "ios_splash_dark": "icons/splash-dark-1170x2532.png",
    "ios_splash_wide": "icons/splash-2732x2048.png",
    "open_graph": "icons/open-graph.png",
}
PICTURES_PATH = "pictures/"
"""Where the dev server has the pictures, relative to the page."""


class PreviewPicture(NamedTuple):
    """A picture of the page, with its media type."""

    content: bytes
    type: str


def preview_pictures(
    app: App, icons: Iterable[Icon], screenshots: Mapping[str, bytes]
) -> dict[str, PreviewPicture]:
    """Return what the page shows by its path: the icons, and those of the app's screenshots that are given.

    ``screenshots`` has their bytes by the ``src`` of the config.
    """
    pictures = {icon.artifact.path: PreviewPicture(icon.artifact.content, icon.type) for icon in icons}
    for screenshot in app.screenshots:
        if content := screenshots.get(screenshot.src):
            kind = screenshot.type or mimetypes.guess_type(screenshot.src)[0] or ""
            # Never what a page could run, whatever the config names.
            kind = kind if kind.startswith("image/") else "image/png"
            pictures[screenshot.src] = PreviewPicture(content, kind)
    return pictures


def preview_page(app: App, icons: tuple[Icon, ...], screenshots: Mapping[str, bytes]) -> str:
    """Return the page in one file: it loads nothing and runs no script."""
    pictures = preview_pictures(app, icons, screenshots)
    styles = source("console/icon-preview.css") + preview_colors(app)
    return _page(app, icons, pictures, lambda path: _data_url(pictures[path]), styles=styles, built=None)


def served_preview_page(
    app: App, icons: tuple[Icon, ...], screenshots: Mapping[str, bytes], built: float
) -> str:
    """Return the page of the dev server, which loads itself again after a build.

    ``built`` is the time of the build that it shows, in seconds since 1970.
    """
    pictures = preview_pictures(app, icons, screenshots)
    return _page(app, icons, pictures, lambda path: PICTURES_PATH + quote(path), styles=None, built=built)


def preview_colors(app: App) -> str:
    """Return a style sheet with the app's colours, and with one for text on each background."""
    dark = app.color_scheme_dark
    theme, background = app.theme_color or "#ffffff", app.background_color or "#ffffff"
    dark_background = (dark and dark.background_color) or "#202124"
    colors = {
        "theme": theme,
        "background": background,
        "on-background": _ink(background),
        "dark-theme": (dark and dark.theme_color) or app.theme_color or "#202124",
        "dark-background": dark_background,
        "on-dark-background": _ink(dark_background),
    }
    members = "".join(f"  --{name}: {color};\n" for name, color in colors.items())
    return f":root {{\n{members}}}\n"


def _page(
    app: App,
    icons: tuple[Icon, ...],
    pictures: Mapping[str, PreviewPicture],
    url: Callable[[str], str],
    **values: Any,
) -> str:
    return render(
        "icon-preview.html.jinja",
        name=app.name,
        short_name=app.short_name or app.name,
        description=app.description,
        lang=app.lang,
        schemes=("light", "dark"),
        files=[(icon.artifact.path, icon.sizes, len(icon.artifact.content)) for icon in icons],
        screenshots=[
            {"url": url(screenshot.src), "label": screenshot.label or ""}
            for screenshot in app.screenshots
            if screenshot.src in pictures
        ],
        **{name: url(path) if path in pictures else None for name, path in _PICTURES.items()},
        **values,
    )


def _ink(background: str) -> str:
    """Return the colour of text, which systems choose by what is behind it."""
    return hexadecimal(ink_on(rgb(background)))


def _data_url(picture: PreviewPicture) -> str:
    return f"data:{picture.type};base64,{base64.b64encode(picture.content).decode()}"
