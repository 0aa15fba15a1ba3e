"""What a fix is, and how it finds the places of its findings again."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence

from pwagen.audit.audited_site import AuditedSite
from pwagen.audit.documents.manifest_document import ManifestDocument
from pwagen.audit.finding import Finding, Location

Edits = Mapping[str, bytes]
"""The new content of files, by their paths in the site."""

Fix = Callable[[AuditedSite, Sequence[Finding]], Edits]
"""From a site and what one rule has found in it to what is written instead; nothing where it isn't sure."""


def is_of_an_app(manifest: ManifestDocument, members: Container[str]) -> bool:
    """Return whether a manifest with these members is certainly an app's.

    Bundlers and editors call files manifest.json, too; what tells is a page's link, or what an app has.
    """
    return manifest.linked_from is not None or "start_url" in members or "icons" in members


def is_reported(site: AuditedSite, findings: Sequence[Finding], where: Location) -> bool:
    """Return whether one of the findings is about a place, which is given as the rules give it."""
    named = site.named(where)
    return any(finding.where == named for finding in findings)
