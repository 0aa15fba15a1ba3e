"""The copy of a published folder that tests are served from."""

from __future__ import annotations

from pathlib import Path

from pwagen.testing.site_server.site_copy import copy_site, in_short


def test_a_folder_whose_name_begins_alike_is_outside(tmp_path: Path) -> None:
    site, sibling = tmp_path / "site", tmp_path / "site-old"
    for folder in (site, sibling):
        folder.mkdir()
        (folder / "index.html").write_text(folder.name)
    (site / "old.html").symlink_to(sibling / "index.html")
    (site / "same.html").symlink_to("index.html")
    (site / "all").symlink_to(sibling)
    skipped = copy_site(site, tmp_path / "copy")
    assert sorted(path.name for path in (tmp_path / "copy").iterdir()) == ["index.html", "same.html"]
    assert (tmp_path / "copy/same.html").read_text() == "site"
    reason = "not served: it is a symbolic link that leads out of the site"
    assert in_short("site", skipped) == [f"site/all, site/old.html: {reason}"]
