"""The pages on tools that build sites, typed from an empty folder to a push in Chromium."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.test_docs import environment
from tests.folders import ROOT

BLOCK = re.compile(r"^```(sh|yaml|python|html)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"(?:# |<!-- )(.*?)(?: -->)?\n")
PUBLIC_KEY = re.compile(r"\bB[\w-]{86}\b")


def blocks(tool: str) -> list[tuple[str, str]]:
    """Return the language and the text of each block in the page's section about all of it."""
    page = (ROOT / f"docs/{tool}.md").read_text(encoding="utf-8")
    section = page.partition("\n## From an empty folder to a push\n")[2].partition("\n## ")[0]
    return BLOCK.findall(section)


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("tool", ["mkdocs", "sphinx", "pelican", "generators"])
def test_the_page_leads_from_an_empty_folder_to_a_push(tool: str, tmp_path: Path) -> None:
    programs = environment(tmp_path)
    programs["PATH"] = f"{programs['PATH']}{os.pathsep}{Path(sys.executable).parent}"
    # Of the reader's home but for what npm has fetched before: to do so again is most of its work.
    programs["NPM_CONFIG_CACHE"] = str(Path.home() / ".npm")
    programs["NPM_CONFIG_PREFER_OFFLINE"] = "true"
    folder, output = tmp_path, ""
    for language, text in blocks(tool):
        if language == "sh":
            script = f"{text}pwd > {tmp_path}/folder\n"
            done = subprocess.run(
                ["sh", "-eu", "-c", script], cwd=folder, env=programs, capture_output=True, text=True
            )
            assert done.returncode == 0, f"{text}\n{done.stdout}{done.stderr}"
            output += done.stdout
            folder = Path((tmp_path / "folder").read_text(encoding="utf-8").strip())
            continue
        first = FILE.match(text)
        assert first, text
        content = text[first.end() :]
        if "PUBLIC_KEY" in content:
            key = PUBLIC_KEY.search(output)
            assert key, output
            content = content.replace("PUBLIC_KEY", key[0])
        file = folder / first[1].removesuffix(", at the end")
        before = file.read_text(encoding="utf-8") if first[1].endswith(", at the end") else ""
        file.write_text(before + content, encoding="utf-8")
    assert "1 passed, 0 failed" in " ".join(output.split()), output
