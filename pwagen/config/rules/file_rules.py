"""What a config says about files, held against the disk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path as FilePath
from urllib.parse import unquote, urlsplit

from pwagen.binding.context import Context
from pwagen.binding.crumbs import Path

# https://mimesniff.spec.whatwg.org/#matching-an-image-type-pattern, and what else gets mistaken for a logo.
SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", ""),
    (b"\xff\xd8\xff", ""),
    (b"GIF8", ""),
    (b"RIFF", ""),
    (b"\x00\x00\x01\x00", ""),
    (b"\x00\x00\x00", ""),  # AVIF begins with the length of its first box
    (b"%PDF", "a PDF"),
    (b"\x1f\x8b", "a compressed (svgz)"),
    (b"BM", "a BMP"),
)


def check_files(context: Context, folder: FilePath) -> None:
    """Note files that the config names and that are not there, or not what they should be."""
    for name in ("source", "maskable", "badge"):
        _picture(context, ("icons", name), folder)
    hooks = context.get("worker", "hooks")
    if hooks and not (folder / hooks).is_file():
        context.error(
            ("worker", "hooks"), f'there is no file "{hooks}"', "write its path relative to pwagen.yaml"
        )
    site = context.get("site")
    if site:
        _site(context, folder, site)


def _picture(context: Context, path: Path, folder: FilePath) -> None:
    """Judge a source picture by its first bytes; whether it can be painted shows when it is."""
    name = context.get(*path)
    if not name:
        return
    try:
        with (folder / name).open("rb") as file:
            start = file.read(4096)
    except FileNotFoundError:
        context.error(path, f'there is no file "{name}"', "write its path relative to pwagen.yaml")
        return
    except OSError as error:
        context.error(path, f'"{name}" cannot be read: {(error.strerror or "").lower()}')
        return
    kind = _kind(start)
    if kind:
        context.error(path, f'"{name}" is {kind} file', "save it as SVG or PNG")


def _kind(start: bytes) -> str:
    """Return what a file is that no icons can be made from, "" if they can."""
    kind = next((kind for signature, kind in SIGNATURES if start.startswith(signature)), None)
    if kind == "" or (kind is None and b"<svg" in start.lower()):
        return ""
    if not start:
        return "an empty"
    # A long comment or DOCTYPE may come before <svg>; the reader of pictures looks further.
    is_markup = start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<?xml", b"<!--", b"<!DOCTYPE svg"))
    return "" if is_markup and b"<html" not in start.lower() else kind or "not a picture"


def _site(context: Context, folder: FilePath, site: str) -> None:
    path = folder / site
    if not path.is_dir():
        fix = "build the site first, or write the folder it is published from"
        context.error(("site",), f'there is no folder "{site}"', fix)
        return
    for place, url in _published(context):
        name = unquote(urlsplit(url).path)
        is_elsewhere = not name or name.startswith("/") or "://" in url or _is_made(context, name)
        if not is_elsewhere and not (path / name).is_file():
            context.warning(place, f'there is no file "{name}" in {site}', "write its path below that folder")


def _is_made(context: Context, name: str) -> bool:
    return not context.get("icons", "files") and name.removeprefix("./").startswith("icons/")


def _published(context: Context) -> Iterator[tuple[Path, str]]:
    """Yield every URL of a file that has to be among the published files."""
    lists: list[Path] = [("icons", "files"), ("app", "screenshots")]
    for members in ("shortcuts", "file_handlers", "widgets"):
        for path, entry in context.each("app", members):
            lists += [(*path, name) for name in ("icons", "screenshots") if hasattr(entry, name)]
    places: list[Path] = [(*path, "src") for images in lists for path, _ in context.each(*images)]
    places += [("notifications", name) for name in ("icon", "badge", "image")]
    places += [(*path, "icon") for path, _ in context.each("notifications", "actions")]
    places += [("offline", "fallbacks", name) for name in ("image", "json")]
    for path, _ in context.each("downloads"):
        places += [(*path, "icon"), *(url for url, _ in context.each(*path, "urls"))]
    if context.is_written("worker", "script"):
        places.append(("worker", "script"))
    for place in places:
        url = context.get(*place)
        if url:
            yield place, url
