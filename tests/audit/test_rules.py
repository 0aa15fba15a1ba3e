"""Each rule finds its bad example, and nothing in its good one; no other rule finds anything in either."""

from __future__ import annotations

from pathlib import Path

import pytest

from pwagen.audit.audit_run import audit
from pwagen.audit.audited_site import AuditedSite
from pwagen.audit.finding import Finding
from pwagen.audit.rule import Rule
from pwagen.audit.rules import RULES
from pwagen.audit.settings import AuditSettings
from pwagen.audit.sources.folder_source import FolderSource
from tests.audit.examples import is_for_files, write_example

EACH_RULE = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
# Those about a server's answers are in test_server_rules.py, those about projects in test_projects.py.
EACH_RULE_OF_FILES = pytest.mark.parametrize(
    "rule", [rule for rule in RULES if is_for_files(rule)], ids=lambda rule: rule.id
)


def findings_in(folder: Path) -> list[Finding]:
    return audit(AuditedSite(str(folder), FolderSource(folder)), AuditSettings())


def test_the_base_site_has_no_finding(tmp_path: Path) -> None:
    assert findings_in(write_example(tmp_path, {})) == []


@pytest.mark.slow
@EACH_RULE_OF_FILES
def test_the_bad_example_is_noticed_by_its_rule_alone(rule: Rule, tmp_path: Path) -> None:
    findings = findings_in(write_example(tmp_path, rule.bad))
    assert {finding.rule for finding in findings} == {rule.id}, findings


@pytest.mark.slow
@EACH_RULE_OF_FILES
def test_the_good_example_has_no_finding(rule: Rule, tmp_path: Path) -> None:
    assert findings_in(write_example(tmp_path, rule.good)) == []


def test_ids_are_unique_and_written_alike() -> None:
    ids = [rule.id for rule in RULES]
    assert len(ids) == len(set(ids))
    assert [id for id in ids if not id.replace("-", "").isalnum() or id != id.lower()] == []


@EACH_RULE
def test_every_rule_has_words_for_people(rule: Rule) -> None:
    assert "plain" in rule.fixes
    for text in (rule.title, rule.why, rule.source, *rule.fixes.values()):
        assert text.strip() == text != ""
    assert rule.why.endswith(".")
