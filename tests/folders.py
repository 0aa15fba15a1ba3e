"""Where tests find what they need."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

TESTS = Path(__file__).resolve().parent
ROOT = TESTS.parent
SAMPLE = ROOT / "sample_site"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
"""For what takes long to make and is the same in each run."""


def share_icons(project: Path, icon_cache: Path) -> None:
    """Let a project have its icons from a test before: tests of equal icons paint them once."""
    (project / ".pwagen").mkdir(parents=True)
    (project / ".pwagen/icons").symlink_to(icon_cache)


def copy_sample(folder: Path) -> Path:
    """Copy the sample site to a folder without what somebody has built in it; returns the folder."""
    built = shutil.ignore_patterns("dist", ".pwagen*", "pwagen.lock")
    return Path(shutil.copytree(SAMPLE, folder, ignore=built, dirs_exist_ok=True))
