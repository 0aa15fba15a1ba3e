"""Packages of npm that tests run, installed once for all runs."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest

INSTALL_SECONDS = 200


def installed(package_json: Path) -> Path:
    """Return ``node_modules`` with the packages of a package.json; without npm or a network, skip."""
    if not shutil.which("npm"):
        pytest.skip("npm is not installed")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "pwagen-generators"
    folder = cache / hashlib.sha256(package_json.read_bytes()).hexdigest()[:16]
    if not folder.is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache, ignore_cleanup_errors=True) as scratch:
            shutil.copy(package_json, scratch)
            command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
            try:
                done = subprocess.run(
                    command, cwd=scratch, timeout=INSTALL_SECONDS, capture_output=True, text=True
                )
            except subprocess.TimeoutExpired:
                pytest.skip(f"npm installed nothing in {INSTALL_SECONDS} s: is there a network?")
            if done.returncode:
                pytest.skip(f"npm installed nothing: {done.stderr.strip()}")
            with suppress(OSError):  # another run may have been faster
                Path(scratch).rename(folder)
    return folder / "node_modules"
