"""What users notice: held against the last commit, and against the deployed site."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from pwagen.audit.audit_run import audit
from pwagen.audit.audit_target import open_audit_target
from pwagen.audit.finding import Finding
from pwagen.audit.rule import Rule
from pwagen.audit.rules import RULES
from pwagen.audit.settings import AuditSettings
from pwagen.audit.sources.committed_source import git
from pwagen.testing.site_server.site_server import SiteServer
from tests.audit.examples import write_example
from tests.folders import copy_sample

EACH_RULE = pytest.mark.parametrize(
    "rule", [rule for rule in RULES if rule.id.startswith("identity-")], ids=lambda rule: rule.id
)
ONLY_IDENTITY = AuditSettings(select=["identity-"])


def findings_in(target: object, deployed: str | None = None) -> list[Finding]:
    return audit(open_audit_target(str(target), deployed=deployed), ONLY_IDENTITY)


def commit(folder: Path) -> None:
    who = ("-c", "user.name=Baker", "-c", "user.email=baker@bakery.example")
    for arguments in (("init", "-q"), ("add", "-A"), (*who, "commit", "-qm", "first")):
        subprocess.run(["git", "-C", str(folder), *arguments], check=True)


@pytest.mark.slow
@EACH_RULE
def test_a_change_since_the_last_commit(rule: Rule, tmp_path: Path) -> None:
    commit(write_example(tmp_path, {}))
    assert findings_in(tmp_path) == []
    write_example(tmp_path, rule.bad)
    (finding,) = findings_in(tmp_path)
    assert finding.rule == rule.id
    assert "at the last commit" in finding.message
    write_example(tmp_path, rule.good)
    assert findings_in(tmp_path) == []


@EACH_RULE
def test_a_change_since_it_was_deployed(rule: Rule, tmp_path: Path) -> None:
    with SiteServer(write_example(tmp_path / "deployed", {}), "/docs/") as server:
        (finding,) = findings_in(write_example(tmp_path / "new", rule.bad), server.url)
        assert finding.rule == rule.id
        assert server.url in finding.message
        assert findings_in(write_example(tmp_path / "same", rule.good), server.url) == []


def test_a_folder_in_no_repository_is_compared_with_nothing(tmp_path: Path) -> None:
    assert findings_in(write_example(tmp_path, {})) == []


def test_a_file_that_was_not_committed_is_not_taken_for_an_empty_one(tmp_path: Path) -> None:
    (tmp_path / "committed.txt").touch()
    commit(tmp_path)
    assert git(tmp_path, "show", "HEAD:committed.txt") == b""
    assert git(tmp_path, "show", "HEAD:new.txt") is None


@pytest.mark.slow
def test_a_project_whose_site_is_not_committed(tmp_path: Path) -> None:
    copy_sample(tmp_path)
    (tmp_path / ".gitignore").write_text("public\n")
    commit(tmp_path)
    assert findings_in(tmp_path) == []
    file = tmp_path / "pwagen.yaml"
    key = "BA1Hxzyi1RUM1b5wjxsn7nGxAszw2u61m164i3MrAIxHF6YK5h4SDYic-dRuU_RCPCfA5aq9ojSwk5Y2EmClBPs"
    text = file.read_text()
    before = text.partition("vapid_public_key: ")[2].split()[0]
    file.write_text(text.replace(before, key))
    (finding,) = findings_in(tmp_path)
    assert (finding.rule, finding.fix[:4]) == ("identity-key", "keep")
