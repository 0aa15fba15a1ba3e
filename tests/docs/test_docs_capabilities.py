"""The configs and files in docs/capabilities.md are what pwagen and browsers read."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

from pwagen.config import parse
from tests.folders import ROOT

TEXT = (ROOT / "docs/capabilities.md").read_text(encoding="utf-8")


def blocks(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", TEXT, re.M | re.S)


@pytest.mark.parametrize("text", blocks("yaml"))
def test_each_config_is_sound(text: str) -> None:
    config = yaml.safe_load(text)
    config.setdefault("app", {})["name"] = "Harbour News"
    # Nothing wrong, and nothing to be warned of but the pictures that aren't there.
    found, notes = parse(yaml.safe_dump(config).encode(), Path("pwagen.yaml"))
    assert [note.message for note in notes if not note.message.startswith("icons:")] == []
    assert found.app.name == "Harbour News"


def test_the_association_names_an_app_and_its_scope() -> None:
    [text] = blocks("json")
    assert json.loads(text) == {"https://news.example.com/harbour": {"scope": "/"}}
