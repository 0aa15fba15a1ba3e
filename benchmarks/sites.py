"""Sites to measure with: the same bytes for the same number of files, on every machine.

Three in ten files are pages, nine in twenty pictures, the rest scripts and styles; 1 to 6 kB each, in folders
of a hundred.
"""

from __future__ import annotations

import struct
import zlib
from pathlib import Path
from random import Random

SUFFIXES = (*("html", "png", "js", "png", "html", "png") * 3, "css", "js")
IN_FOLDER = 100
WORDS = (
    "the",
    "tide",
    "ferry",
    "harbour",
    "news",
    "of",
    "at",
    "noon",
    "light",
    "wind",
    "boat",
    "island",
    "and",
)


def make_site(folder: Path, count: int) -> None:
    """Write a site of ``count`` files into ``folder``, which is made."""
    for number in range(count):
        suffix = SUFFIXES[number % len(SUFFIXES)]
        target = folder / path_of(number, suffix)
        if number % IN_FOLDER < 2:
            target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content(number, suffix))


def path_of(number: int, suffix: str) -> str:
    """Return where the file with this number is."""
    if number == 0:
        return "index.html"
    return f"part-{number // IN_FOLDER // 50:02}/{number // IN_FOLDER:04}/{number:06}.{suffix}"


def content(number: int, suffix: str) -> bytes:
    """Return the bytes of the file with this number."""
    random = Random(number)
    if suffix == "png":
        return _picture(random)
    if suffix == "html":
        return _page(number, random).encode()
    line = ".c{} {{ margin: {}px }}" if suffix == "css" else "export const c{} = {};"
    lines = (line.format(at, random.randrange(10_000)) for at in range(random.randrange(50, 200)))
    return "\n".join(lines).encode()


def _page(number: int, random: Random) -> str:
    paragraphs = "\n".join(
        f"<p>{' '.join(random.choices(WORDS, k=60))}.</p>" for _ in range(random.randrange(3, 15))
    )
    return f"""<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width">
    <title>Page {number}</title>
    <link rel="stylesheet" href="style.css">
  </head>
  <body>
    <h1>Page {number}</h1>
    {paragraphs}
  </body>
</html>
"""


def _picture(random: Random) -> bytes:
    """Return a grey PNG of noise, 40 to 70 pixels wide (https://www.w3.org/TR/png-3/)."""
    side = random.randrange(40, 70)
    rows = b"".join(b"\0" + random.randbytes(side) for _ in range(side))
    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 1)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )
