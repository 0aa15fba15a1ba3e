"""docs/prompts.md says what the config takes, what its defaults are, and what style sheets can reach."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from pwagen.artifacts.scripts.script_config import script_config
from pwagen.config import parse
from pwagen.config.model import IosHint, PermissionPrompt
from pwagen.render import source
from pwagen.texts.built_in import built_in_texts
from tests.config.test_config import APP, FILE, PUBLIC
from tests.folders import ROOT

DOCUMENT = (ROOT / "docs/prompts.md").read_text(encoding="utf-8")
BLOCKS = dict(re.findall(r"^```yaml\n((\w+):.*?)^```$", DOCUMENT, re.MULTILINE | re.DOTALL))
PARTS = {"permission_prompt": "more/permission-prompt.js", "install": "more/ios-hint.js"}


def shown(section: str) -> dict[str, Any]:
    text = next(text for text in BLOCKS if text.startswith(f"{section}:"))
    members: dict[str, Any] = yaml.safe_load(text)[section]
    found: dict[str, Any] = members.get("ios_hint", members)
    return found


@pytest.mark.parametrize("section", PARTS)
def test_the_examples_are_the_defaults(section: str) -> None:
    members = shown(section)
    texts = {name: members[name] for name in ("title", "body", "accept", "dismiss") if name in members}
    english = built_in_texts("en")[PARTS[section]]
    assert texts == {name.rpartition("_")[2]: text for name, text in english.items()}
    default = PermissionPrompt() if section == "permission_prompt" else IosHint()
    assert members["after_visits"] == default.after_visits
    assert tuple(members["back_off"]) == default.back_off


def test_the_examples_load() -> None:
    text = APP + f"push: {{vapid_public_key: {PUBLIC}}}\n" + "\n".join(BLOCKS)
    config, _ = parse(text.encode(), FILE)
    sections = script_config(config)
    assert sections["permissionPrompt"]["afterVisits"] == 3
    assert sections["iosHint"]["texts"]["iosHintDismiss"] == "Got it"


def test_what_style_sheets_reach_is_there() -> None:
    style, content = source("more/prompt-style.js"), source("more/prompt-content.js")
    properties = set(re.findall(r"--pwagen-prompt-[\w-]+", DOCUMENT))
    assert properties == set(re.findall(r"--pwagen-prompt-[\w-]+", style))
    listed = re.search(r"the parts (.*?)\.", DOCUMENT, re.DOTALL)
    assert listed
    parts = set(re.findall(r"`(\w+)`", listed[1]))
    assert parts == set(re.findall(r'promptPart\("\w+", "(\w+)"', content)) | {"button"}
