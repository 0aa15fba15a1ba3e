"""From what a user names to the site that is audited: a folder, a project, a URL."""

from __future__ import annotations

from pathlib import Path

from pwagen.audit.audited_site import AuditedSite
from pwagen.audit.sources.folder_source import FolderSource
from pwagen.errors import PwagenError


def open_audit_target(target: str) -> AuditedSite:
    """Return the site that ``target`` names.

    Raises:
        PwagenError: there is no such folder.
    """
    folder = Path(target)
    if not folder.is_dir():
        raise PwagenError(f"{target}: there is no such folder - name a published folder, a project or a URL")
    return AuditedSite(target, FolderSource(folder))
