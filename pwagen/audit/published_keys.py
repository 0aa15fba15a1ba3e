"""The private keys in the files of a site, packed in archives and source maps or not."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from typing import NamedTuple

from pwagen.audit.sources.source import Resource, Source
from pwagen.keys.archive_search import FoundKey, archive_format, find_outside_archives, search_archive
from pwagen.keys.key_search import KeySearch, is_read_for_keys

SECONDS = 10.0
"""For the archives of one site, together: a small one may unpack to hundreds of megabytes."""


class PublishedKeys(NamedTuple):
    """The first private key of each file that has one, and why archives could not be searched, by path."""

    keys: dict[str, FoundKey]
    unsearched: dict[str, str]


def search_published(
    source: Source, get: Callable[[str], Resource | None], search: KeySearch, seconds: float = SECONDS
) -> PublishedKeys:
    """Search every file of a source, which ``get`` reads by its path; archives for so many seconds."""
    result = PublishedKeys({}, {})
    for path in source.paths():
        if not is_read_for_keys(path, source.size(path)):
            continue
        resource = get(path)
        if resource is None:
            continue
        content = resource.content
        key = None
        if archive_format(content[:512], path):
            start = time.monotonic()
            key, unsearched = search_archive(io.BytesIO(content), path, search, start + seconds)
            seconds -= time.monotonic() - start
            if unsearched and not key:
                result.unsearched[resource.path] = unsearched
        if key := key or find_outside_archives(content, path, search):
            result.keys[resource.path] = key
    return result
