"""What `pwagen test` is pointed at."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

import pytest

from pwagen.apptest.target import open_target
from pwagen.errors import PwagenError
from tests.folders import copy_sample


def hashes(folder: Path) -> dict[str, str]:
    """Return the hash of every file, nothing for folders."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(
            path.read_bytes() if path.is_file() else b""
        ).hexdigest()
        for path in sorted(folder.rglob("*"))
    }


def test_a_folder_is_copied_as_it_is(tmp_path: Path) -> None:
    site = tmp_path / "public"
    (site / "about").mkdir(parents=True)
    (site / "index.html").write_text("start")
    (site / "about" / "index.html").write_text("deep")
    (site / "index.html").chmod(0o400)
    target = open_target(str(site), tmp_path / "scratch")
    assert (target.kind, target.notes) == ("folder", ())
    assert target.folder is not None
    assert target.folder != site
    assert (target.folder / "about" / "index.html").read_text() == "deep"
    assert (target.folder / "index.html").stat().st_mode & 0o200


def test_links_are_followed_inside_of_the_folder_alone(tmp_path: Path) -> None:
    site = tmp_path / "public"
    (site / "releases/2").mkdir(parents=True)
    (site / "releases/2/home.html").write_text("start")
    (site / "index.html").symlink_to(site.resolve() / "releases/2/home.html")
    (site / "current").symlink_to(site.resolve() / "releases/2")
    (site / "again").symlink_to("releases")
    (site / "releases/round").symlink_to(".")
    (site / "secrets").symlink_to("/etc")
    (site / "nothing").symlink_to("none")
    for number in range(4):
        (site / f"passwords{number}").symlink_to("/etc/passwd")
    os.mkfifo(site / "pipe")
    reached = tmp_path / "www"
    reached.symlink_to(site)
    target = open_target(str(reached), tmp_path / "scratch")
    copy = target.folder
    assert copy is not None
    for page in ("index.html", "current/home.html", "again/2/home.html"):
        assert (copy / page).read_text() == "start"
        assert (copy / page).resolve().is_relative_to(copy.resolve())
    assert not any((copy / name).is_symlink() for name in ("secrets", "nothing", "pipe", "passwords0"))
    out = "not served: it is a symbolic link that leads out of the site"
    assert sorted(target.notes) == [
        f"{reached}/nothing: not served: it is a symbolic link that leads nowhere",
        f"{reached}/passwords0, {reached}/passwords1, {reached}/passwords2 and 2 more: {out}",
        f"{reached}/pipe: not served: it is not a regular file",
    ]


def test_what_cannot_be_read_is_named(not_root: None) -> None:
    with tempfile.TemporaryDirectory() as name:
        site = Path(name) / "public"
        (site / "inner").mkdir(parents=True)
        (site / "index.html").write_text("start")
        (site / "notes.txt").touch()
        for path in (site / "notes.txt", site / "inner"):
            path.chmod(0)
        target = open_target(str(site), Path(name) / "scratch")
        (site / "inner").chmod(0o700)
    assert target.notes == (
        f"{site}/notes.txt, {site}/inner/: not served: it cannot be read (Permission denied)",
    )


def test_a_start_page_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "store.html").write_text("start")
    (tmp_path / "public").mkdir()
    (tmp_path / "public/index.html").symlink_to(tmp_path / "store.html")
    with pytest.raises(PwagenError, match=r"index.html: it is a symbolic link that leads out .* cp -rL"):
        open_target(str(tmp_path / "public"), tmp_path / "scratch")


@pytest.mark.slow
def test_a_project_is_built_into_a_copy(tmp_path: Path) -> None:
    project = copy_sample(tmp_path / "project")
    (project / "public/start.html").symlink_to("index.html")
    before = hashes(project)
    target = open_target(str(project), tmp_path)
    assert hashes(project) == before
    assert target.kind == "project"
    assert target.folder is not None
    assert "made by pwagen" in (target.folder / "sw.js").read_text()[:300].lower()
    for page in ("tides/index.html", "start.html"):
        assert "register.js" in (target.folder / page).read_text()


@pytest.mark.parametrize(
    ("given", "tested"),
    [
        ("https://news.example", "https://news.example/"),
        ("http://localhost:8000/app/", "http://localhost:8000/app/"),
        ("http://127.0.0.1/", "http://127.0.0.1/"),
        ("http://127.0.0.2/", "http://127.0.0.2/"),
        ("http://[::1]:3000/", "http://[::1]:3000/"),
        ("http://app.localhost:3000/", "http://app.localhost:3000/"),
        ("http://localhost:3000?x=1", "http://localhost:3000/?x=1"),
        ("HTTPS://News.Example:443/Tide%20s/über#/a", "https://news.example/Tide%20s/%C3%BCber#/a"),
        ("https://xn--bcher-kva.example/", "https://xn--bcher-kva.example/"),
    ],
)
def test_a_url_is_tested_where_it_is(given: str, tested: str, tmp_path: Path) -> None:
    target = open_target(given, tmp_path)
    assert (target.kind, target.folder, target.url) == ("url", None, tested)


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("nowhere", "there is no such folder"),
        (".", "neither pwagen.yaml nor index.html"),
        ("http://news.example/", "https and on loopback"),
        ("http://localhost.news.example/", "https and on loopback"),
        ("ftp://news.example/", "https and on loopback"),
        ("http://[::1/", "this is not a URL"),
        ("http://localhost:abc/", "this is not a URL"),
        ("https://", "this is not a URL"),
        ("https://bücher.example/", "write the host in ASCII"),
        ("https://me:secret@news.example/", "has a user name in it"),
        ("localhost:3000", r"no such folder - name http://localhost:3000/$"),
        ("news.example:8443/app", r"no such folder - name https://news.example:8443/app$"),
        ("page.html", r"this is a file - name its folder: \.$"),
    ],
)
def test_what_cannot_be_tested_is_refused(
    target: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "page.html").touch()
    with pytest.raises(PwagenError, match=said):
        open_target(target, tmp_path)


def test_a_project_without_a_site_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "pwagen.yaml").write_text("app: {name: Quay}\n")
    with pytest.raises(PwagenError, match="site"):
        open_target(str(tmp_path), tmp_path / "scratch")


@pytest.mark.slow
def test_a_project_is_built_as_its_config_says(tmp_path: Path) -> None:
    site = tmp_path / "public"
    site.mkdir()
    page = "<title>x</title><script>navigator.serviceWorker.register('/other/sw.js')</script>"
    (site / "index.html").write_text(page)
    config = tmp_path / "pwagen.yaml"
    config.write_text("app: {name: X}\nsite: public\n")
    with pytest.raises(PwagenError, match="registers a service worker"):
        open_target(str(tmp_path), tmp_path / "refused")
    config.write_text("app: {name: X}\nsite: public\ninject: {worker: ignore}\n")
    target = open_target(str(tmp_path), tmp_path / "scratch")
    assert target.folder is not None
    assert "register.js" in (target.folder / "index.html").read_text()
