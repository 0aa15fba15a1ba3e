"""docs/config.md: of today, complete, and with examples that load."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import yaml

from pwagen.config import load_with_warnings
from pwagen.config.model import Config
from tests.config.config_members import all_members, written_members
from tests.folders import ROOT, copy_sample

EXAMPLES = sorted((ROOT / "docs" / "examples").glob("*.yaml"))
# What the examples name and the sample site does not have.
FILES = ("tides-96", "front-page", "icon-192", "icon-512", "maskable-512")

sys.path.append(str(ROOT / "tools"))
import config_reference  # noqa: E402


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the sample site with the files that the examples name beside its own."""
    folder = copy_sample(tmp_path_factory.mktemp("project") / "harbour")
    for name in FILES:
        (folder / "public" / "assets" / f"{name}.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (folder / "public" / "service-worker.js").write_text('importScripts("sw.js");\n', encoding="utf-8")
    return folder


def test_the_page_is_the_model_of_today() -> None:
    page = (ROOT / "docs" / "config.md").read_text(encoding="utf-8")
    assert page == config_reference.text(), "make golden writes it again"


def test_every_member_is_in_a_table_and_described() -> None:
    page = config_reference.text()
    for heading in [config_reference.Heading((), Config), *config_reference.headings()]:
        for field, about in heading.members():
            row = f"\n| `{field.encode_name}` | "
            assert row in page and f" | {about} |\n" in page, (heading.path, field.name)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_loads_without_a_warning(example: Path, project: Path) -> None:
    text = example.read_text(encoding="utf-8")
    icons = "" if "\nicons:" in text else "icons: {source: public/assets/logo.svg}\n"
    (project / "pwagen.yaml").write_text(text + icons, encoding="utf-8")
    messages = [problem.message for problem in load_with_warnings(project)[1]]
    # That a monogram stands in for a logo is said at every build.
    placeholder = ["icons.monogram: the icons are a placeholder, until there is a logo"]
    assert messages == (placeholder if "monogram:" in text else [])


def test_every_example_is_shown() -> None:
    page = config_reference.text()
    hidden = [path.name for path in EXAMPLES if path.read_text(encoding="utf-8") not in page]
    assert hidden == []


def test_the_examples_show_every_member() -> None:
    shown = set[tuple[str, str]]()
    for example in EXAMPLES:
        shown |= written_members(yaml.safe_load(example.read_text(encoding="utf-8")), Config)
    assert all_members(Config) - shown == set()


def test_a_member_without_a_description_is_an_error() -> None:
    with pytest.raises(LookupError, match="nothing describes"):
        config_reference.description(str | None)
