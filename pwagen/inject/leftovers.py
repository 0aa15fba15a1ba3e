"""What a build left in a site of which nothing is written down any more."""

from __future__ import annotations

from pathlib import Path

from pwagen.names import MORE_SCRIPT, OWN_SCRIPT, OWN_WORKER

# Where a template says who made the file, and what.
_SIGNS = {
    OWN_WORKER: b"made by pwagen",
    OWN_SCRIPT: b"made by pwagen",
    MORE_SCRIPT: b"made by pwagen",
    "offline.html": b'<meta name="generator" content="pwagen">',
}
_WITHOUT_SIGN = ("manifest.json", "offline.css", "icons/icon-192.png", "favicon.ico")


def left_over(site: Path) -> tuple[list[str], list[str]]:
    """Return the files that are pwagen's, and those that may be, by their names alone."""
    ours = [path for path, sign in _SIGNS.items() if sign in _start(site / path)]
    named = [path for path in _WITHOUT_SIGN if (site / path).is_file()]
    languages = sorted(file.name for file in site.glob("manifest.*.json"))
    return ours, [path.replace("icons/icon-192.png", "icons/") for path in [*named, *languages]]


def _start(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            return stream.read(2000)
    except OSError:
        return b""
