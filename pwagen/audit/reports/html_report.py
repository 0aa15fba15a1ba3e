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
from pwagen.audit.rules.manifest_icons import purposes_of
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
    """An icon of the app as a picture in the page. ``purposes`` are the manifest's, or ``iOS``."""

    name: str
    sizes: str
    purposes: Sequence[str]
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
    icons = list(_icons(site))
    return render(
        "audit-report.html.jinja",
        target=site.name,
        app_name=_text(members, "name") or _text(members, "short_name"),
        summary=summary(findings),
        groups=groups,
        icons=icons,
        # Where there is one, Android shows no other on white.
        has_maskable=any("maskable" in icon.purposes for icon in icons),
    )


def _icons(site: AuditedSite) -> Iterator[ShownIcon]:
    """Yield the first manifest's icons, and the ones that the start page has for iOS."""
    for manifest in site.manifests[:1]:
        for _, icon in manifest.list_of("icons")[:_MOST_ICONS]:
            source = icon.get("src")
            url = _data_url(site, source, manifest.resource.url) if isinstance(source, str) else ""
            if isinstance(source, str) and url:
                yield ShownIcon(source, _text(icon, "sizes"), sorted(purposes_of(icon)), url)
    page = site.start_page
    for link in page.links("apple-touch-icon")[:_MOST_ICONS] if page else ():
        if url := _data_url(site, link.attributes["href"], page.base if page else ""):
            yield ShownIcon(link.attributes["href"], link.attributes.get("sizes", ""), ["iOS"], url)


def _data_url(site: AuditedSite, address: str, base: str) -> str:
    """Return a picture of the site as a data URL; "" for what isn't there, is too large or no picture."""
    resource = site.get(address, base)
    if not resource or len(resource.content) > _LARGEST_ICON:
        return ""
    kind = next((kind for start, kind in _SIGNATURES if resource.content.startswith(start)), "")
    if not kind and b"<svg" in resource.content[:1000]:
        kind = "image/svg+xml"
    return f"data:{kind};base64,{base64.b64encode(resource.content).decode()}" if kind else ""


def _text(members: dict[str, object], name: str) -> str:
    value = members.get(name)
    return value if isinstance(value, str) else ""
