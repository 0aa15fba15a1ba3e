"""Pages in encodings that don't extend ASCII, as far as browsers recognise them."""

from __future__ import annotations

import sys
from array import array
from typing import NamedTuple

UTF16 = {b"\xff\xfe": "little", b"\xfe\xff": "big"}


class CodeUnits(NamedTuple):
    """A page as one byte for each code unit, so that positions can be found in it.

    A position in ``units`` is ``start + width * position`` in the page.
    """

    units: bytes
    start: int
    width: int
    encoding: str

    def encode(self, text: str) -> bytes:
        """Return ASCII text in the page's encoding."""
        return text.encode(self.encoding)


def code_units(page: bytes) -> CodeUnits:
    """Return the page's code units; in UTF-16 those beyond ASCII become an ``x``.

    Without a byte order mark no browser reads a page from disk as UTF-16, whatever it declares
    (https://encoding.spec.whatwg.org/#utf-16be-le, https://html.spec.whatwg.org/#encoding-sniffing-algorithm).
    """
    order = UTF16.get(page[:2])
    if order is None:
        return CodeUnits(page, 0, 1, "ascii")
    units = array("H", page[2 : len(page) - len(page) % 2])
    if order != sys.byteorder:
        units.byteswap()
    return CodeUnits(
        bytes(unit if unit < 0x80 else 0x78 for unit in units),
        start=2,
        width=2,
        encoding="utf-16-le" if order == "little" else "utf-16-be",
    )
