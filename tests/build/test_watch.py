"""What `build --watch` and `serve` notice: what a build reads, and nothing else."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from pwagen.build.watch import snapshot


def is_noticed(project: Path, change: Callable[[], object]) -> bool:
    before = snapshot(project)
    change()
    return snapshot(project) != before


def project_with(folder: Path, text: str, *files: str) -> Path:
    for name in files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x")
    (folder / "pwagen.yaml").write_text(f"app: {{name: X}}\n{text}\n")
    return folder


@pytest.mark.parametrize(
    "site", ["public", "../outside", "web/dist", "dist", ".output/public", "node_modules/x"]
)
def test_pages_are_watched_wherever_the_site_lies(tmp_path: Path, site: str) -> None:
    project = tmp_path / "project"
    project_with(project, f"site: {site}", f"{site}/a/index.html")
    page = project / site / "a/index.html"
    assert is_noticed(project, lambda: page.write_text("changed"))
    assert is_noticed(project, lambda: page.with_name("new.css").write_text(""))
    assert is_noticed(project, page.unlink)


def test_what_the_config_names_is_watched(tmp_path: Path) -> None:
    text = "icons: {source: art/logo.svg, badge: art/badge.svg}\nworker: {hooks: pwa-hooks.js}"
    project_with(tmp_path, text, "art/logo.svg")
    for name in ("pwagen.yaml", "art/logo.svg", "art/badge.svg", "pwa-hooks.js"):
        assert is_noticed(tmp_path, (tmp_path / name).touch), name


def test_watch_follows_the_files_of_a_broken_config(tmp_path: Path) -> None:
    project_with(tmp_path, "site: public\nofline: {}")
    assert is_noticed(tmp_path, lambda: project_with(tmp_path / "public", "", "index.html"))


@pytest.mark.parametrize(
    ("offline", "file"),
    [
        ("{precache_add: ['data/*.json']}", "data/tides.json"),
        ("{app_shell: shell.txt}", "shell.txt"),
        ("{optional: ['*.pdf']}", "chart.pdf"),
        ("{fallbacks: {json: none.json}}", "none.json"),
        ("{precache: ['*.txt']}", "notes.txt"),
    ],
)
def test_whatever_may_be_stored_is_watched(tmp_path: Path, offline: str, file: str) -> None:
    project_with(tmp_path, f"site: public\noffline: {offline}", "public/index.html")
    stored = tmp_path / "public" / file
    stored.parent.mkdir(exist_ok=True)
    assert is_noticed(tmp_path, lambda: stored.write_text("{}"))


@pytest.mark.parametrize("site", ["public", "."])
def test_everything_else_is_let_be(tmp_path: Path, site: str) -> None:
    project_with(tmp_path, f"site: {site}", "public/index.html", "dist/old.html")
    for name in ("build.log", "dist/sw.js", "notes.txt", "pwagen.lock", ".git/index"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        assert not is_noticed(tmp_path, (tmp_path / name).touch), name


@pytest.mark.parametrize("text", ["", "[", "- a", "site: 5", "offline: {precache: [5]}\nsite: public", "\0"])
def test_nothing_that_a_config_says_ends_it(tmp_path: Path, text: str) -> None:
    assert not is_noticed(project_with(tmp_path, text, "public/index.html"), lambda: None)
    (tmp_path / "pwagen.yaml").unlink()
    snapshot(tmp_path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_read_is_passed_over(tmp_path: Path) -> None:
    project_with(tmp_path, "site: public", "public/index.html", "public/a/b.html")
    (tmp_path / "public/a").chmod(0)
    assert len(snapshot(tmp_path)) == 2
    (tmp_path / "public/a").chmod(0o755)
