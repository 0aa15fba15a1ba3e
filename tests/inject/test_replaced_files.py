"""Copies of files in whose place ours have come."""

from __future__ import annotations

from pathlib import Path

import pytest

from pwagen.inject.replaced_files import Replaced


@pytest.fixture
def replaced(tmp_path: Path) -> Replaced:
    """Return the copies of a site that had a worker and a manifest, which are gone."""
    site = tmp_path / "public"
    (site / "deep").mkdir(parents=True)
    copies = Replaced.of(site, tmp_path)
    for path in ("sw.js", "deep/manifest.json"):
        (site / path).write_text(f"the site's {path}")
        copies.keep(path)
        (site / path).unlink()
    return copies


def test_what_is_gone_is_put_back_once(replaced: Replaced) -> None:
    (replaced.site / "deep").rmdir()
    replaced.put_back(planned=())
    assert (replaced.site / "sw.js").read_text() == "the site's sw.js"
    assert (replaced.site / "deep/manifest.json").read_text() == "the site's deep/manifest.json"
    assert replaced.paths() == ()


def test_a_file_that_was_put_there_since_stays(replaced: Replaced) -> None:
    (replaced.site / "sw.js").write_text("newer")
    replaced.put_back(planned=())
    assert (replaced.site / "sw.js").read_text() == "newer"
    assert replaced.paths() == ("sw.js",)  # and so does the copy


def test_what_is_planned_is_not_put_back(replaced: Replaced) -> None:
    replaced.put_back(planned={"sw.js"})
    assert replaced.paths() == ("sw.js",)
    assert not (replaced.site / "sw.js").exists()
