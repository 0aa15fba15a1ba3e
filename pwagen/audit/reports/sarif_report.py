"""Findings as SARIF 2.1.0, which code hosts show beside the lines.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from pwagen import __version__
from pwagen.audit.finding import Finding
from pwagen.audit.rule import Rule

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def sarif_report(findings: Sequence[Finding], rules: Sequence[Rule]) -> str:
    """Return one run with these results, and the rules that they name."""
    named = {finding.rule for finding in findings}
    used = [rule for rule in rules if rule.id in named]
    index = {rule.id: number for number, rule in enumerate(used)}
    driver = {
        "name": "pwagen check",
        "version": __version__,
        "rules": [_rule(rule) for rule in used],
    }
    results = [_result(finding, index) for finding in findings]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False)


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.why},
        "help": {"text": f"{rule.why} {rule.source}"},
        "defaultConfiguration": {"level": rule.severity},
    }


def _result(finding: Finding, index: dict[str, int]) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "level": finding.severity,
        "message": {"text": f"{finding.message}\nFix: {finding.fix}"},
        "locations": [_location(finding)],
    }
    if finding.rule in index:
        result["ruleIndex"] = index[finding.rule]
    return result


def _location(finding: Finding) -> dict[str, Any]:
    where = finding.where
    uri = where.path if "://" in where.path else quote(where.path)
    location: dict[str, Any] = {"physicalLocation": {"artifactLocation": {"uri": uri or "."}}}
    if where.line:
        region = {"startLine": where.line} | ({"startColumn": where.column} if where.column else {})
        location["physicalLocation"]["region"] = region
    if where.part:
        location["message"] = {"text": where.part}
    return location
