"""`build --inject`: into the site and out again, with hashes of the pages as they are published."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pwagen.cli import app
from pwagen.errors import ConfigError, PwagenError
from pwagen.inject.into_site import plan_into_site, plan_out_of_site
from pwagen.inject.merge import Policy
from pwagen.project import read_project

PAGE = "<!doctype html>\n<html>\n<head>\n<title>{0}</title>\n</head>\n<body>{0}</body>\n</html>\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    site = tmp_path / "public"
    (site / "deep/er").mkdir(parents=True)
    for path in ("index.html", "deep/er/page.html"):
        (site / path).write_text(PAGE.format(path))
    (tmp_path / "pwagen.yaml").write_text("app: {name: X}\nsite: public\n")
    return tmp_path


def build(project: Path, **options: bool) -> None:
    plan_into_site(read_project(project, for_injection=True), Policy()).apply(**options)


def undo(project: Path) -> None:
    plan_out_of_site(read_project(project, for_injection=True)).apply()


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else b"(folder)"
        for path in sorted(folder.rglob("*"))
    }


def test_pages_get_tags_that_lead_to_the_files(project: Path) -> None:
    build(project)
    assert '<script src="register.js" defer></script>' in (project / "public/index.html").read_text()
    assert 'href="../../manifest.json"' in (project / "public/deep/er/page.html").read_text()
    assert (project / "public/sw.js").is_file()
    assert not (project / "public/head.html").exists()


def test_what_a_build_wrote_is_no_part_of_the_site_at_the_next(project: Path) -> None:
    (project / "hooks.js").write_text("// mine\n")
    (project / "pwagen.yaml").write_text("app: {name: X}\nsite: public\nworker: {hooks: hooks.js}\n")
    build(project)
    first = tree(project / "public")
    assert "hooks.js" in first
    build(project)
    assert tree(project / "public") == first


def test_the_worker_knows_the_pages_as_they_are_published(project: Path) -> None:
    build(project)
    worker = (project / "public/sw.js").read_text()
    for path, sha256, _ in re.findall(r'^ +\["([^"]+)", "([^"]+)", ([01])\],?$', worker, re.M):
        content = (project / "public" / path).read_bytes()
        assert base64.b64encode(hashlib.sha256(content).digest()).decode() == sha256, path
    assert '["deep/er/page.html"' in worker


def test_a_second_build_changes_nothing(project: Path) -> None:
    build(project)
    before = tree(project / "public")
    inside = plan_into_site(read_project(project, for_injection=True), Policy())
    assert {change.status for change in inside.changes()} == {"same"}
    inside.apply()
    assert tree(project / "public") == before


def test_undo_leaves_the_site_to_the_byte_as_it_was(project: Path) -> None:
    before = tree(project / "public")
    build(project)
    undo(project)
    assert tree(project / "public") == before


def test_undo_leaves_sources_that_lie_in_the_site(project: Path) -> None:
    (project / "public/icons").mkdir()
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle cx="4" cy="4" r="4"/></svg>'
    (project / "public/icons/favicon.svg").write_text(svg)
    (project / "public/pwa-hooks.js").write_text("// mine\n")
    (project / "pwagen.yaml").write_text(
        "app: {name: X}\nsite: public\nicons: {source: public/icons/favicon.svg}\n"
        "worker: {hooks: public/pwa-hooks.js}\n"
    )
    before = tree(project / "public")
    build(project)
    build(project)
    undo(project)
    assert tree(project / "public") == before


def test_a_full_disk_changes_nothing(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = tree(project / "public")

    def disk_is_full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", disk_is_full)
    with pytest.raises(OSError, match="No space"):
        build(project)
    assert tree(project / "public") == before


def test_a_worker_of_somebody_elses_stops_everything(project: Path) -> None:
    (project / "public/sw.js").write_text("// hand-written")
    before = tree(project / "public")
    with pytest.raises(ConfigError, match=r"sw\.js: was edited or not made by pwagen"):
        build(project)
    assert tree(project / "public") == before


def test_a_manifest_of_somebody_elses_stops_everything(project: Path) -> None:
    page = project / "public/index.html"
    page.write_text(
        page.read_text().replace("<title>", '<link rel="manifest" href="app.webmanifest"><title>')
    )
    before = tree(project / "public")
    with pytest.raises(ConfigError, match=r"index\.html: has a manifest of its own"):
        build(project)
    assert tree(project / "public") == before


def test_a_project_without_a_site_is_told(tmp_path: Path) -> None:
    (tmp_path / "pwagen.yaml").write_text("app: {name: X}\n")
    with pytest.raises(PwagenError, match="write site: FOLDER"):
        build(tmp_path)


def test_the_command_injects_checks_and_undoes(project: Path) -> None:
    before = tree(project / "public")
    run = CliRunner().invoke
    everything = tree(project)
    assert run(app, ["build", str(project), "--inject", "--check"]).exit_code == 1
    assert tree(project) == everything
    done = run(app, ["build", str(project), "--inject", "--json"])
    statuses = {one["path"]: one["status"] for one in json.loads(done.stdout)["files"]}
    assert statuses["index.html"] == "changed"
    assert statuses["sw.js"] == "new"
    assert run(app, ["build", str(project), "--inject", "--check"]).exit_code == 0
    assert run(app, ["build", str(project), "--inject", "--undo"]).exit_code == 0
    assert tree(project / "public") == before


def test_options_of_an_injection_need_one(project: Path) -> None:
    assert CliRunner().invoke(app, ["build", str(project), "--undo"]).exit_code == 2


def test_what_is_excluded_stays_as_it_is(project: Path) -> None:
    done = CliRunner().invoke(app, ["build", str(project), "--inject", "--exclude", "deep/**"])
    assert done.exit_code == 0
    assert (project / "public/deep/er/page.html").read_text() == PAGE.format("deep/er/page.html")


def test_a_pattern_that_means_nothing_is_refused(project: Path) -> None:
    done = CliRunner().invoke(app, ["build", str(project), "--inject", "--exclude", "["])
    assert done.exit_code == 2
    assert "--exclude" in done.stderr
    assert not (project / "public/sw.js").exists()


def test_the_hosts_headers_go_beside_the_site(project: Path) -> None:
    (project / "pwagen.yaml").write_text("app: {name: X}\nsite: public\nhosting: netlify\n")
    build(project)
    assert any((project / "dist/hosting").iterdir())
    assert not (project / "public/hosting").exists()


@pytest.mark.parametrize(
    "files",
    [
        {"astro.config.mjs": "export default {}"},
        {"vite.config.js": "export default {}", "index.html": PAGE.format("source")},
        {},
    ],
    ids=["Astro", "Vite", "by hand"],
)
def test_a_site_may_be_published_from_dist(
    tmp_path: Path, files: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / ".config"))
    for name, text in {**files, "dist/index.html": PAGE.format("News"), "dist/a/b.html": PAGE}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    before = tree(tmp_path / "dist")
    run = CliRunner().invoke
    assert run(app, ["init", str(tmp_path), "--yes"]).exit_code == 0
    assert "site: dist " in (tmp_path / "pwagen.yaml").read_text()
    assert run(app, ["build", str(tmp_path)]).exit_code == 0
    assert tree(tmp_path / "dist") == before
    assert (tmp_path / "pwagen-dist/sw.js").is_file()
    assert run(app, ["build", str(tmp_path), "--inject"]).exit_code == 0
    assert "../manifest.json" in (tmp_path / "dist/a/b.html").read_text()
    assert run(app, ["build", str(tmp_path), "--inject", "--check"]).exit_code == 0
    assert run(app, ["build", str(tmp_path), "--inject", "--undo"]).exit_code == 0
    assert tree(tmp_path / "dist") == before


def test_offline_can_be_off(project: Path) -> None:
    shutil.rmtree(project / "public/deep")
    (project / "pwagen.yaml").write_text("app: {name: X}\nsite: public\noffline: false\n")
    build(project)
    assert "register.js" in (project / "public/index.html").read_text()
    assert "precache" not in (project / "public/sw.js").read_text()
