"""The report on what is stored at installation."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from pwagen.build.self_check import listed
from pwagen.cli.output import human_size, table
from pwagen.names import MANIFEST, OWN_SCRIPT, OWN_WORKER
from pwagen.site.precache import SHOWN_FIRST

if TYPE_CHECKING:
    from pwagen.artifacts.artifact import Artifact
    from pwagen.site.scan import Site

SHOWN = 10


def first_visit(site: Site, artifacts: Iterable[Artifact]) -> tuple[int, int]:
    """Return how many files a first visit fetches for the app, and their bytes before compression.

    Those are what the worker stores, itself, the page's script and the manifest.
    """
    contents = {artifact.path: artifact.content for artifact in artifacts}
    stored = {row[0] for row in listed(contents.get(OWN_WORKER, b"").decode())}
    own = [contents[path] for path in {*stored, OWN_WORKER, OWN_SCRIPT, MANIFEST} if path in contents]
    return len(site.precache) + len(own), site.precache_size + sum(map(len, own))


def budget_report(site: Site, artifacts: Iterable[Artifact]) -> list[str]:
    """Return lines on what is stored at installation, its biggest files, and what was left out."""
    count = len(site.precache)
    stored = f"{count} file{'' if count == 1 else 's'} of the site, {human_size(site.precache_size)}"
    files, size = first_visit(site, artifacts)
    lines = [
        f"Stored at installation: {stored}, and the app's own.",
        f"A first visit fetches {files} files for it, {human_size(size)} in all.",
    ]
    if site.precache:
        lines.append("The biggest:")
        lines += table([("", human_size(file.size), file.path) for file in site.biggest()], right=[1])
    later = [exclusion for exclusion in site.left_out if exclusion.reason == SHOWN_FIRST]
    if later:
        pictures = f"{len(later)} pictures" if len(later) > 1 else "1 picture"
        total = human_size(sum(exclusion.size for exclusion in later))
        lines.append(
            f"{pictures} of more than 16 KiB, {total}, are stored when they are shown, or at once with "
            "offline.precache_add."
        )
    left_out = [exclusion for exclusion in site.left_out if exclusion.reason != SHOWN_FIRST]
    if left_out:
        lines.append(f"Left out ({len(left_out)}):")
        largest = sorted(left_out, key=lambda exclusion: (-exclusion.size, exclusion.path))
        rows = [
            ("", human_size(exclusion.size), f"{exclusion.path}: {exclusion.reason}")
            for exclusion in largest[:SHOWN]
        ]
        lines += table(rows, right=[1])
        if len(largest) > SHOWN:
            lines.append(f"  … and {len(largest) - SHOWN} more")
    return lines


def budget_data(site: Site) -> dict[str, Any]:
    """Return the same for programs, with everything that was left out; sizes in bytes."""
    return {
        "files": len(site.precache),
        "bytes": site.precache_size,
        "biggest": [{"path": file.path, "bytes": file.size} for file in site.biggest()],
        "leftOut": [{"path": file.path, "bytes": file.size, "reason": file.reason} for file in site.left_out],
    }
