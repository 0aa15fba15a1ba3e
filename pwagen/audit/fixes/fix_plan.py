"""What `--fix` would write: one fix after the other, each on the site that those before it leave."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from pwagen.audit.audited_site import AuditedSite
from pwagen.audit.finding import Finding
from pwagen.audit.fixes import manifest_fixes, page_fixes, script_fixes
from pwagen.audit.fixes.fix import Fix
from pwagen.audit.rules import RULES
from pwagen.audit.rules.manifest_icons import suitable
from pwagen.audit.settings import AuditSettings
from pwagen.audit.sources.folder_source import FolderSource

FIXES: Mapping[str, Fix] = {
    # The first ones let the rules of the others see more.
    "manifest-json": manifest_fixes.strict,
    "manifest-linked": page_fixes.manifest_link,
    "head-manifest-place": page_fixes.link_in_head,
    "manifest-display": manifest_fixes.window,
    "manifest-icon-any-maskable": manifest_fixes.two_icons,
    "icon-size": manifest_fixes.true_sizes("icons"),
    "icon-type": manifest_fixes.true_types("icons"),
    "manifest-screenshot-size": manifest_fixes.true_sizes("screenshots"),
    "manifest-screenshot-type": manifest_fixes.true_types("screenshots"),
    "manifest-id": manifest_fixes.identity,
    "head-viewport": page_fixes.viewport,
    "head-theme-color": page_fixes.theme_color,
    "push-subscribe-visible": script_fixes.visible_only,
}
"""By the id of the rule, in the order in which they are made."""


def plan_fixes(
    folder: Path, settings: AuditSettings, new: Callable[[Sequence[Finding]], Sequence[Finding]]
) -> dict[str, bytes]:
    """Return the new content of each file of a folder that fixes of the chosen rules change.

    ``new`` leaves out the findings that are known already.
    """
    chosen = {rule.id: (rule, severity) for rule, severity in settings.chosen(RULES)}
    contents: dict[str, bytes] = {}
    site = _site(folder, contents)
    for id, fix in FIXES.items():
        if id not in chosen:
            continue
        rule, severity = chosen[id]
        findings = new(rule.findings(site, severity))
        edits = fix(site, findings) if findings else {}
        if not edits:
            continue
        mended = _site(folder, {**contents, **edits})
        # An app that is installed by a wrong declaration needs another picture, not the true declaration.
        if id.startswith("icon-") and len(_without_icon(mended)) > len(_without_icon(site)):
            continue
        contents |= edits
        site = mended
    return contents


def _without_icon(site: AuditedSite) -> Sequence[Finding]:
    return suitable.findings(site, "error")


def _site(folder: Path, contents: Mapping[str, bytes]) -> AuditedSite:
    return AuditedSite(str(folder), FolderSource(folder, dict(contents)), folder=folder.as_posix())
