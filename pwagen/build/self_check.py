"""A built result held against itself before it takes its place: what the worker lists is what is served."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from pwagen.artifacts.precache_entry import PrecacheEntry
from pwagen.errors import PwagenError
from pwagen.names import OWN_WORKER
from pwagen.site.walk import stamp_of

if TYPE_CHECKING:
    from pwagen.artifacts.artifact import Artifact
    from pwagen.site.scan import Site

_LIST = re.compile(r"\bprecache\"?\s*:\s*(?=\[\s*\[)")


def refuse_wrong_list(artifacts: Collection[Artifact], site: Site | None, gone: Iterable[str] = ()) -> None:
    """Raise a PwagenError unless every file in the list of the worker will be served as listed.

    ``site`` is the site as it will be served: files that change have their new hash and, in ``sizes``,
    their new size. All others are as they were scanned, or the error says which isn't. ``gone`` are paths
    that the build removes.
    """
    worker = next((one.content for one in artifacts if one.path == OWN_WORKER), None)
    if worker is None:
        return
    made = {one.path: PrecacheEntry.of(one.path, one.content, required=True).sha256 for one in artifacts}
    gone = set(gone)
    unchanged = []
    rows = listed(worker.decode()) or [entry.row() for entry in (site.precache if site else ())]
    for path, sha256, _ in rows:
        if path in made or path in gone or site is None:
            _refuse(path, is_right=made.get(path) == sha256)
        else:
            _refuse(path, is_right=site.hashes.get(path) == sha256)
            if path not in site.sizes:
                unchanged.append(path)
    if site and site.candidates:
        stamps = {file.path: file.stamp for file in site.candidates.files}
        _refuse_changed(f"{site.folder}{os.sep}", unchanged, stamps)


def listed(worker: str) -> list[Any]:
    """Return the list in a worker that a build made: path, base64 SHA-256, whether it must be stored."""
    # A minifier leaves the list as it is, whatever it does with the names around it.
    match = _LIST.search(worker)
    if not match:
        return []
    try:
        entries: list[Any] = json.JSONDecoder().raw_decode(worker, match.end())[0]
    except ValueError:
        return []
    return entries


def _refuse(path: str, *, is_right: bool) -> None:
    if not is_right:
        raise PwagenError(
            f"{path}: the worker would list it with a hash that it isn't served with, so nothing was "
            "written - please report this as a mistake of pwagen's"
        )


def _refuse_changed(root: str, paths: Iterable[str], stamps: Mapping[str, int]) -> None:
    for path in paths:
        try:
            is_same = stamp_of(os.stat(root + path)) == stamps.get(path)  # noqa: PTH116
        except OSError:
            is_same = False
        if not is_same:
            raise PwagenError(f"{root}{path}: changed while pwagen was at work - build again")
