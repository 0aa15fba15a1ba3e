"""Whether an address is the site's own: a whole URL of its host is, whichever rule asks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pwagen.audit.audit_run import audit
from pwagen.audit.audited_site import AuditedSite
from pwagen.audit.settings import AuditSettings
from pwagen.audit.sources.folder_source import FolderSource
from pwagen.testing.site_server.site_server import SiteServer
from tests.audit.examples import write_example
from tests.audit.test_server_rules import findings_at, rules_of


@pytest.mark.parametrize(
    ("address", "is_ours"),
    [
        ("icon.png", True),
        ("/icon.png", True),
        (" ../icon.png", True),
        ("https://site.invalid/icon.png", True),
        ("//site.invalid", True),
        ("https://site.invalid.example/icon.png", False),
        ("//cdn.example/icon.png", False),
        ("data:image/png;base64,AA", False),
        ("mailto:baker@bakery.example", False),
        ("https://[x/", False),
    ],
)
def test_an_address_is_ours_by_its_host(address: str, is_ours: bool, tmp_path: Path) -> None:
    site = AuditedSite("", FolderSource(tmp_path))
    assert site.is_ours(address, f"{site.root}about/") is is_ours


@pytest.mark.slow
def test_a_whole_url_of_the_same_host_is_looked_at(tmp_path: Path) -> None:
    folder = write_example(tmp_path, {})
    with SiteServer(folder) as server:
        page = folder / "index.html"
        page.write_text(page.read_text().replace("icons/apple-touch-icon.png", f"{server.url}gone.png"))
        manifest = json.loads((folder / "manifest.json").read_text())
        manifest["icons"].append({"src": f"{server.url}icons/gone.png", "sizes": "96x96"})
        manifest["start_url"] = server.url
        (folder / "manifest.json").write_text(json.dumps(manifest))
        assert rules_of(findings_at(server.url)) == {"head-icon-file", "icon-file"}


@pytest.mark.slow
def test_a_start_url_of_another_host_is_none(tmp_path: Path) -> None:
    with SiteServer(
        write_example(tmp_path, {"manifest.json": '{"start_url": "//bakery.example/"}'})
    ) as server:
        assert rules_of(findings_at(server.url)) == {"manifest-start-url"}


@pytest.mark.slow
def test_the_icons_of_another_host_are_not_missing(tmp_path: Path) -> None:
    folder = write_example(tmp_path, {})
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["icons"].append({"src": "https://cdn.example/icon.png", "sizes": "96x96"})
    (folder / "manifest.json").write_text(json.dumps(manifest))
    assert audit(AuditedSite("", FolderSource(folder)), AuditSettings()) == []


def test_a_hidden_folder_that_leads_out_of_the_site_is_not_read(tmp_path: Path) -> None:
    for name in ("outside", "site"):
        (tmp_path / name).mkdir()
    (tmp_path / "outside/assetlinks.json").write_text("[]")
    (tmp_path / "site/.well-known").symlink_to(tmp_path / "outside")
    site = AuditedSite("", FolderSource(tmp_path / "site"))
    assert site.get_path(".well-known/assetlinks.json") is None
