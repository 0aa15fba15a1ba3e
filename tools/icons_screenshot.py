"""Take the picture of the icons' preview: ``python tools/icons_screenshot.py``."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from pwagen.testing.chromium.chromium import Chromium

ROOT = Path(__file__).resolve().parents[1]
PICTURE = ROOT / "docs" / "images" / "icons.png"


def main() -> None:
    """Take it, of the sample site."""
    with tempfile.TemporaryDirectory() as folder, Chromium() as chromium:
        page_file = Path(folder) / "icons.html"
        project = str(ROOT / "sample_site")
        command = [sys.executable, "-m", "pwagen", "icons", project, "--preview", str(page_file)]
        subprocess.run(command, check=True)  # noqa: S603
        page = chromium.new_page()
        page.set_viewport_size({"width": 1400, "height": 900})
        page.goto(page_file.as_uri())
        page.locator("main").screenshot(path=PICTURE)


if __name__ == "__main__":
    main()
