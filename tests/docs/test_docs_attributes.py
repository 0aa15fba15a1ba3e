"""The page of attributes has every control, state and attribute that the scripts know."""

from __future__ import annotations

import re

import pytest

from pwagen.render import source, templates_folder
from tests.folders import ROOT

PAGE = (ROOT / "docs/attributes.md").read_text(encoding="utf-8")
SCRIPTS = [
    path.read_text(encoding="utf-8")
    for folder in ("page", "more")
    for path in sorted((templates_folder() / folder).glob("*.js"))
]
CODE = "\n".join(SCRIPTS)


def test_every_control_is_there() -> None:
    names = re.findall(r'(?:controls\.set|addFailedControl)\("([\w-]+)"', CODE)
    assert len(names) > 10
    assert [name for name in names if f"`{name}`" not in PAGE] == []


@pytest.mark.parametrize("type_name", ["PwagenPushState", "PwagenInstallState", "PwagenDownloadState"])
def test_every_state_is_there(type_name: str) -> None:
    states = re.findall(
        r'"([\w-]+)"', source("register.d.ts").partition(f"type {type_name} =")[2].partition(";")[0]
    )
    assert len(states) > 3
    assert [state for state in states if f"`{state}`" not in PAGE] == []


def test_every_attribute_is_there() -> None:
    texts = [*SCRIPTS, source("offline.html.jinja")]
    names = set(re.findall(r"data-pwagen-[a-z-]*[a-z]", "\n".join(texts))) - {"data-pwagen-display"}
    names |= {f"data-pwagen-{name.lower()}" for name in re.findall(r"dataset\.pwagen([A-Z]\w+)", CODE)}
    assert [name for name in sorted(names) if name not in PAGE] == []
