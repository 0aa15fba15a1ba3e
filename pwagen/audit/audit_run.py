"""An audit: every chosen rule, applied to one site."""

from __future__ import annotations

from pwagen.audit.audited_site import AuditedSite
from pwagen.audit.finding import Finding
from pwagen.audit.rules import RULES
from pwagen.audit.settings import AuditSettings


def audit(site: AuditedSite, settings: AuditSettings) -> list[Finding]:
    """Return what is wrong with a site, the worst first.

    Raises:
        PwagenError: the settings name a rule that doesn't exist.
    """
    findings = [
        finding for rule, severity in settings.chosen(RULES) for finding in rule.findings(site, severity)
    ]
    return sorted(set(findings), key=lambda finding: finding.order)
