"""The files that a site is published with to get rid of its worker."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from pwagen.build.removal import removal
from pwagen.cli import app
from pwagen.errors import PwagenError
from pwagen.keys.key_pair import generate_key_pair

PUSH = f"push: {{vapid_public_key: {generate_key_pair().public_key}}}\n"


def remove(project: Path, *options: str) -> Result:
    return CliRunner().invoke(app, ["remove", str(project), *options])


def content(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def test_the_same_worker_goes_under_every_name() -> None:
    files = {one.path: one.content for one in removal(["./old-sw.js", "static/worker.js", "sw.js"])}
    assert list(files) == ["sw.js", "old-sw.js", "static/worker.js", "register.js"]
    assert files["sw.js"] == files["old-sw.js"] == files["static/worker.js"]
    assert b'"allCaches": false' in files["sw.js"]
    assert b".register(" not in files["register.js"]


def test_all_caches_is_said_in_the_worker() -> None:
    assert b'"allCaches": true' in removal(all_caches=True)[0].content


@pytest.mark.parametrize(
    "name",
    [
        "../sw.js",
        "/sw.js",
        "a/../../sw.js",
        "sw.html",
        "..\\sw.js",
        "",
        "https://x/y.js",
        "a//b.js",
        "a.js?b.js",
        "register.js",
    ],
)
def test_names_outside_the_site_are_refused(name: str) -> None:
    with pytest.raises(PwagenError, match="--also"):
        removal([name])


def test_the_command_needs_nothing_of_what_made_the_app(tmp_path: Path) -> None:
    (tmp_path / "pwagen.yaml").write_text(
        "app: {name: X, colour: red}\nicons: {source: gone.svg}\nsite: gone\nworker: {hooks: gone.js}\n"
    )
    done = remove(tmp_path)
    assert done.exit_code == 0
    assert "--inject --undo" in done.stderr
    assert "warning" not in done.stderr
    assert "made by pwagen remove" in content(tmp_path / "dist/sw.js")


def test_a_second_removal_keeps_what_the_first_one_left_there(tmp_path: Path) -> None:
    (tmp_path / "pwagen.yaml").write_text("app: {name: X}\n")
    assert remove(tmp_path, "--also", "service-worker.js").exit_code == 0
    assert remove(tmp_path, "--all-caches").exit_code == 0
    assert '"allCaches": true' in content(tmp_path / "dist/service-worker.js")
    assert sorted(path.name for path in (tmp_path / "dist").iterdir()) == [
        "register.js",
        "service-worker.js",
        "sw.js",
    ]


def test_a_worker_of_the_sites_own_is_warned_about(tmp_path: Path) -> None:
    config = "app: {name: X}\nworker: {script: service-worker.js}\n"
    (tmp_path / "pwagen.yaml").write_text(config + PUSH)
    assert "service-worker.js loads sw.js and goes with it" in remove(tmp_path).stderr
    assert "warning" not in remove(tmp_path, "--keep-push").stderr
    assert '"script": "service-worker.js"' in content(tmp_path / "dist/readable/register.js")


def test_keep_push_keeps_pushes_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "pwagen.yaml").write_text(
        "app:\n  name: X\n"
        "  share_target: {action: share, method: POST, enctype: multipart/form-data, params: {title: t}}\n"
        "icons: {source: gone.svg}\nsite: gone\n"
        "downloads: []\noutbox: [{match: 'api/**'}]\n"
        "periodic_sync: [{tag: news, min_interval: 24h, urls: [feed.json], badge: unread}]\n"
        f"badge: {{on_push: add}}\n{PUSH}"
    )
    done = remove(tmp_path, "--keep-push", "--also", "old.js")
    assert done.exit_code == 0, done.output
    worker = content(tmp_path / "dist/sw.js")
    parts = set(re.findall(r"^/\* ---- worker/(\S+) ---- \*/$", worker, re.M))
    assert {"push.js", "click.js", "badge.js", "subscription.js"} <= parts
    assert parts.isdisjoint({"downloads.js", "share.js", "fetch.js", "outbox.js", "routes.js", "refresh.js"})
    assert 'addEventListener("fetch"' not in worker
    assert '"icon": "icons/icon-192.png"' in worker
    assert ".register(" in content(tmp_path / "dist/register.js")
    assert "made by pwagen remove" in content(tmp_path / "dist/old.js")


def test_keep_push_needs_push(tmp_path: Path) -> None:
    (tmp_path / "pwagen.yaml").write_text("app: {name: X}\n")
    with pytest.raises(PwagenError, match="leave out --keep-push"):
        CliRunner().invoke(app, ["remove", str(tmp_path), "--keep-push"], catch_exceptions=False)
    assert not (tmp_path / "dist").exists()
    assert remove(tmp_path, "--keep-push", "--all-caches").exit_code == 2
