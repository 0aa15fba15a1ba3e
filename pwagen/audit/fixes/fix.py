"""What a fix is, and how it finds the places of its findings again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from pwagen.audit.audited_site import AuditedSite
from pwagen.audit.finding import Finding, Location

Edits = Mapping[str, bytes]
"""The new content of files, by their paths in the site."""

Fix = Callable[[AuditedSite, Sequence[Finding]], Edits]
"""From a site and what one rule has found in it to what is written instead; nothing where it isn't sure."""


def is_reported(site: AuditedSite, findings: Sequence[Finding], where: Location) -> bool:
    """Return whether one of the findings is about a place, which is given as the rules give it."""
    named = site.named(where)
    return any(finding.where == named for finding in findings)
