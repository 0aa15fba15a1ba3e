"""CONTRIBUTING.md leads to where things are: each room is on its map, and each path that it names exists."""

from __future__ import annotations

import re
import tomllib

from tests.folders import ROOT

TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
FOLDERS = "pwagen|templates|tests|tools|docs|benchmarks|sample_site|.ci"
PATHS = set(re.findall(rf"`((?:{FOLDERS})/[\w./-]*)`", TEXT))
ROOM = re.compile(r"^\| (\d*) ?\| `(pwagen/[\w/]+)` \| \S.* \|$", re.MULTILINE)


def section(heading: str) -> str:
    """Return the text below a heading."""
    match = re.search(rf"^## {heading}\n(.*?)(?=^## |\Z)", TEXT, re.MULTILINE | re.DOTALL)
    assert match, heading
    return match[1]


def test_each_package_is_on_the_map() -> None:
    packages = {str(path.parent.relative_to(ROOT)) for path in (ROOT / "pwagen").rglob("*/__init__.py")} - {
        "pwagen"
    }
    assert {room for _, room in ROOM.findall(section("The rooms"))} == packages


def test_the_floors_are_those_that_the_linter_checks() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = settings["tool"]["importlinter"]["contracts"][0]["layers"]
    floors = {
        f"pwagen/{room.strip()}": str(len(layers) - index)
        for index, layer in enumerate(layers)
        for room in layer.split("|")
    }
    rooms = [(floor, room) for floor, room in ROOM.findall(section("The rooms")) if room.count("/") == 1]
    assert len(rooms) > 10
    assert rooms == [(floors[room], room) for _, room in rooms]


def test_each_path_exists() -> None:
    assert len(PATHS) > 50
    assert sorted(path for path in PATHS if not (ROOT / path.replace("CASE", "full")).exists()) == []


def test_twenty_questions_are_answered() -> None:
    rows = re.findall(r"^\| (?!question|---)(.+?) \| (`.+`) \|$", section("Where is …"), re.MULTILINE)
    assert len(rows) >= 20


def test_each_make_target_exists() -> None:
    targets = re.findall(r"^make (\w+)", TEXT, re.MULTILINE)
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert targets
    assert [target for target in targets if not re.search(rf"^{target}:", makefile, re.MULTILINE)] == []
