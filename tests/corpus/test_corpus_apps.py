"""`pwagen check` on apps that other people published: what it finds was looked at, and is right."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable

import pytest

from tests.corpus.packages import AppPackage, NotServedError, read_corpus, unpacked

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif("PWAGEN_CORPUS" not in os.environ, reason="fetches 500 MB: make corpus"),
]

APP_COLUMNS = ["app", "worker", "errors", "warnings", "notes", "right", "to be looked at"]


@pytest.mark.parametrize("package", read_corpus().app, ids=lambda package: package.name)
def test_findings_are_counted(package: AppPackage, record_property: Callable[[str, object], None]) -> None:
    try:
        folder = unpacked(package) / package.folder
    except NotServedError as error:
        pytest.skip(str(error))
    command = [sys.executable, "-m", "pwagen", "check", str(folder), "--fail-on", "never", "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    findings = json.loads(done.stdout)["findings"]
    severities = Counter(finding["severity"] for finding in findings)
    rules = Counter(finding["rule"] for finding in findings)
    right = rules & Counter(package.confirmed)
    others = sorted(f"`{rule}`" for rule in rules - right)
    counts = [str(severities[severity]) for severity in ("error", "warning", "note")]
    record_property("apps", [package.title, package.worker, *counts, str(right.total()), ", ".join(others)])
    assert Counter(package.confirmed) <= rules, "a finding that was right is missing"
