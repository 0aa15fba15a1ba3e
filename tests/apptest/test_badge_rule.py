"""What the steps for the badge expect by the rule of `badge.on_push`."""

from __future__ import annotations

import pytest

from pwagen.apptest.steps.badge import badge_after


@pytest.mark.parametrize(
    ("rule", "expected"),
    [("add", 1), (3, 3), (0, 0), ("keep", 0), ("subtract", 0), ("clear", 0), ("set", None)],
)
def test_a_push_leaves_the_badge_that_its_rule_says(rule: str | int, expected: int | None) -> None:
    assert badge_after(rule) == expected
