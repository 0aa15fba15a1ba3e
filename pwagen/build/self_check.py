"""The check of a build before it is put in place: the worker's list matches the files that are served."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from pwagen.artifacts.precache_entry import sha256_base64
from pwagen.errors import PwagenError
from pwagen.names import OWN_WORKER
from pwagen.site.walk import stamp_of

if TYPE_CHECKING:
    from pwagen.artifacts.artifact import Artifact
    from pwagen.site.scan import Site

_LIST = re.compile(r"\bprecache\"?\s*:\s*(?=\[\s*\[)")


def refuse_wrong_list(
    artifacts: Collection[Artifact], site: Site | None, removed: Iterable[str] = ()
) -> None:
    """Raise a PwagenError unless every file in the list of the worker will be served as listed.

    ``site`` is the site as it will be served: files that change have their new hash and, in ``sizes``,
    their new size. All others must be as they were scanned. ``removed`` are paths that the build removes.
    """
    worker = next((artifact.content for artifact in artifacts if artifact.path == OWN_WORKER), None)
    if worker is None:
        return
    contents = {artifact.path: artifact.content for artifact in artifacts}
    removed = set(removed)
    unchanged = []
    rows = listed(worker.decode()) or [entry.row() for entry in (site.precache if site else ())]
    for path, sha256, _ in rows:
        if path in contents or path in removed or site is None:
            _refuse(path, is_right=path in contents and sha256_base64(contents[path]) == sha256)
        else:
            _refuse(path, is_right=site.hashes.get(path) == sha256)
            if path not in site.sizes:
                unchanged.append(path)
    if site and site.candidates:
        stamps = {file.path: file.stamp for file in site.candidates.files}
        _refuse_changed(f"{site.folder}{os.sep}", unchanged, stamps)


def listed(worker: str) -> list[Any]:
    """Return the list in a worker that a build made: path, base64 SHA-256, whether it must be stored."""
    # A minifier may rename what is around the list, but leaves the list as it is.
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
