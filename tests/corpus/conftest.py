"""The tables of a run over the corpus, printed at its end."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import pytest
from _pytest.terminal import TerminalReporter

from benchmarks.tables import text_table, write_table
from tests.corpus.corpus_run import COLUMNS
from tests.corpus.manifest_comparison import MANIFEST_COLUMNS
from tests.corpus.packages import read_corpus
from tests.corpus.test_corpus_apps import APP_COLUMNS
from tests.corpus.test_corpus_lighthouse import LIGHTHOUSE_COLUMNS

PAGE = Path(__file__).parents[2] / "docs/corpus.md"
HEADERS = {
    "sites": COLUMNS,
    "manifests": MANIFEST_COLUMNS,
    "lighthouse": LIGHTHOUSE_COLUMNS,
    "apps": APP_COLUMNS,
}


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """Print the rows that the tests have recorded; PWAGEN_CORPUS=write puts them into docs/corpus.md."""
    rows = _recorded(terminalreporter.stats.get("passed", []))
    for name, lines in rows.items():
        table = [HEADERS[name], *sorted(lines)]
        terminalreporter.write_line(f"\n{text_table(table)}")
        if os.environ.get("PWAGEN_CORPUS") == "write":
            write_table(name, table, PAGE)
            if name == "apps":
                write_table("confirmed", [["rule", "findings", "apps"], *_confirmed()], PAGE)


def _confirmed() -> list[list[str]]:
    """Return each rule with its findings that were confirmed, and the number of apps that have some."""
    rules: dict[str, list[int]] = defaultdict(list)
    for app in read_corpus().app:
        for rule, count in app.confirmed.items():
            rules[rule].append(count)
    return [[f"`{rule}`", str(sum(counts)), str(len(counts))] for rule, counts in sorted(rules.items())]


def _recorded(reports: Iterable[pytest.TestReport]) -> dict[str, list[list[str]]]:
    rows: dict[str, list[list[str]]] = defaultdict(list)
    for report in reports:
        for name, row in report.user_properties:
            if report.when == "call" and name in HEADERS and isinstance(row, list):
                rows[name].append(row)
    return rows
