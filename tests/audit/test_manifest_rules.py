"""What rules about manifests say of texts that are not in their examples."""

from __future__ import annotations

from pathlib import Path

import pytest

from pwagen.audit.finding import Finding
from tests.audit.examples import write_example
from tests.audit.test_rules import findings_in


def findings_of(folder: Path, manifest: str, **files: str) -> list[Finding]:
    return findings_in(write_example(folder, {"manifest.json": manifest, **files}))


@pytest.mark.parametrize(
    ("text", "message", "fix"),
    [
        ("[" * 100_000, "brackets nest too deeply", "10 levels"),
        ('{"a": ' + "1" * 5000 + "}", "too many digits", "in quotes"),
        ('{"name": "A", "name": "B"}', "written twice", "keep one of them"),
        ('{"name": "A",}', "this is not JSON", "no comma before a closing bracket"),
    ],
)
def test_each_mistake_in_the_json_has_its_own_fix(text: str, message: str, fix: str, tmp_path: Path) -> None:
    (write_example(tmp_path, {}) / "manifest.json").write_text(text)
    finding = next(one for one in findings_in(tmp_path) if one.rule == "manifest-json")
    assert message in finding.message
    assert fix in finding.fix
