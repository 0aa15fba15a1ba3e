"""A file that isn't in a folder is missing, also where the folder has a start page."""

from __future__ import annotations

from pathlib import Path

from pwagen.audit.sources.folder_source import ROOT, FolderSource
from tests.audit.examples import write_example
from tests.audit.test_rules import findings_in


def test_a_missing_file_is_not_the_start_page(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<title>Bakery</title>")
    source = FolderSource(tmp_path)
    assert source.get(f"{ROOT}service-worker.js") is None
    for address in (ROOT, f"{ROOT}bakery/", f"{ROOT}bakery/index.html"):
        answer = source.get(address)
        assert answer and answer.path == "index.html"


TEMPLATES = {
    "index.html#icons": '<link rel="icon" href="{{ prefix }}/favicon.ico">',
    "index.html#manifest": '<link rel="manifest" href="%PUBLIC_URL%/manifest.json">',
    "manifest.json": '{"icons": [<% icons %>]}',
}


def test_what_a_template_engine_fills_in_is_not_missing(tmp_path: Path) -> None:
    rules = {finding.rule for finding in findings_in(write_example(tmp_path, TEMPLATES))}
    assert not rules & {"head-icon-file", "manifest-linked", "manifest-json"}


def test_a_site_below_two_folders_of_its_host(tmp_path: Path) -> None:
    example = {"index.html#manifest": '<link rel="manifest" href="/openmrs/spa/manifest.json">'}
    assert findings_in(write_example(tmp_path, example)) == []
