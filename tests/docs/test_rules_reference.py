"""docs/rules.md: of today, and complete."""

from __future__ import annotations

import sys

from tests.folders import ROOT

sys.path.append(str(ROOT / "tools"))
import rules_reference


def test_the_page_is_of_today() -> None:
    page = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    assert page == rules_reference.text(), "make golden writes it again"
