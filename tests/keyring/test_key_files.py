"""Which private keys a web server may hand out."""

from __future__ import annotations

from pathlib import Path

import pytest

from pwagen.keyring.key_files import KeyFileError, why_published, write_private


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a project whose site is in public/, with its like beside it."""
    for folder in ("public/keys", "public-old", "dist-old"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "pwagen.yaml").write_text("app: {name: X}\nsite: public\n")
    return tmp_path


@pytest.mark.parametrize("path", ["public/a.pem", "public/keys/a.pem", "dist/a.pem"])
def test_a_key_in_the_site_or_in_what_is_built_is_published(project: Path, path: str) -> None:
    (project / "dist").mkdir()
    assert why_published(project / path) == f"it is inside {project / path.partition('/')[0]}"
    with pytest.raises(KeyFileError, match="would be published"):
        write_private(project / path, b"x")


@pytest.mark.parametrize("path", ["a.pem", "public-old/a.pem", "dist-old/a.pem", "public.pem"])
def test_a_folder_whose_name_begins_alike_is_another_one(project: Path, path: str) -> None:
    assert why_published(project / path) == ""
    write_private(project / path, b"x")
    assert (project / path).read_bytes() == b"x"


@pytest.mark.parametrize("name", ["index.html", "sw.js", "manifest.json", "_config.yml"])
def test_a_key_beside_what_a_site_has_is_published(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()
    assert why_published(tmp_path / "a.pem") == f"{name} is beside it"
