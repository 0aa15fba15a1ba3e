"""`pwagen` without some of what a build does, to measure what that costs: NAME … -- ARGUMENT …

The names are those of ``PARTS``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping

from pwagen.build import self_check
from pwagen.cli import run
from pwagen.keys.key_search import KeySearch
from pwagen.site import hashes


def _search() -> None:
    KeySearch.find = lambda *_, **__: None  # type: ignore[method-assign]
    hashes.archive_format = lambda *_: None  # type: ignore[attr-defined]


def _self_check() -> None:
    self_check.refuse_wrong_list = lambda *_: None


PARTS: Mapping[str, Callable[[], None]] = {"search": _search, "self-check": _self_check}

if __name__ == "__main__":
    at = sys.argv.index("--")
    for name in sys.argv[1:at]:
        PARTS[name]()
    del sys.argv[1 : at + 1]
    run()
