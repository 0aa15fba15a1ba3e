"""Generated files in a site whose lock file is lost."""

from __future__ import annotations

from pathlib import Path

from pwagen.names import MORE_SCRIPT, OWN_SCRIPT, OWN_WORKER

# The marks that the templates put into generated files.
_SIGNS = {
    OWN_WORKER: b"made by pwagen",
    OWN_SCRIPT: b"made by pwagen",
    MORE_SCRIPT: b"made by pwagen",
    "offline.html": b'<meta name="generator" content="pwagen">',
}
_WITHOUT_SIGN = ("manifest.json", "offline.css", "icons/icon-192.png", "favicon.ico")


def left_over(site: Path) -> tuple[list[str], list[str]]:
    """Return the files that pwagen generated, and those that it may have, judging by their names."""
    generated = [path for path, sign in _SIGNS.items() if sign in _start(site / path)]
    named = [path for path in _WITHOUT_SIGN if (site / path).is_file()]
    languages = sorted(file.name for file in site.glob("manifest.*.json"))
    return generated, [path.replace("icons/icon-192.png", "icons/") for path in [*named, *languages]]


def _start(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            return stream.read(2000)
    except OSError:
        return b""
