"""Sites that other people published, read without a network."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pwagen.testing.site_server.site_server import SiteServer
from tests.corpus.corpus_run import pwagen, site_project
from tests.corpus.packages import NotServedError, SitePackage
from tests.corpus.test_corpus_sites import PACKAGES

if TYPE_CHECKING:
    from pwagen.testing.chromium.chromium import Chromium

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.timeout(600)]


@pytest.mark.parametrize(
    "package", [package for package in PACKAGES if package.offline], ids=lambda package: package.name
)
def test_its_start_page_and_a_deep_page_are_read_offline(
    package: SitePackage, chromium: Chromium, serve_site: Callable[..., SiteServer], tmp_path: Path
) -> None:
    try:
        project = site_project(package, tmp_path)
    except NotServedError as error:
        pytest.skip(str(error))
    pwagen(project, "build", "--inject")
    served = serve_site(project / "public")
    page = chromium.open(served.url, wait_for_worker=True)
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    chromium.set_offline(True)
    for path, title in package.offline.items():
        page.goto(f"{served.url}{path}")
        assert title in page.title()
        assert page.locator("meta[name=generator][content=pwagen]").count() == 0
        assert page.evaluate("typeof window.pwagen") == "object"
