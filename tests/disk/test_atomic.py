"""Files that take the place of others, and those of caches."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from pwagen.disk.atomic import is_temporary, put_new_file, store_cache, write_temporary


def test_a_temporary_file_lies_beside_its_target_under_a_known_name(tmp_path: Path) -> None:
    first, second = (Path(write_temporary(str(tmp_path / "sw.js"), b"x")) for _ in range(2))
    assert first != second
    assert first.parent == second.parent == tmp_path
    assert is_temporary(first.name)
    assert not is_temporary("sw.js")


def test_a_failure_names_the_target_and_leaves_nothing(tmp_path: Path) -> None:
    target = tmp_path / "none" / "sw.js"
    with pytest.raises(FileNotFoundError) as error:
        write_temporary(str(target), b"x")
    assert error.value.filename == str(target)
    assert list(tmp_path.iterdir()) == []


def test_a_cache_gets_its_folder_and_keeps_nothing_temporary(tmp_path: Path) -> None:
    file = tmp_path / "cache" / "hashes"
    store_cache(file, b"1")
    store_cache(file, b"2")
    assert file.read_bytes() == b"2"
    assert list(file.parent.iterdir()) == [file]


def test_a_cache_that_cannot_be_written_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where the folder would be")
    store_cache(tmp_path / "cache" / "hashes", b"1")
    store_cache(tmp_path, b"1")
    assert [path.name for path in tmp_path.iterdir()] == ["cache"]


@pytest.mark.parametrize("has_hard_links", [True, False])
def test_a_new_file_never_replaces_another(
    tmp_path: Path, has_hard_links: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, "no hard links")

    if not has_hard_links:
        monkeypatch.setattr(os, "link", refuse)
    file = tmp_path / "manifest.json"
    assert put_new_file(file, b"ours")
    assert not put_new_file(file, b"another")
    assert file.read_bytes() == b"ours"
    assert [path.name for path in tmp_path.iterdir()] == ["manifest.json"]


def test_a_name_that_cannot_be_given_is_free_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EIO, "broken")

    monkeypatch.setattr(os, "link", refuse)
    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(OSError, match="broken"):
        put_new_file(tmp_path / "manifest.json", b"ours")
    assert list(tmp_path.iterdir()) == []
