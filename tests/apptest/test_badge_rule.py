"""What the steps for the badge expect by the rule of `badge.on_push`."""

from __future__ import annotations

import pytest

from pwagen.apptest.step import StepSkippedError
from pwagen.apptest.steps.badge import badge_after, needs_number


@pytest.mark.parametrize(
    ("rule", "expected"), [("add", 1), (3, 3), (0, 0), ("keep", 0), ("subtract", 0), ("clear", 0)]
)
def test_a_push_leaves_the_badge_that_its_rule_says(rule: str | int, expected: int) -> None:
    assert badge_after(rule) == expected


def test_a_badge_without_a_number_is_not_judged() -> None:
    with pytest.raises(StepSkippedError, match="no number on the icon"):
        badge_after("set")


@pytest.mark.parametrize("rule", ["set", "keep", "subtract", "clear", 0])
def test_only_a_number_is_looked_for_once_it_should_be_cleared(rule: str | int) -> None:
    with pytest.raises(StepSkippedError, match="no number on the icon"):
        needs_number(rule)
    needs_number("add")
