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
from pwagen.site.precache import PAGE_SUFFIXES, requested_globs
from pwagen.site.walk import File, stamp_of, walk

Fingerprint = int | None
"""Differs, for all practical purposes, once a file has been written to; None for a file that isn't there."""


def watch_project(
    path: Path, build: Callable[[], object], *, rounds: int | None = None, poll_seconds: float = 0.5
) -> None:
    """Call ``build`` now and after every change of what it reads, until interrupted.

    A mistake in the config is printed, and the loop goes on. Polling rather than the operating
    system's events: it works the same on network drives and in containers. ``rounds`` ends the loop
    after that many polls.
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
    """Return file -> stamp of every file that a build of the project in ``path`` reads, or would read.

    Unreadable files and mistakes in the config are left for the build to report.
    """
    file = config_file(path)
    root = file.parent
    fingerprints = {str(file): fingerprint(file)}
    context = _parse(file, fingerprints[str(file)])
    if context is None:
        return fingerprints
    for place in SOURCES:
        if name := context.get(*place):
            fingerprints[str(root / name)] = fingerprint(root / name)
    if site := context.get("site"):
        fingerprints.update(_site(root, site, _is_read(context)))
    return fingerprints


def fingerprint(file: Path) -> Fingerprint:
    """Return a file's stamp."""
    try:
        return stamp_of(file.stat())
    except OSError:
        return None


@lru_cache(maxsize=1)
def _parse(file: Path, _: Fingerprint) -> Context | None:
    return parse_leniently(file)


def _site(root: Path, site: str, is_read: Callable[[str], bool]) -> Iterator[tuple[str, Fingerprint]]:
    folder, out = (root / site).resolve(), output_folder(root, site).resolve()
    out_prefix = f"{out.relative_to(folder).as_posix()}/" if out.is_relative_to(folder) else None
    try:
        for entry in walk(folder):
            # The project itself is published: built files change without any change of the input.
            is_built = out_prefix is not None and entry.path.startswith(out_prefix)
            if isinstance(entry, File) and not is_built and is_read(entry.path):
                yield f"{folder}/{entry.path}", entry.stamp
    except PwagenError:
        return  # generators recreate their folder: the next snapshot has it


def _is_read(context: Context) -> Callable[[str], bool]:
    """Return a function that tells whether a build reads a file of the site: not a log, for example."""
    offline = context.get("offline")
    stored = requested_globs(offline) if offline else ()
    return matcher([*stored, *(f"**/*{suffix}" for suffix in (*PAGE_SUFFIXES, ".js", ".mjs"))])
