"""The documentation is true: its commands run, in the order in which a reader would type them.

A block of ``sh`` is a script; in a block of ``console`` the lines after ``$`` are commands and the others
what they print, where ``…`` stands for anything. Each document starts in a folder of its own with
``public/`` (a site without an app) and ``sample_site/``. A comment before a block, as in
``<!-- test: skip REASON -->``, says why one is not run.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.folders import ROOT, copy_sample
from tests.integrations.shop import BUTTON

PAGES = sorted((ROOT / "docs").rglob("*.md"))
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *PAGES]
BLOCK = re.compile(
    r"(?:^<!-- test: skip (?P<skip>\S[^\n]*?) -->\n+)?^```(?P<kind>sh|console)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Block:
    """A fenced block of a document that holds commands."""

    line: int
    kind: str
    text: str
    skip: str | None

    def steps(self) -> list[tuple[str, str]]:
        """Return (command, what it prints) of each step; a script is one step that may print anything."""
        if self.kind == "sh":
            return [(self.text, "…")]
        parts = re.split(r"^\$ (.*)\n", self.text, flags=re.MULTILINE)
        return list(zip(parts[1::2], parts[2::2], strict=True))


def blocks(document: Path) -> list[Block]:
    """Return the command blocks of a document in order."""
    text = document.read_text(encoding="utf-8")
    return [
        Block(text.count("\n", 0, found.start("text")), found["kind"], found["text"], found["skip"])
        for found in BLOCK.finditer(text)
    ]


def prints(output: str, expected: str) -> bool:
    """Return whether ``output`` is ``expected``, blank lines and trailing blanks aside."""
    pattern = ".*".join(re.escape(part) for part in _lines(expected).split("…"))
    return re.fullmatch(pattern, _lines(output), re.DOTALL) is not None


def _lines(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.splitlines() if line.strip())


@pytest.fixture
def reader(tmp_path: Path) -> Path:
    """Return the folder in which a reader types the commands."""
    copy_sample(tmp_path / "sample_site")
    shutil.copytree(ROOT / "sample_site" / "public", tmp_path / "public")
    return tmp_path


@pytest.mark.slow
@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_commands_run(document: Path, reader: Path) -> None:
    exported: dict[str, str] = {}  # all is typed into one shell
    for block in blocks(document):
        if block.skip:
            continue
        for command, expected in block.steps():
            exported |= re.findall(r"^export (\w+)=(\S+)", command, re.MULTILINE)
            done = subprocess.run(
                ["sh", "-eu", "-c", command],
                cwd=reader,
                env=environment(reader) | exported,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
            )
            place = f"{document.name}:{block.line}: {command}"
            assert done.returncode == 0, f"{place}\n{done.stdout}{done.stderr}"
            assert prints(done.stdout, expected), f"{place}\n{done.stdout}"


def environment(reader: Path) -> dict[str, str]:
    """Return an environment in which ``pwagen`` is the one under test, installed or not."""
    programs = reader / ".programs"
    programs.mkdir(exist_ok=True)
    command = programs / "pwagen"
    command.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m pwagen "$@"\n')
    command.chmod(0o755)
    return {**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", "HOME": str(reader)}


def test_the_readme_has_commands_that_run() -> None:
    run = [block for block in blocks(ROOT / "README.md") if not block.skip]
    assert any("pwagen build" in block.text for block in run)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_links_lead_to_files(document: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)", document.read_text(encoding="utf-8"))
    missing = [one for one in targets if "://" not in one and not (document.parent / one).exists()]
    assert not missing


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_links_lead_to_headings(document: Path) -> None:
    links = re.findall(r"\]\(([^)#\s:]*)#([^)\s]+)\)", document.read_text(encoding="utf-8"))
    missing = [
        f"{file}#{fragment}"
        for file, fragment in links
        if fragment not in fragments(document.parent / file if file else document)
    ]
    assert not missing


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_two_headings_of_a_page_are_the_same(page: Path) -> None:
    assert len(headings(page)) == len(set(headings(page)))


def fragments(document: Path) -> set[str]:
    """Return the fragments of a page's headings, as GitHub makes them."""
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings(document)}


def headings(document: Path) -> list[str]:
    """Return a page's headings; the comments of its code are none."""
    text = re.sub(r"^```.*?^```$", "", document.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    return re.findall(r"^#+ (.*)$", text, re.MULTILINE)


def test_the_index_lists_every_page() -> None:
    index = ROOT / "docs" / "index.md"
    links = set(re.findall(r"\]\(([^)#\s]+)", index.read_text(encoding="utf-8")))
    unlisted = [
        page.name for page in PAGES if page != index and str(page.relative_to(index.parent)) not in links
    ]
    assert not unlisted


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 150


@pytest.mark.slow
def test_the_page_of_commands_is_what_help_prints() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from tools import commands; print(commands.text(), end='')"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    page = (ROOT / "docs/commands.md").read_text(encoding="utf-8")
    assert done.stdout == page, "make golden writes it again"


def test_the_readme_names_every_command() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for command in re.findall(r"^## (pwagen \w+)$", (ROOT / "docs/commands.md").read_text(), re.MULTILINE):
        assert f"`{command}" in readme, command


@pytest.mark.parametrize(
    ("output", "expected", "same"),
    [
        ("made 3 files\n", "made 3 files\n", True),
        ("made 3 files  \n\n", "made … files\n", True),
        ("made 3 files\n", "made 4 files\n", False),
        ("a\nb\nc\n", "a\n…\nc\n", True),
        ("a\nb\n", "a\n", False),
    ],
)
def test_expected_output_is_compared(output: str, expected: str, same: bool) -> None:
    assert prints(output, expected) is same


@pytest.mark.parametrize("name", ["README.md", "docs/django.md", "docs/fastapi.md", "docs/flask.md"])
def test_the_first_button_says_what_a_click_does(name: str) -> None:
    """Of the markup in the shops, which tests/integrations clicks in a browser."""
    assert " ".join(BUTTON.split()) in " ".join((ROOT / name).read_text(encoding="utf-8").split())


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_is_to_be_installed_can_be(document: Path) -> None:
    """There is no release yet: a clone is installed, with extras that it has."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    known = {".", *(f".[{extra}]" for extra in settings["project"]["optional-dependencies"])}
    installed = re.findall(r"pip install '?(\.[^\s']*|pwagen[^\s']*)'?", document.read_text(encoding="utf-8"))
    assert set(installed) <= known
