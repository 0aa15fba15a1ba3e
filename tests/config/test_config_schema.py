"""The JSON Schema that editors use: current, valid, and of one mind with the loader on what it can judge."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from pwagen.config import parse
from pwagen.config.config_schema import json_schema, json_schema_text
from pwagen.errors import ConfigError
from tests.folders import ROOT

SHIPPED = ROOT / "templates" / "pwagen.schema.json"
SAMPLES = [
    *sorted((ROOT / "tests" / "configs").glob("*.yaml")),
    *sorted((ROOT / "tests" / "golden").glob("*/pwagen.yaml")),
    ROOT / "sample_site" / "pwagen.yaml",
]


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(json.loads(SHIPPED.read_text(encoding="utf-8")))


def test_the_shipped_schema_is_the_model_of_today() -> None:
    assert SHIPPED.read_text(encoding="utf-8") == json_schema_text(), "run: make golden"


@pytest.mark.slow
def test_it_is_a_schema_that_names_no_host() -> None:
    jsonschema.Draft202012Validator.check_schema(json_schema())
    assert json_schema()["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert json_schema()["$id"].startswith("urn:")


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_sample_is_valid(validator: jsonschema.Draft202012Validator, path: Path) -> None:
    validator.validate(yaml.safe_load(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "app: {}",
        "app: {name: ''}",
        "app: {name: 3}",
        "app: {name: A, nmae: B}",
        "app: {name: A, display: full}",
        "app: {name: A, shortcuts: {name: B}}",
        "app: {name: A, shortcuts: [{name: B}]}",
        "app: {name: A, lang: english_GB}",
        "app: {name: A, share_target: {action: x, method: PUT, params: {}}}",
        "app: {name: A, file_handlers: [{action: x, accept: {text/csv: [csv]}}]}",
        "app: {name: A}\nupdate: later",
        "app: {name: A}\nminify: 'true'",
        "app: {name: A}\noffline: true",
        "app: {name: A}\noffline: {timeout: 4}",
        "app: {name: A}\noffline: {timeout: 4 s}",
        "app: {name: A}\noffline: {max_file_size: 4}",
        "app: {name: A}\npush: {endpoint: x}",
        "app: {name: A}\npush: {vapid_public_key: abc}",
        "app: {name: A}\nbadge: {on_push: ad}",
        "app: {name: A}\nbadge: {on_push: -1}",
        "app: {name: A}\nperiodic_sync: [{tag: a, urls: []}]",
        "app: {name: A}\nnotifications: {vibrate: [10001]}",
        "app: {name: A}\nicons: {files: [{src: a, sizes: 192}]}",
        "apps: {name: A}",
    ],
)
def test_what_the_schema_refuses_the_loader_refuses_too(
    validator: jsonschema.Draft202012Validator, text: str
) -> None:
    assert not validator.is_valid(yaml.safe_load(text))
    with pytest.raises(ConfigError):
        parse(text.encode(), Path("pwagen.yaml"))


def test_every_section_takes_notes_and_no_other_unknown_key(
    validator: jsonschema.Draft202012Validator,
) -> None:
    for section in ("app", "icons", "offline", "worker"):
        config: dict[str, Any] = {"app": {"name": "A"}, "x-top": 1}
        config.setdefault(section, {})["x-why"] = ["because"]
        validator.validate(config)
        config[section]["why"] = 1
        assert not validator.is_valid(config)
