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
from typer.testing import CliRunner, Result

from pwagen.build.project import read_project, read_to_undo
from pwagen.cli import app
from pwagen.errors import ConfigError, PwagenError
from pwagen.inject.in_place_build import plan_into_site, plan_out_of_site
from pwagen.inject.merge import Policy
from pwagen.render import source

pytestmark = pytest.mark.slow

PAGE = "<!doctype html>\n<html>\n<head>\n<title>{0}</title>\n</head>\n<body>{0}</body>\n</html>\n"


@pytest.fixture
def project(tmp_path: Path, icons_of_another_test: None) -> Path:
    site = tmp_path / "public"
    (site / "deep/er").mkdir(parents=True)
    for path in ("index.html", "deep/er/page.html"):
        (site / path).write_text(PAGE.format(path))
    (tmp_path / "pwagen.yaml").write_text("app: {name: X}\nsite: public\n")
    return tmp_path


def build(project: Path, **options: bool) -> None:
    plan_into_site(read_project(project, for_injection=True), Policy()).apply(**options)


def undo(project: Path) -> None:
    plan_out_of_site(read_to_undo(project)).apply()


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
    with pytest.raises(ConfigError, match=r"sw\.js: was edited .*under another name.*importScripts"):
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
    shutil.rmtree(project / ".pwagen")  # as before the first build
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


def test_hosting_headers_of_an_injected_build_are_checked(project: Path) -> None:
    (project / "pwagen.yaml").write_text("app: {name: X}\nsite: public\nhosting: netlify\n")
    assert CliRunner().invoke(app, ["build", str(project)]).exit_code == 0
    built = tree(project / "dist")
    assert "sw.js" in built
    assert command(project).exit_code == 0
    assert tree(project / "dist").keys() == built.keys()
    assert command(project, "--check").exit_code == 0
    shutil.rmtree(project / "dist/hosting")
    checked = command(project, "--check", "--json")
    assert checked.exit_code == 1
    statuses = {one["path"]: one["status"] for one in json.loads(checked.stdout)["files"]}
    assert statuses["../dist/hosting/_headers"] == "new"
    assert command(project).exit_code == 0
    assert command(project, "--undo").exit_code == 0
    assert tree(project / "dist").keys() == built.keys()


def test_undo_takes_the_hosts_headers_away(project: Path) -> None:
    (project / "pwagen.yaml").write_text("app: {name: X}\nsite: public\nhosting: netlify\n")
    build(project)
    undo(project)
    assert not any((project / "dist").iterdir())


def test_the_second_page_script_is_the_builds_as_the_first_is(project: Path) -> None:
    assert command(project).exit_code == 0
    more = project / "public/register.more.js"
    assert more.name in (project / "public/sw.js").read_text()
    assert command(project, "--check").exit_code == 0
    more.write_text("// edited")
    refused = command(project)
    assert refused.exit_code == 1
    assert "public/register.more.js: was edited" in str(refused.exception)
    assert command(project, "--force").exit_code == 0
    more.unlink()
    assert command(project, "--check").exit_code == 1


def test_the_scripts_to_read_lie_beside_what_is_published(project: Path) -> None:
    before = tree(project / "public")
    assert command(project).exit_code == 0
    readable = project / "dist/readable"
    for name in ("register.js", "register.more.js"):
        assert "/* ---- " in (readable / name).read_text()
        assert "/* ---- " not in (project / "public" / name).read_text()
    assert not [path for path in tree(project / "public") if "readable" in path]
    (readable / "register.js").write_text("// edited")
    assert command(project, "--check").exit_code == 1
    # Where they were not committed, nothing is missing.
    shutil.rmtree(project / "dist")
    assert command(project, "--check").exit_code == 0
    assert command(project).exit_code == 0
    assert readable.is_dir()
    assert command(project, "--undo").exit_code == 0
    assert not readable.exists()
    assert {**tree(project / "public"), **before} == {**before, **tree(project / "public")}


def test_editors_get_the_types_that_visitors_do_not(project: Path) -> None:
    assert command(project).exit_code == 0
    types = project / "dist/register.d.ts"
    assert types.read_text() == source("register.d.ts")
    assert not (project / "public/register.d.ts").exists()
    types.write_text("// edited")
    assert command(project, "--check").exit_code == 1
    types.unlink()  # not committed
    assert command(project, "--check").exit_code == 0
    assert command(project).exit_code == 0
    assert command(project, "--undo").exit_code == 0
    assert not types.exists()


def test_a_project_that_is_published_itself_stores_no_script_to_read(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text(PAGE.format("index.html"))
    (tmp_path / "pwagen.yaml").write_text(
        "app: {name: X}\nsite: .\noffline: {precache: ['**/*.{html,js}']}\n"
    )
    for _ in range(2):
        assert command(tmp_path).exit_code == 0
    worker = (tmp_path / "sw.js").read_text()
    assert '"register.more.js"' in worker
    assert "readable/" not in worker


def test_offline_can_be_off(project: Path) -> None:
    shutil.rmtree(project / "public/deep")
    (project / "pwagen.yaml").write_text("app: {name: X}\nsite: public\noffline: false\n")
    build(project)
    assert "register.js" in (project / "public/index.html").read_text()
    assert "precache" not in (project / "public/sw.js").read_text()


def test_without_offline_files_that_nothing_lists_may_change_meanwhile(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "pwagen.yaml").write_text("app: {name: X}\nsite: public\noffline: false\n")
    (project / "public/picture.png").write_bytes(b"1")
    inside = plan_into_site(read_project(project, for_injection=True), Policy())
    assert inside.project.site
    assert not inside.project.site.precache
    (project / "public/picture.png").write_bytes(b"changed")
    inside.apply(force=False)


OWN_MANIFEST = '{"name": "Mine", "start_url": "./", "icons": []}\n'


@pytest.fixture
def with_manifest(project: Path) -> Path:
    """Return the project, whose start page links a manifest.json of the site's own."""
    page = project / "public/index.html"
    page.write_text(page.read_text().replace("<title>", '<link rel="manifest" href="manifest.json"><title>'))
    (project / "public/manifest.json").write_text(OWN_MANIFEST)
    return project


def command(project: Path, *options: str) -> Result:
    return CliRunner().invoke(app, ["build", str(project), "--inject", *options])


def test_a_manifest_of_that_name_is_refused_with_the_choices(with_manifest: Path) -> None:
    before = tree(with_manifest / "public")
    with pytest.raises(ConfigError, match=r"--manifest=replace.*--undo.*--manifest=keep") as refused:
        build(with_manifest)
    assert "worker.hooks" not in str(refused.value)
    assert tree(with_manifest / "public") == before


def test_a_manifest_of_that_name_is_kept(with_manifest: Path) -> None:
    before = tree(with_manifest / "public")
    for _ in range(2):
        assert command(with_manifest, "--manifest=keep").exit_code == 0
        assert (with_manifest / "public/manifest.json").read_text() == OWN_MANIFEST
    assert 'href="../../manifest.json"' in (with_manifest / "public/deep/er/page.html").read_text()
    assert command(with_manifest, "--manifest=keep", "--check").exit_code == 0
    assert command(with_manifest, "--undo").exit_code == 0
    assert tree(with_manifest / "public") == before


def test_a_manifest_of_that_name_is_replaced_and_put_back(with_manifest: Path) -> None:
    before = tree(with_manifest / "public")
    assert command(with_manifest, "--manifest=replace").exit_code == 0
    assert '"X"' in (with_manifest / "public/manifest.json").read_text()
    assert (with_manifest / "public/index.html").read_text().count('rel="manifest"') == 1
    # The choice is made: later builds find a manifest of ours.
    assert command(with_manifest).exit_code == 0
    undone = command(with_manifest, "--undo", "--json")
    assert {"path": "manifest.json", "status": "changed", "bytes": len(OWN_MANIFEST)} in json.loads(
        undone.stdout
    )["files"]
    assert tree(with_manifest / "public") == before
    assert command(with_manifest, "--undo").exit_code == 0
    assert tree(with_manifest / "public") == before


def test_the_sites_manifest_is_replaced_at_every_build(with_manifest: Path) -> None:
    assert command(with_manifest, "--manifest=replace").exit_code == 0
    newer = OWN_MANIFEST.replace("Mine", "Mine, and newer")
    (with_manifest / "public/manifest.json").write_text(newer)
    shutil.rmtree(with_manifest / ".pwagen")  # as in a fresh clone with the lock file
    assert command(with_manifest, "--manifest=replace").exit_code == 0
    assert command(with_manifest, "--undo").exit_code == 0
    assert (with_manifest / "public/manifest.json").read_text() == newer


def test_a_replaced_manifest_comes_back_when_it_is_to_be_kept(with_manifest: Path) -> None:
    assert command(with_manifest, "--manifest=replace").exit_code == 0
    assert command(with_manifest, "--manifest=keep").exit_code == 0
    assert (with_manifest / "public/manifest.json").read_text() == OWN_MANIFEST


def test_force_keeps_a_copy_that_undo_puts_back(with_manifest: Path) -> None:
    (with_manifest / "public/sw.js").write_bytes(b"// hand-written\r\n")
    before = tree(with_manifest / "public")
    assert command(with_manifest).exit_code
    assert command(with_manifest, "--force").exit_code == 0
    assert b"made by pwagen" in (with_manifest / "public/sw.js").read_bytes()
    # What somebody changed in a file of ours is not the site's own.
    (with_manifest / "public/register.js").write_text("// edited")
    assert command(with_manifest, "--force").exit_code == 0
    assert command(with_manifest, "--undo").exit_code == 0
    assert tree(with_manifest / "public") == before


def test_inject_options_override_the_config(with_manifest: Path) -> None:
    config = with_manifest / "pwagen.yaml"
    inject = "inject: {exclude: ['deep/**'], manifest: keep, worker: ignore}\n"
    config.write_text(f"app: {{name: X}}\nsite: public\n{inject}")
    (with_manifest / "public/app.js").write_text("navigator.serviceWorker.register('other/sw.js')")
    assert command(with_manifest).exit_code == 0
    assert (with_manifest / "public/manifest.json").read_text() == OWN_MANIFEST
    assert (with_manifest / "public/deep/er/page.html").read_text() == PAGE.format("deep/er/page.html")
    assert command(with_manifest, "--check").exit_code == 0
    assert command(with_manifest, "--manifest=replace", "--exclude=index.html").exit_code == 0
    assert (with_manifest / "public/manifest.json").read_text() != OWN_MANIFEST
    assert "register.js" in (with_manifest / "public/deep/er/page.html").read_text()
    assert "register.js" not in (with_manifest / "public/index.html").read_text()


def test_undo_needs_nothing_of_what_made_the_app(project: Path) -> None:
    (project / "logo.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path d="M1 1h5v5z"/></svg>'
    )
    (project / "pwagen.yaml").write_text("app: {name: X}\nsite: public\nicons: {source: logo.svg}\n")
    before = tree(project / "public")
    build(project)
    (project / "logo.svg").unlink()
    (project / "pwagen.yaml").write_text(
        "app: {name: X, colour: red}\nsite: public\nicons: {source: logo.svg}\n"
    )
    (project / "public/key.json").write_text('{"private_key": "' + "A" * 43 + '"}')
    assert command(project, "--undo").exit_code == 0
    (project / "public/key.json").unlink()
    assert tree(project / "public") == before


def test_undo_says_what_it_leaves_without_the_lock_file(project: Path) -> None:
    build(project)
    (project / "pwagen.lock").unlink()
    undone = command(project, "--undo")
    assert undone.exit_code == 0
    assert (project / "public/index.html").read_text() == PAGE.format("index.html")
    assert "sw.js, register.js, register.more.js, offline.html: made by pwagen, and left" in undone.stderr
    assert "manifest.json, offline.css, icons/, favicon.ico: left as well" in undone.stderr
    for name in ("sw.js", "register.js", "register.more.js", "offline.html"):
        (project / "public" / name).unlink()
    assert command(project, "--undo").stderr == ""


def test_undo_without_the_lock_file_says_where_the_copies_are(with_manifest: Path) -> None:
    assert command(with_manifest, "--manifest=replace").exit_code == 0
    (with_manifest / "pwagen.lock").unlink()
    said = command(with_manifest, "--undo").stderr
    assert f"what it took the place of is in {with_manifest}/.pwagen/replaced/public" in said


def test_the_site_may_be_built_elsewhere(project: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "site"
    (project / "public").rename(elsewhere)
    before = tree(elsewhere)
    (project / "pwagen.yaml").write_text("app: {name: X}\n")
    for option in ("--inject", "--check"):
        done = CliRunner().invoke(app, ["build", str(project), "--inject", option, "--site", str(elsewhere)])
        assert done.exit_code == 0, done.output
    assert '["deep/er/page.html"' in (elsewhere / "sw.js").read_text()
    done = CliRunner().invoke(app, ["build", str(project), "--inject", "--undo", "--site", str(elsewhere)])
    assert done.exit_code == 0, done.output
    assert tree(elsewhere) == before


def test_a_site_that_is_not_there_is_named(project: Path) -> None:
    done = CliRunner().invoke(app, ["build", str(project), "--site", str(project / "nowhere")])
    assert done.exit_code == 2
    assert "there is no such folder" in done.output
