"""The example of docs/testing.md runs as it stands, in a project of its own."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pwagen.keys.key_pair import KeyPair
from tests.browser.conftest import SITE
from tests.folders import ROOT

pytestmark = pytest.mark.browser

NEEDS_RAILS = ("conftest.py", "test_orders.py")
DOCUMENT = ROOT / "docs" / "testing.md"


@pytest.mark.usefixtures("chromium")  # skipped, by name, where it is missing
def test_the_documented_project_passes(tmp_path: Path, key_pair: KeyPair) -> None:
    shutil.copytree(SITE, tmp_path / "public")
    blocks = re.findall(r"^```\w+\n# (\S+)\n(.*?)^```$", DOCUMENT.read_text(), re.M | re.S)
    files = {name: text for name, text in blocks if name not in NEEDS_RAILS}
    assert set(files) == {"pytest.ini", "test_push.py", "test_faults.py", "test_worker.py"}
    for name, text in files.items():
        keyed = text.replace("BEf5…", key_pair.public_key).replace('"…"', f'"{key_pair.private_key}"')
        (tmp_path / name).write_text(keyed)
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--durations=5"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=115,
    )
    assert "5 passed" in ran.stdout, ran.stdout + ran.stderr
