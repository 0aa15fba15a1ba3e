"""``pwagen build --watch``: build again when something that a build reads has changed."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path

from pwagen.binding.context import Context
from pwagen.build.project import SOURCES
from pwagen.config import parse_leniently
from pwagen.errors import PwagenError, reason
from pwagen.globs import matcher
from pwagen.names import config_file, output_folder
from pwagen.site.scan import DEFAULT_PRECACHE, PAGE_SUFFIXES
from pwagen.site.walk import File, walk

Fingerprint = int | None
"""Differs, for all practical purposes, once a file has been written to; None for a file that isn't there."""


def watch_project(
    path: Path, build: Callable[[], object], *, rounds: int | None = None, poll_seconds: float = 0.5
) -> None:
    """Call ``build`` now and after every change of what it reads, until interrupted.

    A mistake in the config is printed and waited for, not fatal. Polling rather than the operating
    system's events: it works the same on network drives and in containers. ``rounds`` ends the loop
    after that many looks.
    """
    file = config_file(path)
    before: dict[str, Fingerprint] | None = None
    while rounds is None or rounds > 0:
        now = snapshot(path)
        if now != before:
            before = now
            try:
                build()
            except (PwagenError, OSError) as error:
                print(reason(error), file=sys.stderr)
            print(f"Watching {file} and what it names; Ctrl-C ends.", file=sys.stderr)
        rounds = None if rounds is None else rounds - 1
        time.sleep(poll_seconds)


def snapshot(path: Path) -> dict[str, Fingerprint]:
    """Return file -> stamp of everything that a build of the project in ``path`` reads, or would read.

    What cannot be read, and what is wrong with the config, is for the build to say.
    """
    file = config_file(path)
    root = file.parent
    seen = {str(file): fingerprint(file)}
    context = _glance(file, seen[str(file)])
    if context is None:
        return seen
    for place in SOURCES:
        if name := context.get(*place):
            seen[str(root / name)] = fingerprint(root / name)
    if site := context.get("site"):
        seen.update(_site(root, site, _is_read(context)))
    return seen


def fingerprint(file: Path) -> Fingerprint:
    """Return a file's stamp."""
    try:
        found = file.stat()
    except OSError:
        return None
    return hash((found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino))


@lru_cache(maxsize=1)
def _glance(file: Path, _: Fingerprint) -> Context | None:
    return parse_leniently(file)


def _site(root: Path, site: str, is_read: Callable[[str], bool]) -> Iterator[tuple[str, Fingerprint]]:
    folder, out = (root / site).resolve(), output_folder(root, site).resolve()
    within = f"{out.relative_to(folder).as_posix()}/" if out.is_relative_to(folder) else None
    try:
        for entry in walk(folder):
            # A project that is published itself: what was built changes without any change of the input.
            is_built = within is not None and entry.path.startswith(within)
            if isinstance(entry, File) and not is_built and is_read(entry.path):
                yield f"{folder}/{entry.path}", entry.stamp
    except PwagenError:
        return  # generators make their folder anew: the next look tells


def _is_read(context: Context) -> Callable[[str], bool]:
    """Return a function that tells whether a build looks at a file of the site: not at a log, for example."""
    globs = [
        *(context.get("offline", "precache") or DEFAULT_PRECACHE),
        *(context.get("offline", "optional") or ()),
    ]
    globs += [
        context.get("offline", *place) for place in (("page",), ("fallbacks", "image"), ("fallbacks", "json"))
    ]
    globs += [f"**/*{suffix}" for suffix in (*PAGE_SUFFIXES, ".js", ".mjs")]
    return matcher(glob for glob in globs if glob)
