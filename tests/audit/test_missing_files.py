"""A file that isn't in a folder is missing, also where the folder has a start page."""

from __future__ import annotations

from pathlib import Path

from pwagen.audit.sources.folder_source import ROOT, FolderSource


def test_a_missing_file_is_not_the_start_page(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<title>Bakery</title>")
    source = FolderSource(tmp_path)
    assert source.get(f"{ROOT}service-worker.js") is None
    for address in (ROOT, f"{ROOT}bakery/", f"{ROOT}bakery/index.html"):
        answer = source.get(address)
        assert answer and answer.path == "index.html"
