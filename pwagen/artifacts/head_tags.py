"""The tags that go into the head of every page."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING

from pwagen.artifacts.icons.icon_names import OPEN_GRAPH

if TYPE_CHECKING:
    from pwagen.artifacts.icons import Icon
    from pwagen.config.model import App, Config, Head


def head_tags(
    config: Config,
    icons: Iterable[Icon],
    prefix: str = "",
    manifest: str = "manifest.json",
    *,
    nonce: str = "",
) -> list[str]:
    """Return the tags as HTML, one a string; ``prefix`` leads from the page to the files, e.g. ``"../"``.

    ``manifest`` is the file of the page's language, ``nonce`` that of the response's Content-Security-Policy.
    """
    icons = tuple(icons)
    tags = [manifest_tag(config.head, prefix + manifest), *_theme_colors(config.app)]
    for icon in icons:
        if icon.rel:
            sizes = icon.sizes if icon.rel == "icon" else ""
            kind = "" if icon.media else icon.type
            address = prefix + icon.artifact.path
            tags.append(
                _tag("link", rel=icon.rel, href=address, sizes=sizes, type=kind, media=icon.media or "")
            )
    if any(icon.media for icon in icons):
        # Without it, iOS shows splash screens for none but apps of its own.
        tags.append(_tag("meta", name="apple-mobile-web-app-capable", content="yes"))
    tags += _open_graph(config, icons)
    attribute = f' nonce="{escape(nonce)}"' if nonce else ""
    tags.append(f'<script src="{escape(prefix)}register.js" defer{attribute}></script>')
    return tags


def _open_graph(config: Config, icons: Iterable[Icon]) -> list[str]:
    """Return the tags of the picture of shared links (https://ogp.me/#structured)."""
    icon = next((icon for icon in icons if icon.artifact.path == OPEN_GRAPH.path), None)
    if icon is None or not config.icons.open_graph:
        return []
    width, height = icon.sizes.split("x")
    values = {
        "og:image": f"{config.icons.open_graph.rstrip('/')}/{icon.artifact.path}",
        "og:image:type": icon.type,
        "og:image:width": width,
        "og:image:height": height,
        "og:image:alt": config.app.name,
    }
    return [_tag("meta", property=name, content=value) for name, value in values.items()]


def manifest_tag(head: Head, address: str) -> str:
    """Return the tag that links a manifest."""
    return _tag("link", rel="manifest", href=address, crossorigin=head.manifest_crossorigin or "")


def _theme_colors(app: App) -> list[str]:
    light = app.theme_color
    dark = app.color_scheme_dark.theme_color if app.color_scheme_dark else None
    if dark:
        media = [("(prefers-color-scheme: light)", light), ("(prefers-color-scheme: dark)", dark)]
        return [
            _tag("meta", name="theme-color", content=color, media=query) for query, color in media if color
        ]
    return [_tag("meta", name="theme-color", content=light)] if light else []


def _tag(element: str, /, **attributes: str) -> str:
    """Return a void element; attributes without a value are left out."""
    written = (f' {key}="{escape(value)}"' for key, value in attributes.items() if value)
    return f"<{element}{''.join(written)}>"
