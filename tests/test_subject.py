"""What `pwagen test` is pointed at."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from pwagen.browser.subject import open_subject
from pwagen.errors import PwagenError

SAMPLE = Path(__file__).parents[1] / "sample_site"


def hashes(folder: Path) -> dict[str, str]:
    """Return the hash of every file that isn't a cache."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".pwagen" not in path.parts
    }


def test_a_folder_is_copied_as_it_is(tmp_path: Path) -> None:
    site = tmp_path / "public"
    (site / "about").mkdir(parents=True)
    (site / "index.html").write_text("start")
    (site / "about" / "index.html").write_text("deep")
    (site / "secrets").symlink_to("/etc")
    subject = open_subject(str(site), tmp_path / "scratch")
    assert subject.kind == "folder"
    assert subject.folder is not None
    assert subject.folder != site
    assert (subject.folder / "about" / "index.html").read_text() == "deep"
    assert (subject.folder / "secrets").is_symlink()


def test_a_project_is_built_into_a_copy(tmp_path: Path) -> None:
    before = hashes(SAMPLE)
    subject = open_subject(str(SAMPLE), tmp_path)
    assert hashes(SAMPLE) == before
    assert subject.kind == "project"
    assert subject.folder is not None
    assert "made by pwagen" in (subject.folder / "sw.js").read_text()[:300].lower()
    assert "register.js" in (subject.folder / "tides" / "index.html").read_text()


@pytest.mark.parametrize("url", ["https://news.example", "http://localhost:8000/app/", "http://127.0.0.1/"])
def test_a_url_is_tested_where_it_is(url: str, tmp_path: Path) -> None:
    subject = open_subject(url, tmp_path)
    assert (subject.kind, subject.folder) == ("url", None)
    assert subject.url.startswith(url)
    assert subject.url.endswith("/")


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("nowhere", "there is no such folder"),
        (".", "neither pwagen.yaml nor index.html"),
        ("http://news.example/", "https and on loopback"),
        ("ftp://news.example/", "https and on loopback"),
    ],
)
def test_what_cannot_be_tested_is_refused(
    target: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(PwagenError, match=said):
        open_subject(target, tmp_path)


def test_a_project_without_a_site_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "pwagen.yaml").write_text("app: {name: Quay}\n")
    with pytest.raises(PwagenError, match="site"):
        open_subject(str(tmp_path), tmp_path / "scratch")


def test_a_project_is_built_as_its_config_says(tmp_path: Path) -> None:
    site = tmp_path / "public"
    site.mkdir()
    page = "<title>x</title><script>navigator.serviceWorker.register('/other/sw.js')</script>"
    (site / "index.html").write_text(page)
    config = tmp_path / "pwagen.yaml"
    config.write_text("app: {name: X}\nsite: public\n")
    with pytest.raises(PwagenError, match="registers a service worker"):
        open_subject(str(tmp_path), tmp_path / "refused")
    config.write_text("app: {name: X}\nsite: public\ninject: {worker: ignore}\n")
    subject = open_subject(str(tmp_path), tmp_path / "scratch")
    assert subject.folder is not None
    assert "register.js" in (subject.folder / "index.html").read_text()
