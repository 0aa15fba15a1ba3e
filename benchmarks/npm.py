"""Packages from npm to measure against."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path


def install(folder: Path, packages: Mapping[str, str]) -> str | None:
    """Install exact versions into ``folder``; return why not, if that is so.

    Each version also holds where one of the packages asks for another of them.
    """
    if not shutil.which("npm"):
        return "npm is not installed"
    manifest = {"private": True, "dependencies": dict(packages), "overrides": dict(packages)}
    (folder / "package.json").write_text(json.dumps(manifest), encoding="utf-8")
    # Without peer dependencies: a package of Angular's would bring the whole of it.
    command = ["npm", "install", "--no-audit", "--no-fund", "--legacy-peer-deps", "--ignore-scripts"]
    done = subprocess.run([*command, "--loglevel=error"], cwd=folder, capture_output=True, text=True)
    return f"npm failed: {done.stderr.strip()[-300:]}" if done.returncode else None
