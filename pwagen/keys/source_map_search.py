"""Private keys in source maps, which hold the sources of a script whole, also those that nobody publishes.

https://tc39.es/ecma426/ has the format.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator

from pwagen.keys.key_search import KeySearch

_INLINE = re.compile(rb"sourceMappingURL=data:application/json[^,\s]{0,40};base64,([A-Za-z0-9+/=]+)")
_DATA = b"sourceMappingURL=data:"
_MAP_SUFFIX = ".map"
_WITH_INLINE = (".js", ".mjs", ".cjs", ".css", ".html", ".htm")


def may_have_source_map(path: str, beginning: bytes, is_whole: bool) -> bool:
    """Tell whether a file may have sources in it, from its name and its beginning, which may be all of it."""
    name = path.lower()
    inside = name.endswith(_WITH_INLINE) and (_DATA in beginning or not is_whole)
    return inside or name.endswith(_MAP_SUFFIX)


def find_in_source_map(content: bytes, path: str, search: KeySearch) -> tuple[str, str] | None:
    """Return the kind of the first private key in the sources that a file maps, and the name of the source.

    A script or a style sheet may have its map inside. None if there is no key, or no map.
    """
    for document in _maps(content, path.lower()):
        for name, source in _sources(document):
            # Under its own name, since what is called a key in .env is one.
            if kind := search.find(source.encode(errors="replace"), name, packed_in=path):
                return kind, name
    return None


def _maps(content: bytes, path: str) -> Iterator[object]:
    texts = [content] if path.endswith(_MAP_SUFFIX) else []
    if path.endswith(_WITH_INLINE) and _DATA in content:
        texts += [base64.b64decode(match + b"===") for match in _INLINE.findall(content)]
    for text in texts:
        try:
            # Against inclusion in other sites, a map may begin so.
            yield json.loads(text.removeprefix(b")]}'"))
        except (ValueError, RecursionError):
            continue


def _sources(document: object) -> Iterator[tuple[str, str]]:
    """Yield name and text of the sources in a map, also in the maps that it is put together from."""
    pending = [document]
    while pending:
        part = pending.pop()
        if not isinstance(part, dict):
            continue
        names, texts = part.get("sources"), part.get("sourcesContent")
        for index, text in enumerate(texts if isinstance(texts, list) else ()):
            name = names[index] if isinstance(names, list) and index < len(names) else None
            if isinstance(text, str):
                yield str(name or index), text
        sections = part.get("sections")
        listed = sections if isinstance(sections, list) else ()
        pending.extend(section.get("map") for section in listed if isinstance(section, dict))
