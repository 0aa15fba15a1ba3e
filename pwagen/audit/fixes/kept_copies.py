"""Writing fixes into a folder, and taking them back: what was there before is kept outside of it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import msgspec

from pwagen.disk.atomic import replace_file, replace_files
from pwagen.errors import PwagenError
from pwagen.site.inside import is_inside

_LEAVE_OUT = "nothing was written; leave its rule out (--ignore), or mend it by hand"


class KeptCopy(msgspec.Struct, frozen=True):
    """What a file had before its first fix, and the SHA-256 of what the last one wrote."""

    before: bytes
    written: str


class KeptCopies(msgspec.Struct, frozen=True):
    """The copies of one folder, by the paths in it."""

    folder: str
    files: dict[str, KeptCopy]


@dataclass(frozen=True)
class Undone:
    """The paths that have their old content again, and those that were edited since and stay."""

    restored: tuple[str, ...]
    edited: tuple[str, ...]


def replaced_contents(folder: Path, paths: Iterable[str]) -> dict[str, bytes]:
    """Return what the files of a folder have that are to be replaced.

    Raises:
        PwagenError: one can't be replaced without losing something.
        OSError: it can't be read.
    """
    targets = {path: _target(folder, path) for path in paths}
    names: dict[Path, str] = {}
    for path, target in targets.items():
        other = names.setdefault(target, path)
        if other != path:
            raise PwagenError(f"{folder / path}: this is the same file as {other} - {_LEAVE_OUT}")
    _file_of(folder)
    return {path: target.read_bytes() for path, target in targets.items()}


def apply_fixes(folder: Path, contents: Mapping[str, bytes], before: Mapping[str, bytes]) -> None:
    """Write new contents by path, all or none; ``before`` is what `replaced_contents` returned.

    Raises:
        PwagenError: a file has changed meanwhile.
        OSError: it can't be written.
    """
    targets = {path: _target(folder, path) for path in contents}
    for path, target in targets.items():
        if target.read_bytes() != before[path]:
            raise PwagenError(f"{folder / path}: it changed meanwhile - nothing was written, try again")
    file = _file_of(folder)
    kept = _read(file).files if file.exists() else {}
    copies = dict(kept)
    for path, content in contents.items():
        earlier = kept.get(path)
        is_ours = earlier is not None and earlier.written == _hash(before[path])
        original = earlier.before if earlier and is_ours else before[path]
        copies[path] = KeptCopy(original, _hash(content))
    _store(file, folder, copies)
    try:
        replace_files({targets[path]: content for path, content in contents.items()})
    except BaseException:
        _store(file, folder, kept)
        raise


def undo_fixes(folder: Path) -> Undone:
    """Put back what the fixes replaced, all or nothing, but for files that were edited since.

    Raises:
        PwagenError: a file can't be replaced without losing something.
        OSError: it can't be written.
    """
    file = _file_of(folder)
    kept = _read(file).files if file.exists() else {}
    edited, restored = [], []
    for path, copy in sorted(kept.items()):
        target = folder / path
        content = target.read_bytes() if is_inside(folder, target) else None
        if content is not None and _hash(content) == copy.written:
            restored.append(path)
        elif content != copy.before:
            edited.append(path)
    replace_files({_target(folder, path): kept[path].before for path in restored})
    _store(file, folder, {path: kept[path] for path in edited})
    return Undone(tuple(restored), tuple(edited))


def _target(folder: Path, path: str) -> Path:
    """Return the file itself, links followed."""
    file = folder / path
    if not is_inside(folder, file):
        raise PwagenError(f"{file}: this leads out of the folder - {_LEAVE_OUT}")
    target = file.resolve()
    status = target.stat()
    if not status.st_mode & 0o222 or not os.access(target, os.W_OK):
        raise PwagenError(f"{file}: this file is read-only - {_LEAVE_OUT}")
    if status.st_nlink > 1:
        raise PwagenError(f"{file}: this file has another name elsewhere (a hard link) - {_LEAVE_OUT}")
    return target


def _file_of(folder: Path) -> Path:
    """Return the file with the copies of a folder, in the place for what programs remember.

    https://specifications.freedesktop.org/basedir-spec/latest/: a relative path there is ignored.
    """
    own = os.environ.get("XDG_STATE_HOME", "")
    state = Path(own) if Path(own).is_absolute() else Path.home() / ".local/state"
    site = folder.resolve()
    if state.resolve().is_relative_to(site):
        raise PwagenError(
            f"{state}: copies of files would be published with {folder} -"
            " set XDG_STATE_HOME to a folder outside of it"
        )
    return state / "pwagen" / "fixes" / f"{_hash(os.fsencode(site))[:32]}.json"


def _store(file: Path, folder: Path, copies: dict[str, KeptCopy]) -> None:
    if not copies:
        file.unlink(missing_ok=True)
        return
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    replace_file(file, msgspec.json.encode(KeptCopies(str(folder.resolve()), copies)), mode=0o600)


def _read(file: Path) -> KeptCopies:
    try:
        return msgspec.json.decode(file.read_bytes(), type=KeptCopies)
    except msgspec.MsgspecError as error:
        raise PwagenError(
            f"{file}: the copies for --undo cannot be read: {error} - move the file away to go on"
        ) from None


def _hash(content: bytes) -> str:
    return sha256(content).hexdigest()
