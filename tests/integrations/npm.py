"""Packages of npm that tests run, installed once for all runs, and projects built with them."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import portalocker
import pytest

from tests.folders import CACHE

INSTALL_SECONDS = 200
LOCK_SECONDS = 100
"""How long another run may have a project that is built."""
QUIET = {
    "ASTRO_TELEMETRY_DISABLED": "1",
    "NEXT_TELEMETRY_DISABLED": "1",
    "NPM_CONFIG_UPDATE_NOTIFIER": "false",
}
"""For the environment of npm and what it runs."""


def installed(package_json: Path) -> Path:
    """Return ``node_modules`` with the packages of a package.json; without npm or a network, skip."""
    if not shutil.which("npm"):
        pytest.skip("npm is not installed")
    cache = CACHE / "pwagen-generators"
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


@contextmanager
def built(source: Path, node_modules: Path) -> Iterator[Path]:
    """Yield a copy of a project as `npm run build` leaves it, which is run once for all runs.

    The copy has the same path in each run, since the caches of generators are of use there alone, and so one
    run has it at a time. It is below the folder of ``node_modules``: Next follows no link to it.
    """
    digest = hashlib.sha256()
    for file in sorted(filter(Path.is_file, source.rglob("*"))):
        digest.update(f"{file.relative_to(source)}\n".encode() + file.read_bytes())
    folder = node_modules.parent / f"{source.name}-{digest.hexdigest()[:16]}"
    folder.mkdir(exist_ok=True)
    project, as_built = folder / "project", folder / "built"
    with portalocker.Lock(folder / "lock", timeout=LOCK_SECONDS):
        shutil.rmtree(project, ignore_errors=True)
        if not as_built.exists():
            shutil.copytree(source, project)
            command = ["npm", "run", "--silent", "build"]
            subprocess.run(command, cwd=project, env=os.environ | QUIET, timeout=100, check=True)
            project.rename(as_built)
        yield Path(shutil.copytree(as_built, project, symlinks=True))
        shutil.rmtree(project)
