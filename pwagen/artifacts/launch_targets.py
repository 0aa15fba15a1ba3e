"""The ways to open an app other than its icon: shared data, files, links, shortcuts, widgets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pwagen.config.scope import path_below

if TYPE_CHECKING:
    from pwagen.binding.crumbs import Path
    from pwagen.config.model import App

PLACEHOLDER = "%s"


def urls_with_query(app: App) -> list[str]:
    """Return the URLs that open a page with a query that isn't part of it; ``%s`` stands for any text."""
    urls = [app.start_url, *(url for _, url in _pages(app))]
    if app.share_target and app.share_target.method == "GET":
        # https://w3c.github.io/web-share-target/#launching-the-web-share-target: the query is replaced.
        urls.append(app.share_target.action.partition("?")[0] + "?" + PLACEHOLDER)
    return list(dict.fromkeys(url.partition("#")[0] for url in urls if "?" in url.partition("#")[0]))


def missing_pages(app: App, pages: tuple[str, ...]) -> list[tuple[Path, str]]:
    """Return (place in `app`, URL) of each page that the app can be opened at and that isn't among ``pages``.

    ``pages`` are the paths of a published folder. Pages outside of it can't be checked.
    """
    existing = frozenset(pages)
    missing = []
    for member, url in _pages(app):
        path = path_below(url)
        candidates = (path, f"{path}.html", f"{path}/index.html", f"{path}index.html")
        if path is not None and existing.isdisjoint(candidates):
            missing.append((member, url))
    return missing


def plain_pages(app: App) -> Iterator[tuple[str, Path, str]]:
    """Yield (kind of launch, place in `app`, URL) of the pages that are opened by their URL alone."""
    if app.note_taking:
        yield "note", ("note_taking", "new_note_url"), app.note_taking.new_note_url
    if app.lock_screen:
        yield "lock-screen", ("lock_screen", "start_url"), app.lock_screen.start_url
    for index, shortcut in enumerate(app.shortcuts):
        yield "shortcut", ("shortcuts", index, "url"), shortcut.url


def _pages(app: App) -> Iterator[tuple[Path, str]]:
    """Yield (place in `app`, URL) of every page that the app can be opened at, the start page aside."""
    for _, member, url in plain_pages(app):
        yield member, url
    if app.share_target:
        yield ("share_target", "action"), app.share_target.action
    for index, file_handler in enumerate(app.file_handlers):
        yield ("file_handlers", index, "action"), file_handler.action
    for index, protocol_handler in enumerate(app.protocol_handlers):
        yield ("protocol_handlers", index, "url"), protocol_handler.url
