"""`pwagen check --browser`: what Chromium says of a site that pwagen did not make."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pwagen.cli import app
from tests.audit.examples import write_example

pytestmark = pytest.mark.browser

SILENT_WITHOUT_DATA = """self.addEventListener("push", (event) => {
  if (event.data) event.waitUntil(self.registration.showNotification("Bakery", { body: event.data.text() }));
});"""


def rules_in(folder: Path, *options: str) -> set[str]:
    result = CliRunner().invoke(app, ["check", str(folder), *options, "--format", "json"])
    assert result.exit_code in (0, 1), result.output
    findings = json.loads(result.stdout)["findings"]
    assert all(finding["fix"] for finding in findings)
    return {finding["rule"] for finding in findings}


def test_what_fails_in_the_browser_is_a_finding_and_what_works_there_is_none(tmp_path: Path) -> None:
    """The app can't be installed, is wider than phones and silent about some pushes; all else works."""
    example = {
        "manifest.json": '{"icons": null}',
        "index.html#head": "<style>h1 { width: 1200px }</style>",
        "sw.js#push": SILENT_WITHOUT_DATA,
    }
    folder = write_example(tmp_path, example)
    assert rules_in(folder, "--browser") - rules_in(folder) == {"install", "fits-phone", "push-empty"}
