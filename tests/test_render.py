"""Values into scripts: nothing that a user writes can become code."""

from __future__ import annotations

import json

import pytest

from pwagen.render import js_json


@pytest.mark.parametrize(
    "text",
    [
        "'",
        '"',
        "\\",
        "</script>",
        "<!--",
        "-->",
        "\u2028\u2029",
        "{{ x }}",
        "{% raw %}",
        "*/",
        "`${x}`",
        "ünï 🦀",
    ],
)
def test_a_string_survives_as_data(text: str) -> None:
    literal = js_json({text: [text]})
    assert json.loads(literal) == {text: [text]}
    assert "</" not in literal
    assert "<!--" not in literal
    assert not {"\u2028", "\u2029"} & set(literal)


def test_members_keep_their_order() -> None:
    assert js_json({"b": 1, "a": 2}, indent=None) == '{"b": 1, "a": 2}'
