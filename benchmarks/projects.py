"""The project that pwagen builds in the benchmarks: a generated site, with every feature on."""

from __future__ import annotations

import shutil
from pathlib import Path

HERE = Path(__file__).parent
SAMPLE = HERE.parent / "sample_site"


def make_project(folder: Path) -> None:
    """Write everything but the site itself, which the config expects in ``folder / "site"``."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(HERE / "everything.yaml", folder / "pwagen.yaml")
    for name in ("public/assets/logo.svg", "artwork/maskable.svg", "artwork/badge.svg", "pwa-hooks.js"):
        shutil.copy(SAMPLE / name, folder)
