"""Writing artifacts: only what changed, never over somebody's edit, never outside, worker last."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from pwagen.artifacts.artifact import Artifact
from pwagen.build.write import LOCK_NAME, compare, write
from pwagen.disk.atomic import replace_file
from pwagen.errors import ConfigError, PwagenError

FIRST = (Artifact("sw.js", b"worker 1"), Artifact("icons/icon-192.png", b"icon"), Artifact("a.html", b"a"))


def statuses(changes: object) -> dict[str, str]:
    return {change.path: change.status for change in changes}  # type: ignore[attr-defined]


def disk_is_full(descriptor: int) -> None:
    raise OSError(28, "No space left on device")


def test_everything_is_new_at_first_and_the_same_after(tmp_path: Path) -> None:
    out = tmp_path / "dist"
    assert set(statuses(write(FIRST, out, tmp_path)).values()) == {"new"}
    assert (out / "icons/icon-192.png").read_bytes() == b"icon"
    assert set(statuses(write(FIRST, out, tmp_path)).values()) == {"same"}


def test_unchanged_files_keep_their_modification_time(tmp_path: Path) -> None:
    out = tmp_path / "dist"
    write(FIRST, out, tmp_path)
    os.utime(out / "a.html", ns=(1, 1))
    write((*FIRST[1:], Artifact("sw.js", b"worker 2")), out, tmp_path)
    assert (out / "a.html").stat().st_mtime_ns == 1
    assert (out / "sw.js").read_bytes() == b"worker 2"


def test_an_edited_file_stops_the_build_and_nothing_is_written(tmp_path: Path) -> None:
    out = tmp_path / "dist"
    write(FIRST, out, tmp_path)
    (out / "sw.js").write_bytes(b"my own change")
    with pytest.raises(ConfigError, match=r"sw\.js: was edited .* --force"):
        write((Artifact("sw.js", b"worker 2"), Artifact("a.html", b"other")), out, tmp_path)
    assert (out / "sw.js").read_bytes() == b"my own change"
    assert (out / "a.html").read_bytes() == b"a"


def test_force_overwrites_an_edited_file(tmp_path: Path) -> None:
    out = tmp_path / "dist"
    write(FIRST, out, tmp_path)
    (out / "sw.js").write_bytes(b"my own change")
    write(FIRST, out, tmp_path, force=True)
    assert (out / "sw.js").read_bytes() == b"worker 1"


def test_a_file_that_was_there_before_is_not_taken_over(tmp_path: Path) -> None:
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist/sw.js").write_bytes(b"hand-written")
    with pytest.raises(ConfigError, match="not made by pwagen"):
        write(FIRST, tmp_path / "dist", tmp_path)
    assert [path.name for path in (tmp_path / "dist").iterdir()] == ["sw.js"]


def test_an_edit_that_equals_the_plan_is_the_same(tmp_path: Path) -> None:
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist/sw.js").write_bytes(b"worker 1")
    assert statuses(write(FIRST, tmp_path / "dist", tmp_path))["sw.js"] == "same"


def test_what_is_no_longer_planned_goes_unless_it_was_edited(tmp_path: Path) -> None:
    out = tmp_path / "dist"
    write((*FIRST, Artifact("b.html", b"b")), out, tmp_path)
    (out / "b.html").write_bytes(b"edited")
    found = statuses(write(FIRST[:1], out, tmp_path))
    assert found == {
        "sw.js": "same",
        "a.html": "removed",
        "icons/icon-192.png": "removed",
        "b.html": "edited",
    }
    assert not (out / "a.html").exists()
    assert (out / "b.html").read_bytes() == b"edited"


def test_compare_writes_nothing(tmp_path: Path) -> None:
    assert set(statuses(compare(FIRST, tmp_path / "dist", tmp_path)).values()) == {"new"}
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("path", ["../x", "a/../../x", "/etc/x"])
def test_paths_that_lead_out_are_refused(tmp_path: Path, path: str) -> None:
    with pytest.raises(PwagenError, match="leads out of"):
        write((Artifact(path, b"x"),), tmp_path / "dist", tmp_path)
    assert not (tmp_path / "x").exists()


def test_a_linked_folder_or_file_in_the_output_is_not_followed(tmp_path: Path) -> None:
    out = tmp_path / "dist"
    out.mkdir()
    (tmp_path / "elsewhere").mkdir()
    (out / "icons").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(PwagenError, match="leads out of"):
        write((Artifact("icons/icon-192.png", b"x"),), out, tmp_path)
    (out / "sw.js").symlink_to(tmp_path / "elsewhere/sw.js")
    with pytest.raises(PwagenError, match="symbolic link"):
        write((Artifact("sw.js", b"x"),), out, tmp_path)
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_the_worker_is_written_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    replace = Path.replace

    def noting(temporary: Path, target: Path) -> Path:
        order.append(target.name)
        return replace(temporary, target)

    monkeypatch.setattr(Path, "replace", noting)
    write((Artifact("sw.js", b"1"), Artifact("z.html", b"2"), Artifact("a.html", b"3")), tmp_path, tmp_path)
    assert [name for name in order if name != LOCK_NAME][-1] == "sw.js"


def test_a_crash_half_way_is_no_edit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "dist"
    write(FIRST, out, tmp_path)
    second = tuple(Artifact(one.path, one.content + b" more") for one in FIRST)

    replace = Path.replace

    def crash_at_the_worker(temporary: Path, target: Path) -> Path:
        if target.name == "sw.js":
            raise KeyboardInterrupt
        return replace(temporary, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", crash_at_the_worker)
        with pytest.raises(KeyboardInterrupt):
            write(second, out, tmp_path)
    assert (out / "sw.js").read_bytes() == b"worker 1"
    assert not list(out.rglob("*.tmp"))
    third = tuple(Artifact(one.path, one.content + b" and more") for one in second)
    assert set(statuses(write(third, out, tmp_path)).values()) == {"changed"}


def test_a_failed_replacement_leaves_the_old_file_and_no_litter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "sw.js"
    target.write_bytes(b"old")

    monkeypatch.setattr(os, "fsync", disk_is_full)
    with pytest.raises(OSError, match="No space") as raised:
        replace_file(target, b"new")
    assert raised.value.filename == str(target)
    assert target.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["sw.js"]


def test_a_full_disk_leaves_everything_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "dist"
    write(FIRST[:1], out, tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    fsync, calls = os.fsync, 0

    def full_at_the_third(descriptor: int) -> None:
        nonlocal calls
        calls += 1
        if calls == 3:
            disk_is_full(descriptor)
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", full_at_the_third)
    with pytest.raises(OSError, match="No space"):
        write((Artifact("sw.js", b"worker 2"), *FIRST[1:]), out, tmp_path)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
    assert [path.name for path in out.iterdir()] == ["sw.js"]


def test_a_file_where_a_folder_is_to_be_stops_everything(tmp_path: Path) -> None:
    (tmp_path / "icons").write_text("a file")
    with pytest.raises(PwagenError, match=r"icons: is a file, and a folder of that name"):
        write(FIRST, tmp_path, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["icons"]


def test_a_source_in_the_output_is_never_removed(tmp_path: Path) -> None:
    source = tmp_path / "hooks.js"
    source.write_bytes(b"mine")
    copies = (Artifact("hooks.js", b"mine"),)
    write(copies, tmp_path, tmp_path, sources=[source])
    write((), tmp_path, tmp_path, sources=[source])
    assert source.read_bytes() == b"mine"


def test_a_copy_that_became_the_source_is_never_removed(tmp_path: Path) -> None:
    (tmp_path / "hooks.js").write_bytes(b"mine")
    out = tmp_path / "public"
    write((Artifact("hooks.js", b"mine"),), out, tmp_path, sources=[tmp_path / "hooks.js"])
    write((), out, tmp_path, sources=[out / "hooks.js"])
    assert (out / "hooks.js").read_bytes() == b"mine"


def test_a_copy_that_was_there_before_is_never_removed(tmp_path: Path) -> None:
    out = tmp_path / "public"
    out.mkdir()
    for folder in (out, tmp_path):
        (folder / "logo.svg").write_bytes(b"<svg/>")
    sources = [tmp_path / "logo.svg"]
    write((*FIRST, Artifact("logo.svg", b"<svg/>")), out, tmp_path, sources=sources)
    write((), out, tmp_path, sources=sources)
    assert [path.name for path in out.iterdir()] == ["logo.svg"]


def test_generated_files_are_recognized_without_the_lock_file(tmp_path: Path) -> None:
    out = tmp_path / "dist"
    write(FIRST, out, tmp_path)
    (tmp_path / LOCK_NAME).unlink()
    write(FIRST, out, tmp_path)
    write((), out, tmp_path)
    assert list(out.iterdir()) == []


def test_published_files_are_readable_by_the_web_server(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        replace_file(tmp_path / "sw.js", b"x")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "sw.js").stat().st_mode) == 0o644


@pytest.mark.parametrize("text", ["", "{", "[]", '{"outputs": 3}', '{"outputs": {"dist": []}}'])
def test_an_unreadable_lock_knows_nothing(tmp_path: Path, text: str) -> None:
    out = tmp_path / "dist"
    write(FIRST, out, tmp_path)
    (tmp_path / LOCK_NAME).write_text(text)
    assert statuses(compare((Artifact("sw.js", b"2"),), out, tmp_path)) == {"sw.js": "edited"}


def test_the_lock_names_the_output_relative_to_the_project(tmp_path: Path) -> None:
    write(FIRST, tmp_path / "dist", tmp_path)
    assert list(json.loads((tmp_path / LOCK_NAME).read_text())["outputs"]) == ["dist"]


def test_a_copy_of_ours_that_became_the_users_source_stays(tmp_path: Path) -> None:
    out = tmp_path / "dist"
    hooks = (Artifact("hooks.js", b"mine"),)
    write(hooks, out, tmp_path)
    write(hooks, out, tmp_path, sources=[out / "hooks.js"])
    write((), out, tmp_path)
    assert (out / "hooks.js").read_bytes() == b"mine"
