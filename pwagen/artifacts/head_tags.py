"""The tags that go into the head of every page."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING

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
    tags = [manifest_tag(config.head, prefix + manifest), *_theme_colors(config.app)]
    for icon in icons:
        if icon.rel:
            sizes = icon.sizes if icon.rel == "icon" else ""
            tags.append(
                _tag("link", rel=icon.rel, href=prefix + icon.artifact.path, sizes=sizes, type=icon.type)
            )
    attribute = f' nonce="{escape(nonce)}"' if nonce else ""
    tags.append(f'<script src="{escape(prefix)}register.js" defer{attribute}></script>')
    return tags


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
