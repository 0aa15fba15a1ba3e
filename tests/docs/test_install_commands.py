"""What the pages say to install, installed: as written, from a clone, where nothing else is."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from tests.docs.test_docs import DOCUMENTS
from tests.folders import ROOT

# pip install .   pip install '.[test]'   in prose even over the end of a line
COMMAND = re.compile(r"pip\s+install\s+('[^']+'|[^\s'`]+)")
README_COMMAND = "'.[test]'"
CLONED = ("pwagen", "templates", "pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md")
# What each extra is for, imported.
PROOFS = {
    "celery": "import pwagen.push.celery",
    "django": "import django, pwagen.push.delivery.sender",
    "flask": "from pwagen.integrations.flask import FlaskPwagen",
    "mkdocs": "import pwagen.integrations.mkdocs",
    "pelican": "import pwagen.integrations.pelican",
    "postgresql": "import psycopg; from pwagen.push import Store",
    "send": "from pwagen.push import Sender, Store",
    "serve": "import pwagen.serve.dev_server; from pwagen.serve import subscription_routes",
    "sphinx": "import pwagen.integrations.sphinx",
    "starlette": "from pwagen.integrations.starlette import StarlettePwagen",
    "test": "import pytest; from pwagen.testing import Chromium, Desktop, Firefox, PushService, SiteServer",
}


def commands(document: Path) -> set[str]:
    """Return what a page's commands install, quoted as it is there."""
    return set(COMMAND.findall(document.read_text(encoding="utf-8")))


def extras(requirement: str) -> set[str]:
    """Return the extras of a requirement such as '.[test]'."""
    return set(re.findall(r"[\w-]+", requirement.partition("[")[2]))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_page_installs_a_clone(document: Path) -> None:
    """There is no release yet: no index has pwagen."""
    assert not [one for one in commands(document) if "pwagen" in one]


@pytest.mark.slow
@pytest.mark.timeout(300)  # pip resolves and unpacks a hundred packages: 20 s on an idle machine
def test_every_command_works_in_an_empty_environment(tmp_path: Path) -> None:
    written = set().union(*(commands(document) for document in DOCUMENTS))
    assert README_COMMAND in written
    named = sorted({extra for requirement in written for extra in extras(requirement)})
    proofs = [PROOFS[extra] for extra in named]
    clone = clone_to(tmp_path / "clone")
    venv.create(tmp_path / "venv", symlinks=True)
    # pip from outside, for to install it takes longer than to use it.
    pip = tmp_path / "venv/bin/pip"
    pip.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m pip --python "{pip.with_name("python")}" "$@"\n')
    pip.chmod(0o755)
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")} | {
        "PATH": f"{tmp_path / 'venv/bin'}{os.pathsep}{os.environ['PATH']}",
        "PIP_NO_COMPILE": "0",  # means not to, as of all options that begin with --no; saves half of the time
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }

    def run(command: str) -> str:
        done = subprocess.run(
            ["sh", "-c", command], cwd=clone, env=environment, capture_output=True, text=True, timeout=250
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        return done.stdout

    run(f"pip install {README_COMMAND}")
    run(f"python -c {shlex.quote(PROOFS['test'])}")
    assert "--browser" in run("pwagen test --help")
    # The others in one command, which takes a third of the time: the one that a missing extra says.
    source = f"from pwagen.imports.optional_packages import *; print(install_command('{','.join(named)}'))"
    printed = run(f"python -c {shlex.quote(source)}").strip()
    assert shlex.split(printed) == ["pip", "install", f"{clone}[{','.join(named)}]"]
    run(printed)
    run(f"python -c {shlex.quote('; '.join(proofs))}")


def clone_to(folder: Path) -> Path:
    """Return a copy of the files that git would clone."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *CLONED],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(lambda name: (ROOT / name).is_file(), listed.stdout.splitlines()):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    return folder
