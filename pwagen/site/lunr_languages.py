"""The languages that the search of Material for MkDocs brings along: 900 kB, of which few are needed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path

from pwagen.site.inside import read_inside

INDEX = "search/search_index.json"
_FOLDER = "assets/javascripts/lunr"
# At the beginning of the index: {"config":{"lang":["en"],…
_LANGUAGES = re.compile(r'"lang"\s*:\s*(\[[^\]]{0,500}\])')
_CONFIG_BYTES = 4096
# For every language but English, and for some more.
_SHARED = ("stemmer.support", "multi")
_MORE_FOR = {"ja": ("tinyseg",), "th": ("wordcut",), "zh": ("jieba",)}


def unused_languages(site: Path) -> list[str]:
    """Return globs of the files of a built site that its search never reads, none if it is another search."""
    files = sorted((site / _FOLDER).rglob("*.js"))
    needed = _needed(_languages(site))
    unused = [file for file in files if file.name not in needed]
    if unused == files:
        return [f"{_FOLDER}/**"] if files else []
    return _globs(path.relative_to(site).as_posix() for path in unused)


def _languages(site: Path) -> set[str]:
    """Return the codes of the languages of the search, e.g. "de"."""
    start = read_inside(site, site / INDEX, _CONFIG_BYTES).decode("utf-8", "replace")
    match = _LANGUAGES.search(start)
    try:
        languages = json.loads(match[1]) if match else []
    except ValueError:
        return set()
    return {str(language).partition("-")[0] for language in languages}


def _needed(languages: set[str]) -> set[str]:
    """Return the names of the files that the search reads."""
    codes = languages - {"en"}
    names = {*codes, *_SHARED} if codes else set()
    names.update(name for code in codes for name in _MORE_FOR.get(code, ()))
    return {f"lunr.{name}.min.js" for name in names} | {f"{name}.js" for name in names}


def _globs(paths: Iterable[str]) -> list[str]:
    """Return few globs for many paths: one for all lunr.CODE.min.js of a folder."""
    codes: dict[str, list[str]] = {}
    others = []
    for path in paths:
        if match := re.fullmatch(r"(.*/lunr\.)([\w.]+)(\.min\.js)", path):
            codes.setdefault(f"{match[1]}{{}}{match[3]}", []).append(match[2])
        else:
            others.append(path)
    return [*(frame.replace("{}", f"{{{','.join(names)}}}") for frame, names in codes.items()), *others]
