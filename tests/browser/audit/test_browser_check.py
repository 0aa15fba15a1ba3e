"""`pwagen check --browser`: what Chromium says of a site that pwagen did not make."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pwagen.cli import app
from tests.audit.examples import write_example

pytestmark = pytest.mark.browser


def rules_in(folder: Path) -> set[str]:
    result = CliRunner().invoke(app, ["check", str(folder), "--browser", "--format", "json"])
    assert result.exit_code in (0, 1), result.output
    findings = json.loads(result.stdout)["findings"]
    assert all(finding["fix"] for finding in findings)
    return {finding["rule"] for finding in findings}


def test_a_good_site_has_no_finding(tmp_path: Path) -> None:
    assert rules_in(write_example(tmp_path, {})) == set()


def test_a_silent_push_and_an_app_that_cannot_be_installed_are_findings(tmp_path: Path) -> None:
    example = {
        "sw.js#push": 'self.addEventListener("push", () => {});',
        "manifest.json": '{"icons": null}',
        "sw.js#fetch": "",
    }
    assert rules_in(write_example(tmp_path, example)) >= {"install", "push-empty", "push-text"}


def test_a_page_wider_than_phones_is_a_finding_and_what_the_worker_does_not_do_is_not_tried(
    tmp_path: Path,
) -> None:
    wide = {"index.html#head": "<style>h1 { width: 1200px }</style>"}
    idle = {"sw.js#push": "", "sw.js#notificationclick": "", "sw.js#fetch": ""}
    names = rules_in(write_example(tmp_path, wide | idle))
    assert "fits-phone" in names
    assert not {
        name
        for name in names
        if name.startswith(("push-text", "click-body", "offline-start", "offline-deep"))
    }
