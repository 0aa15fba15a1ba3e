"""What remains of values with mistakes, and JSON as people write it."""

from __future__ import annotations

from typing import Any

import pytest

from pwagen.site.lenient_json import read_lenient_json
from pwagen.starter.salvage import salvage


def problems(value: Any) -> list[str]:
    """Return what is wrong with a list of mappings that need a number ``a`` and may have a number ``b``."""
    wrong = []
    for entry in value if isinstance(value, list) else []:
        wrong += [f"{name} of {entry}" for name, number in entry.items() if name not in "ab" or number < 0]
        wrong += ["no a"] if "a" not in entry else []
    return wrong


@pytest.mark.parametrize(
    ("value", "kept", "lost"),
    [
        ([{"a": 1}], [{"a": 1}], []),
        ([{"a": -1}, {"a": 2}], [{"a": 2}], ["x[0]"]),
        ([{"a": 1, "b": -1}], [{"a": 1}], ["x[0].b"]),
        ([{"a": 1, "b": -1, "c": 2}], [{"a": 1}], ["x[0].b", "x[0].c"]),
        ([{"b": 1}], None, ["x[0]"]),
    ],
)
def test_only_what_is_wrong_is_lost(value: Any, kept: Any, lost: list[str]) -> None:
    rest, losses = salvage("x", value, problems)
    assert (rest, [loss.place for loss in losses]) == (kept, lost)


@pytest.mark.parametrize(
    ("text", "value", "also"),
    [
        ('{"a": "b"}', {"a": "b"}, ()),
        ('\ufeff{"a": 1}', {"a": 1}, ()),
        ('{"a": [1, 2,],}', {"a": [1, 2]}, ("trailing commas",)),
        ('{"a": 1 // one\n, /* , */ "b": 2}', {"a": 1, "b": 2}, ("comments",)),
        ('{"u": "https://x.example/*,]*/", }', {"u": "https://x.example/*,]*/"}, ("trailing commas",)),
        ('{"q": "\\",}//", /**/ }', {"q": '",}//'}, ("comments", "trailing commas")),
    ],
)
def test_comments_and_trailing_commas_are_no_reason_to_stop(
    text: str, value: Any, also: tuple[str, ...]
) -> None:
    assert read_lenient_json(text) == (value, also)


@pytest.mark.parametrize("text", ["", "{", "{'a': 1}", '{"a": }', "/*", '{"a": 1} x'])
def test_anything_else_is_no_json(text: str) -> None:
    with pytest.raises(ValueError, match="line"):
        read_lenient_json(text)
