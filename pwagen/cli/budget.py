"""The report on what is stored at installation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pwagen.cli.output import human_size, table

if TYPE_CHECKING:
    from pwagen.site.scan import Site

SHOWN = 10


def budget_report(site: Site) -> list[str]:
    """Return lines on what is stored at installation, its biggest files, and what was left out."""
    stored = f"{len(site.precache)} files of the site, {human_size(site.precache_size)}"
    lines = [f"Stored at installation: {stored}, and the app's own."]
    if site.precache:
        lines.append("The biggest:")
        lines += table([("", human_size(file.size), file.path) for file in site.biggest()], right=[1])
    if site.left_out:
        lines.append(f"Left out ({len(site.left_out)}):")
        largest = sorted(site.left_out, key=lambda exclusion: (-exclusion.size, exclusion.path))
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
