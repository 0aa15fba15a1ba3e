"""What a scan found, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pwagen.cli.output import human_size, table

if TYPE_CHECKING:
    from pwagen.site.scan import Site

SHOWN = 10


def budget_report(site: Site) -> list[str]:
    """Return lines that say what is stored at installation, what of it is biggest and what was left out."""
    stored = f"{len(site.precache)} files of the site, {human_size(site.precache_size)}"
    lines = [f"Stored at installation: {stored}, and the app's own."]
    if site.precache:
        lines.append("The biggest:")
        lines += table([("", human_size(one.size), one.path) for one in site.biggest()], right=[1])
    if site.left_out:
        lines.append(f"Left out ({len(site.left_out)}):")
        largest = sorted(site.left_out, key=lambda one: (-one.size, one.path))
        rows = [("", human_size(one.size), f"{one.path}: {one.reason}") for one in largest[:SHOWN]]
        lines += table(rows, right=[1])
        if len(largest) > SHOWN:
            lines.append(f"  … and {len(largest) - SHOWN} more")
    return lines


def budget_data(site: Site) -> dict[str, Any]:
    """Return the same for programs, with everything that was left out; sizes in bytes."""
    return {
        "files": len(site.precache),
        "bytes": site.precache_size,
        "biggest": [{"path": one.path, "bytes": one.size} for one in site.biggest()],
        "leftOut": [{"path": one.path, "bytes": one.size, "reason": one.reason} for one in site.left_out],
    }
