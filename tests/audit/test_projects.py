"""Projects with pwagen.yaml: what is looked at is the site as a build leaves it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pwagen.audit.audit_run import audit
from pwagen.audit.audit_target import open_audit_target
from pwagen.audit.finding import Finding
from pwagen.audit.settings import AuditSettings
from pwagen.cli import app
from pwagen.errors import ConfigError
from tests.folders import ROOT, copy_sample, share_icons

pytestmark = pytest.mark.slow  # whole builds


def findings_in(target: Path) -> list[Finding]:
    return audit(open_audit_target(str(target)), AuditSettings())


def command(*arguments: str) -> None:
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output


@pytest.fixture
def project(tmp_path: Path, icon_cache: Path) -> Path:
    project = copy_sample(tmp_path / "bakery")
    share_icons(project, icon_cache)
    return project


def test_the_sample_has_no_finding(project: Path) -> None:
    assert findings_in(project) == []
    command("build", "--inject", str(project))
    assert findings_in(project) == []
    assert findings_in(project / "public") == []


def test_nothing_is_written(project: Path) -> None:
    shutil.rmtree(project / ".pwagen")  # as before the first build
    before = {path: path.stat().st_mtime_ns for path in project.rglob("*")}
    findings_in(project)
    assert {path: path.stat().st_mtime_ns for path in project.rglob("*")} == before


def test_a_config_that_was_edited_since(project: Path) -> None:
    command("build", "--inject", str(project))
    file = project / "pwagen.yaml"
    file.write_text(file.read_text().replace("Harbour News", "Port News"))
    (outdated,) = findings_in(project)
    assert outdated.rule == "project-outdated"
    assert "manifest.json" in outdated.message or "and" in outdated.message
    assert outdated.fix == "pwagen build --inject"
    assert str(outdated.where) == str(project / "pwagen.yaml")


def test_files_that_are_built_to_be_copied(project: Path) -> None:
    command("build", str(project))
    assert "project-outdated" not in {finding.rule for finding in findings_in(project)}
    (project / "dist" / "sw.js").write_text("// edited")
    (outdated,) = (item for item in findings_in(project) if item.rule == "project-outdated")
    assert outdated.message == "a build would change sw.js"
    assert outdated.fix == "pwagen build"


def test_the_warnings_of_the_config_have_their_line(project: Path) -> None:
    file = project / "pwagen.yaml"
    extra = (
        '    - {action: go-home, title: "No", url: ./}\n    - {action: third, title: Third, do: dismiss}\n'
    )
    file.write_text(file.read_text().replace('    - {action: go-home, title: "No", url: ./}\n', extra))
    (warning,) = findings_in(project)
    assert (warning.rule, warning.where.line) == ("project-config", 39)
    assert "2 actions" in warning.message


def test_a_config_with_mistakes_is_said_as_by_a_build(project: Path) -> None:
    (project / "pwagen.yaml").write_text("app: {nam: Bakery}\n")
    with pytest.raises(ConfigError, match=r"pwagen\.yaml:1:"):
        findings_in(project)


def test_what_is_built_of_every_member_has_nothing_wrong_with_it() -> None:
    rules = {finding.rule for finding in findings_in(ROOT / "tests" / "golden" / "full")}
    assert rules == {"project-config"}
