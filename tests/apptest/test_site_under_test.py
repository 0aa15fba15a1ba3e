"""Where the site under test is."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from pwagen.apptest.sites.site_under_test import SiteUnderTest
from pwagen.testing.site_server.site_server import SiteServer


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("{url}", ""),
        ("{url}api/push", "api/push"),
        ("{url}api/push?from=page#top", "api/push"),
        ("{url}high%20tide.html", "high tide.html"),
        ("{origin}/elsewhere/", None),
        ("https://example.com/app/", None),
    ],
)
def test_a_url_here_has_the_path_that_its_request_is_seen_with(
    tmp_path: Path, url: str, path: str | None
) -> None:
    with SiteServer(tmp_path, "/app/") as server:
        site = cast("SiteUnderTest", SimpleNamespace(server=server))
        assert SiteUnderTest.path_here(site, url.format(url=server.url, origin=server.origin)) == path
    site = cast("SiteUnderTest", SimpleNamespace(server=None))
    assert SiteUnderTest.path_here(site, "http://localhost:3000/app/") is None
