"""Findings as JUnit XML: a case for each rule, which fails where it found something."""

from __future__ import annotations

from collections.abc import Sequence

from pwagen.apptest.junit import attribute, content
from pwagen.audit.finding import Finding
from pwagen.audit.rule import Rule


def junit_report(target: str, findings: Sequence[Finding], rules: Sequence[Rule]) -> str:
    """Return one test suite with a case for each rule that was looked at, or that findings name."""
    ids = dict.fromkeys([*(rule.id for rule in rules), *(finding.rule for finding in findings)])
    failed = {finding.rule for finding in findings}
    cases = [_case(id, [finding for finding in findings if finding.rule == id]) for id in ids]
    return "\n".join(
        [
            '<?xml version="1.0" encoding="utf-8"?>',
            "<testsuites>",
            f'<testsuite name="pwagen check" tests="{len(ids)}" failures="{len(failed)}" errors="0">',
            f'<properties><property name="target" value={attribute(target)}/></properties>',
            *cases,
            "</testsuite>",
            "</testsuites>",
            "",
        ]
    )


def _case(id: str, findings: Sequence[Finding]) -> str:
    head = f'<testcase classname="pwagen.check" name={attribute(id)}'
    if not findings:
        return f"{head}/>"
    lines = "\n".join(
        f"{finding.severity}: {finding.where}: {finding.message}\nfix: {finding.fix}" for finding in findings
    )
    failure = f"<failure message={attribute(findings[0].message)}>{content(lines)}</failure>"
    return f"{head}>{failure}</testcase>"
