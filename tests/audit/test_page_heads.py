"""The rules about the head of pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.audit.examples import write_example
from tests.audit.test_rules import findings_in

pytestmark = pytest.mark.slow  # each case audits a whole site


@pytest.mark.parametrize(
    ("content", "fits"),
    [
        ("width=device-width", True),
        ("width=device-width, initial-scale=1, viewport-fit=cover", True),
        ("initial-scale=1", True),
        ("initial-scale=1.0;maximum-scale=5", True),
        ("width = device-width", True),
        ("WIDTH=DEVICE-WIDTH", True),
        ("width=360", True),
        ("{{ viewport }}", True),
        ("width=1200", False),
        ("width=1024, initial-scale=1", False),
        ("user-scalable=yes", False),
        ("", False),
        ("initial-scale=0.25", False),
    ],
)
def test_a_viewport_that_is_laid_out_for_desktops(content: str, fits: bool, tmp_path: Path) -> None:
    element = f'<meta name="viewport" content="{content}">'
    findings = findings_in(write_example(tmp_path, {"index.html#viewport": element}))
    assert [finding.rule for finding in findings] == ([] if fits else ["head-viewport"])


def test_the_last_of_several_viewports_counts(tmp_path: Path) -> None:
    elements = (
        '<meta name="viewport" content="width=1200">\n<meta name="viewport" content="width=device-width">'
    )
    assert findings_in(write_example(tmp_path, {"index.html#viewport": elements})) == []


@pytest.mark.parametrize("href", ["./manifest.json", "manifest.json", " manifest.json"])
def test_two_spellings_of_one_address_are_one_manifest(href: str, tmp_path: Path) -> None:
    example = {"index.html#head": f'<link rel="manifest" href="{href}">'}
    assert findings_in(write_example(tmp_path, example)) == []
