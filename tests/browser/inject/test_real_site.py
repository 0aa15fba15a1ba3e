"""Documentation that other people wrote, as an app: built, visited, read without a network, given back."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from pwagen.cli import app
from pwagen.testing.site_server.site_server import SiteServer
from tests.site.test_real_sites import SITES, digests

if TYPE_CHECKING:
    from pwagen.testing.chromium.chromium import Chromium

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# tests/site/test_real_sites.py has all of it; the rest fits into a visitor's first 16 MiB.
LEFT_OUT = shutil.ignore_patterns(
    *("library", "whatsnew", "distutils", "reference", "extending", "using"),
    *("_sources", "genindex*", "contents.html", "searchindex.js"),
)
# In folders of their own, with pretty URLs and without.
PAGES = {
    "howto/sorting.html": "Sorting",
    "tutorial/index.html": "The Python Tutorial",
    "tutorial/": "The Python Tutorial",
    "c-api/arg.html": "Parsing arguments",
    "": "3.11",
}


def pwagen(*arguments: str) -> None:
    """Run a command in the current folder."""
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output


def test_a_documentation_is_read_offline_and_comes_back_to_the_byte(
    chromium: Chromium, serve_site: Callable[..., SiteServer], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not SITES["python docs"].is_dir():
        pytest.skip("python3.11-doc is not installed")
    monkeypatch.chdir(tmp_path)
    site = tmp_path / "public"
    shutil.copytree(SITES["python docs"], site, ignore=LEFT_OUT, ignore_dangling_symlinks=True)
    before = digests(site)
    assert sum(path.endswith(".html") for path in before) > 100

    pwagen("init", "--site", "public", "--yes")
    pwagen("build", "--inject")
    pwagen("build", "--inject", "--check")

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

    pwagen("build", "--inject", "--undo")
    assert digests(site) == before
