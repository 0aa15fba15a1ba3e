"""One real site as its owner would treat it: init, build, check, build again, undo; each timed."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path

from tests.corpus.packages import SitePackage, unpacked
from tests.site_rule import listed, tree, wrong_hashes

PAGES = (".html", ".htm", ".xhtml", ".xht")
COLUMNS = ["site", "files", "pages", "first build", "--check", "second build", "--undo"]
SECONDS = 240


def site_project(package: SitePackage, folder: Path) -> Path:
    """Copy a package's site into ``folder / "public"`` and run `pwagen init`; return the project."""
    shutil.copytree(unpacked(package) / package.folder, folder / "public", symlinks=True)
    pwagen(folder, "init", "--site", "public", "--yes")
    if package.config:
        config = folder / "pwagen.yaml"
        config.write_text(f"{config.read_text(encoding='utf-8')}\n{package.config}\n", encoding="utf-8")
    return folder


def pwagen(project: Path, *arguments: str) -> float:
    """Run the command line, which must succeed and print no traceback; return the seconds that it took."""
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "pwagen", *arguments],
        cwd=project,
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    seconds = time.monotonic() - began
    printed = done.stdout + done.stderr
    assert "Traceback" not in printed, printed
    assert done.returncode == 0, printed
    return seconds


def site_row(package: SitePackage, folder: Path) -> list[str]:
    """Hold a site against the rule, and return its row of the table."""
    project = site_project(package, folder)
    site = project / "public"
    before = tree(site)
    seconds = [pwagen(project, "build", "--inject")]
    assert listed(site)
    assert wrong_hashes(site) == []
    written = _writings(site)
    seconds += [pwagen(project, "build", "--inject", "--check"), pwagen(project, "build", "--inject")]
    assert _writings(site) == written
    seconds.append(pwagen(project, "build", "--inject", "--undo"))
    assert tree(site) == before
    pages = sum(path.lower().endswith(PAGES) for path in before)
    files = sum(content != "(folder)" for content in before.values())
    return [package.title, f"{files:,}", f"{pages:,}", *(f"{each:.1f} s" for each in seconds)]


def _writings(site: Path) -> dict[str, tuple[int, int]]:
    """Return path -> inode and time of the last change, which also tell what was written anew as it was."""
    states = ((path, path.lstat()) for path in site.rglob("*"))
    return {str(path): (state.st_ino, state.st_mtime_ns) for path, state in states}
