"""The search of a site whose index Pagefind makes, without a network, in Chromium."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pwagen.testing.site_server.site_server import SiteServer

if TYPE_CHECKING:
    from pwagen.testing.chromium.chromium import Chromium

pytestmark = pytest.mark.slow
PAGE = "<!doctype html><html lang=en><title>{title}</title><main><h1>{title}</h1><p>{text}</p></main>"
SEARCH = """(async () => {
  const pagefind = await import(new URL("pagefind/pagefind.js", location.href));
  const search = await pagefind.search("halyard");
  return (await search.results[0].data()).meta.title;
})()"""


@pytest.mark.browser
def test_init_lets_the_search_work_offline(
    chromium: Chromium, serve_site: Callable[..., SiteServer], tmp_path: Path
) -> None:
    pytest.importorskip("pagefind", reason="Pagefind is not installed")
    site = tmp_path / "public"
    site.mkdir()
    (site / "index.html").write_text(PAGE.format(title="Harbour", text="Start"))
    (site / "moorings.html").write_text(PAGE.format(title="Moorings", text="Where a halyard is kept"))
    run(tmp_path, "pagefind", "--site", "public")
    run(tmp_path, "pwagen", "init", "--yes")
    run(tmp_path, "pwagen", "build", "--inject")
    server = serve_site(site, "/pilot/")
    page = chromium.open(server.url, wait_for_worker=True)
    chromium.set_offline(True)
    page.reload()
    assert page.evaluate(SEARCH) == "Moorings"
    chromium.set_offline(False)
    chromium.forget(server.url)


def run(folder: Path, *arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *arguments], cwd=folder, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr
