"""Documentation that other people wrote, as an app: built, visited, read without a network, given back."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pwagen.testing.site_server.site_server import SiteServer
from tests.site.test_real_sites import SITES, digests

if TYPE_CHECKING:
    from pwagen.testing.chromium.chromium import Chromium

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# In folders of their own, with pretty URLs and without.
PAGES = {
    "library/json.html": "json",
    "tutorial/index.html": "The Python Tutorial",
    "tutorial/": "The Python Tutorial",
    "c-api/arg.html": "Parsing arguments",
    "": "3.11",
}


def pwagen(project: Path, *arguments: str) -> str:
    """Run the command line in the project, and return what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "pwagen", *arguments], cwd=project, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_documentation_is_read_offline_and_comes_back_to_the_byte(
    chromium: Chromium, serve_site: Callable[..., SiteServer], tmp_path: Path
) -> None:
    if not SITES["python docs"].is_dir():
        pytest.skip("python3.11-doc is not installed")
    site = tmp_path / "public"
    shutil.copytree(SITES["python docs"], site, symlinks=False, ignore_dangling_symlinks=True)
    before = digests(site)
    assert sum(path.endswith(".html") for path in before) > 300

    pwagen(tmp_path, "init", "--site", "public", "--yes")
    config = tmp_path / "pwagen.yaml"
    # All of it, rather than what fits into a visitor's first 16 MiB.
    sizes = "offline:\n  max_total_size: 60 MiB\n  max_file_size: 8 MiB\n"
    config.write_text(config.read_text().replace("offline:\n", sizes))
    pwagen(tmp_path, "build", "--inject")
    pwagen(tmp_path, "build", "--inject", "--check")

    served = serve_site(site)
    page = chromium.open(served.url, wait_for_worker=True)
    assert chromium.manifest(page).errors == []
    chromium.set_offline(True)
    for path, title in PAGES.items():
        page.goto(f"{served.url}{path}")
        assert title in page.title()
        # Without its file a link has no sheet.
        styles = page.evaluate(
            "[...document.querySelectorAll('link[rel=stylesheet]')].map((one) => !!one.sheet)"
        )
        assert styles
        assert all(styles)
        assert page.evaluate("typeof window.pwagen") == "object"
    page.goto(f"{served.url}no/such/page.html")
    assert page.locator("meta[name=generator][content=pwagen]").count() == 1
    chromium.set_offline(False)

    pwagen(tmp_path, "build", "--inject", "--undo")
    assert digests(site) == before
