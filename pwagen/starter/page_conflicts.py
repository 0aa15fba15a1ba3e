"""What the pages of a site have of another app: what `build --inject` does not decide by itself."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from pwagen.errors import PwagenError
from pwagen.inject.in_place_build import page_reader
from pwagen.inject.injection import plan_injection
from pwagen.inject.leftovers import left_over
from pwagen.names import MANIFEST, OWN_SCRIPT
from pwagen.site.scan import scan_site


class PageConflicts(NamedTuple):
    """The pages of a site that link to a manifest of its own, and its files that register a worker.

    ``has_manifest_file`` tells whether it has a file of the name that ours gets, whatever is in it.
    """

    manifests: tuple[str, ...] = ()
    registrations: tuple[str, ...] = ()
    has_manifest_file: bool = False


def page_conflicts(site: Path) -> PageConflicts:
    """Return the conflicts of all pages of a published folder; none if a build would refuse to read it."""
    generated, _ = left_over(site)
    try:
        scanned = scan_site(site, None, leave_out=generated, for_injection=True)
        plan = plan_injection(scanned, _tags, page_reader(site))
    except PwagenError:
        return PageConflicts(has_manifest_file=(site / MANIFEST).exists())
    return PageConflicts(tuple(plan.other_manifests), scanned.registrations, (site / MANIFEST).exists())


def _tags(prefix: str, language: str) -> Sequence[str]:
    return [
        f'<link rel="manifest" href="{prefix}{MANIFEST}">',
        f'<script src="{prefix}{OWN_SCRIPT}"></script>',
    ]
