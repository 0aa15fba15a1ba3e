"""What a golden case holds: a project, and beside it in `out/` every text file that a build makes of it.

Pictures are kept as one line each (size, not bytes: encoders change between versions of libvips). The page's
scripts are kept as they are before they are minified.
"""

from __future__ import annotations

import struct
from pathlib import Path

from pwagen.build.plan import plan
from pwagen.build.project import read_project
from pwagen.names import PAGE_SCRIPTS

CASES = ("minimal", "full")
FOLDER = Path(__file__).parent
PICTURES = (".png", ".ico")


def expected(case: str) -> dict[str, str]:
    """Return path -> text of a case as it is in the repository."""
    out = FOLDER / case / "out"
    return {
        path.relative_to(out).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(out.rglob("*"))
        if path.is_file()
    }


def actual(case: str) -> dict[str, str]:
    """Return path -> text of a case as pwagen builds it now."""
    texts: dict[str, str] = {}
    pictures = []
    for artifact in sorted(plan(read_project(FOLDER / case)), key=lambda one: one.path):
        if artifact.path.endswith(PICTURES):
            pictures.append(f"{artifact.path} {_dimensions(artifact.content)}\n")
        elif artifact.path not in PAGE_SCRIPTS:
            texts[artifact.path] = artifact.content.decode()
    if pictures:
        texts["pictures.txt"] = "".join(pictures)
    return texts


def _dimensions(content: bytes) -> str:
    if content.startswith(b"\x89PNG"):
        width, height = struct.unpack(">II", content[16:24])
        return f"{width}x{height}"
    (count,) = struct.unpack("<H", content[4:6])
    sides = [content[6 + 16 * index] for index in range(count)]
    return " ".join(f"{side}x{side}" for side in sides)
