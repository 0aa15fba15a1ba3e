"""A file that isn't in a folder is missing, also where the folder has a start page."""

from __future__ import annotations

from pathlib import Path

import pytest

from pwagen.audit.sources.folder_source import ROOT, FolderSource
from tests.audit.examples import findings_by, write_example
from tests.audit.test_rules import findings_in

pytestmark = pytest.mark.slow  # each case audits a whole site


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


@pytest.mark.parametrize(
    "script",
    [
        """window.metaHtml = `<link rel="manifest" href="/manifest.json">`;""",
        """const link = document.createElement("link"); link.rel = "manifest"; document.head.append(link);""",
        """head.innerHTML += '<link rel=\\"manifest\\" href=x>';""",
        """createElement("link", { rel: "manifest", href });""",
        """link.setAttribute("rel", "manifest");""",
    ],
)
@pytest.mark.parametrize("place", ["inline", "file"])
def test_a_link_that_a_script_adds_is_a_link(script: str, place: str, tmp_path: Path) -> None:
    element = f"<script>{script}</script>" if place == "inline" else '<script src="head.js"></script>'
    example = {"index.html#manifest": element, "head.js": script}
    rules = {finding.rule for finding in findings_in(write_example(tmp_path, example))}
    assert "manifest-linked" not in rules


def test_a_page_in_a_folder_is_not_the_start_page(tmp_path: Path) -> None:
    example = {"*": "", "settings/index.html": "<!doctype html><title>Settings</title>"}
    assert findings_by("manifest-linked", write_example(tmp_path, example)) == []


def test_a_manifest_of_another_host_is_not_missing(tmp_path: Path) -> None:
    example = {"index.html#manifest": '<link rel="manifest" href="https://cdn.example/manifest.json">'}
    assert findings_by("manifest-linked", write_example(tmp_path, example)) == []


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="Linux says what is mapped")
def test_a_file_that_is_kept_costs_its_size_and_no_mapping(tmp_path: Path) -> None:
    for number in range(200):
        (tmp_path / f"{number}.html").write_text("<title>A page</title>")
    source = FolderSource(tmp_path)
    before = len(Path("/proc/self/maps").read_text().splitlines())
    resources = [source.get(f"{ROOT}{number}.html") for number in range(200)]
    assert len(Path("/proc/self/maps").read_text().splitlines()) < before + 50
    assert all(resources)
