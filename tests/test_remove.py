"""The files that a site is published with to get rid of its worker."""

from __future__ import annotations

import pytest

from pwagen.errors import PwagenError
from pwagen.remove import removal


def test_the_same_worker_goes_under_every_name() -> None:
    files = {one.path: one.content for one in removal(["./old-sw.js", "static/worker.js", "sw.js"])}
    assert list(files) == ["sw.js", "old-sw.js", "static/worker.js", "register.js"]
    assert files["sw.js"] == files["old-sw.js"] == files["static/worker.js"]
    assert b'"allCaches": false' in files["sw.js"]
    assert b".register(" not in files["register.js"]


def test_all_caches_is_said_in_the_worker() -> None:
    assert b'"allCaches": true' in removal(all_caches=True)[0].content


@pytest.mark.parametrize("name", ["../sw.js", "/sw.js", "a/../../sw.js", "sw.html", "..\\sw.js", ""])
def test_names_outside_the_site_are_refused(name: str) -> None:
    with pytest.raises(PwagenError, match="--also"):
        removal([name])
