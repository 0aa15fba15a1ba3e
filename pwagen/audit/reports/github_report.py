"""Findings as commands of GitHub's workflows, which shows them beside the lines of a pull request.

https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pwagen.audit.finding import Finding
from pwagen.audit.reports.text_report import printable

_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def github_lines(findings: Sequence[Finding]) -> Iterator[str]:
    """Yield one command a finding."""
    for finding in findings:
        where = finding.where
        properties = {"title": finding.rule}
        if "://" not in where.path:
            properties |= {"file": where.path, "line": str(where.line or 1)}
            if where.column:
                properties["col"] = str(where.column)
        message = finding.message if "file" in properties else f"{where}: {finding.message}"
        named = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
        yield f"::{_COMMANDS[finding.severity]} {named}::{_data(printable(f'{message} - {finding.fix}'))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
