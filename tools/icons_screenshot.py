"""Take the picture of the icons' preview, with screenshots in it: ``python tools/icons_screenshot.py``."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from pwagen.testing.chromium.chromium import Chromium

ROOT = Path(__file__).resolve().parents[1]
PICTURE = ROOT / "docs" / "images" / "icons.png"


def main() -> None:
    """Take it, of a copy of the sample site."""
    with tempfile.TemporaryDirectory() as folder:
        project, page_file = Path(folder) / "harbour", Path(folder) / "icons.html"
        leave_out = shutil.ignore_patterns("dist", ".pwagen*", "pwagen.lock")
        shutil.copytree(ROOT / "sample_site", project, ignore=leave_out)
        for command in (["screenshots", str(project)], ["icons", str(project), "--preview", str(page_file)]):
            subprocess.run([sys.executable, "-m", "pwagen", *command], check=True)  # noqa: S603
        photograph(page_file)


def photograph(page_file: Path) -> None:
    """Take the picture of the page in a file."""
    with Chromium() as chromium:
        page = chromium.new_page()
        page.set_viewport_size({"width": 1400, "height": 900})
        page.goto(page_file.as_uri())
        page.locator("main").screenshot(path=PICTURE)


if __name__ == "__main__":
    main()
