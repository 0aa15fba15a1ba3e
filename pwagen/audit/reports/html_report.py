"""Findings as one page that can be sent around: it loads nothing, and runs no script."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from pwagen.audit.audited_site import AuditedSite
from pwagen.audit.finding import Finding
from pwagen.audit.reports.text_report import summary
from pwagen.audit.rule import Rule
from pwagen.render import render

_MOST_ICONS = 12
_LARGEST_ICON = 256 * 1024
"""Bytes of a picture that is shown."""
# What a browser shows in an <img>, by what the file begins with.
_SIGNATURES = (
    (b"\x89PNG", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"RIFF", "image/webp"),
    (b"\x00\x00\x01\x00", "image/x-icon"),
)


@dataclass(frozen=True)
class ShownIcon:
    """An icon of the manifest as a picture in the page."""

    name: str
    sizes: str
    purpose: str
    url: str


@dataclass(frozen=True)
class RuleFindings:
    """What one rule found. ``rule`` is None for a step in a browser."""

    id: str
    severity: str
    rule: Rule | None
    findings: Sequence[Finding]


def html_report(site: AuditedSite, findings: Sequence[Finding], rules: Sequence[Rule]) -> str:
    """Return the page: the app as platforms show it, and every finding with its reason and its fix."""
    by_id = {rule.id: rule for rule in rules}
    groups = [
        RuleFindings(id, severity, by_id.get(id), list(group))
        for (severity, id), group in groupby(findings, key=lambda finding: (finding.severity, finding.rule))
    ]
    members = site.manifests[0].members if site.manifests else {}
    return render(
        "audit-report.html.jinja",
        target=site.name,
        app_name=_text(members, "name") or _text(members, "short_name"),
        theme=_color(members, "theme_color"),
        background=_color(members, "background_color"),
        summary=summary(findings),
        groups=groups,
        icons=list(_icons(site)),
    )


def _icons(site: AuditedSite) -> Iterator[ShownIcon]:
    for manifest in site.manifests[:1]:
        for _, icon in manifest.list_of("icons")[:_MOST_ICONS]:
            source = icon.get("src")
            resource = site.get(source, manifest.resource.url) if isinstance(source, str) else None
            if not isinstance(source, str) or not resource or len(resource.content) > _LARGEST_ICON:
                continue
            kind = next((kind for start, kind in _SIGNATURES if resource.content.startswith(start)), "")
            if not kind and b"<svg" in resource.content[:1000]:
                kind = "image/svg+xml"
            if kind:
                url = f"data:{kind};base64,{base64.b64encode(resource.content).decode()}"
                yield ShownIcon(source, _text(icon, "sizes"), _text(icon, "purpose") or "any", url)


def _text(members: dict[str, object], name: str) -> str:
    value = members.get(name)
    return value if isinstance(value, str) else ""


def _color(members: dict[str, object], name: str) -> str:
    """Return a colour that may stand in a style, empty for anything else."""
    from pwagen.config.checks.values import check

    color = _text(members, name)
    return color if color and not check("color", color) else ""
