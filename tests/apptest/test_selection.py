"""Expressions that choose steps."""

from __future__ import annotations

import pytest

from pwagen.apptest.selection import selection
from pwagen.errors import PwagenError

STEPS = ["register", "push-empty", "push-text", "click-body"]


@pytest.mark.parametrize(
    ("expression", "chosen"),
    [
        ("", STEPS),
        ("push", ["push-empty", "push-text"]),
        ("PUSH", ["push-empty", "push-text"]),
        ("not push", ["register", "click-body"]),
        ("push and not empty", ["push-text"]),
        ("register or push and text", ["register", "push-text"]),
        ("(register or push) and not (text or empty)", ["register"]),
        ("not not body", ["click-body"]),
        ("android", []),
    ],
)
def test_words_and_operators_choose(expression: str, chosen: list[str]) -> None:
    assert [step for step in STEPS if selection(expression)(step)] == chosen


@pytest.mark.parametrize("expression", ["push and", "or push", "(push", "push)", "push empty", "not", "()"])
def test_what_is_no_expression_is_refused(expression: str) -> None:
    with pytest.raises(PwagenError, match="is wrong at"):
        selection(expression)
