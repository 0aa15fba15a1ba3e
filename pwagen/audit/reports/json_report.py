"""Findings as JSON, for programs."""

from __future__ import annotations

import json
from collections.abc import Sequence

from pwagen.audit.finding import SEVERITIES, Finding


def json_report(target: str, findings: Sequence[Finding]) -> str:
    """Return one object: ``target``, ``counts`` by severity, and ``findings``.

    Each finding has ``rule``, ``severity``, ``where`` (a text as ``sw.js:12:3``), ``message``, ``fix``, and
    the parts of ``where``: ``path``, ``line``, ``column`` (from 1, 0 where there is none) and ``part``.
    """
    counts = {severity: sum(finding.severity == severity for finding in findings) for severity in SEVERITIES}
    report = {"target": target, "counts": counts, "findings": [as_data(finding) for finding in findings]}
    return json.dumps(report, indent=2, ensure_ascii=False)


def as_data(finding: Finding) -> dict[str, str | int]:
    """Return one finding for JSON."""
    where = finding.where
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "where": str(where),
        "path": where.path,
        "line": where.line,
        "column": where.column,
        "part": where.part,
        "message": finding.message,
        "fix": finding.fix,
    }
