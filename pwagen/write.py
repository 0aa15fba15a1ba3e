"""Artifacts to disk: the only module that writes into an output folder.

A lock file beside pwagen.yaml knows the SHA-256 of everything that was written, so that a file which
somebody edited since is told apart from one that merely is out of date.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pwagen.artifact import Artifact
from pwagen.errors import ConfigError, Problem, PwagenError

LOCK_NAME = "pwagen.lock"
EDITED_FIX = "move it away, put your own code into the hook file (worker.hooks), or build with --force"

Status = Literal["new", "changed", "same", "edited", "removed"]


@dataclass(frozen=True)
class Change:
    """What happens to one path of the output; ``size`` in bytes, 0 where the file goes."""

    path: str
    status: Status
    size: int


@dataclass(frozen=True)
class Lock:
    """The hashes that each path of each output folder may have without having been edited."""

    file: Path
    outputs: dict[str, dict[str, list[str]]]

    @classmethod
    def read(cls, project: Path) -> Lock:
        """Return the project's lock; an absent or broken one knows nothing: every file counts as edited."""
        file = project / LOCK_NAME
        try:
            data = json.loads(file.read_bytes())
            outputs = {
                str(out): {str(path): [str(known) for known in hashes] for path, hashes in files.items()}
                for out, files in data["outputs"].items()
            }
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            outputs = {}
        return cls(file, outputs)

    def key(self, out: Path) -> str:
        """Return an output folder's name in the lock: relative to the project, the same on every machine."""
        return Path(os.path.relpath(out, self.file.parent)).as_posix()

    def known(self, out: Path) -> dict[str, list[str]]:
        """Return path -> hashes for one output folder."""
        return self.outputs.get(self.key(out), {})

    def store(self, out: Path, files: dict[str, list[str]]) -> None:
        """Write the lock with new contents for one output folder, if they are new."""
        if self.outputs.get(self.key(out), {}) == files:
            return
        self.outputs[self.key(out)] = files
        text = json.dumps({"outputs": self.outputs}, indent=1, sort_keys=True) + "\n"
        replace_file(self.file, text.encode())


def replace_file(target: Path, content: bytes) -> None:
    """Put ``content`` in place of ``target`` in one step: readers see the old file or the new one."""
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(4)}.tmp")
    # 0666 less the umask: a published file must be readable by the web server.
    descriptor = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def compare(
    artifacts: Iterable[Artifact], out: Path, project: Path, *, within: str = ""
) -> tuple[Change, ...]:
    """Return what `write` would do, without doing it.

    Raises:
        PwagenError: an artifact's path leads out of ``out``, by itself or through a symbolic link.
    """
    known = Lock.read(project).known(out)
    changes = []
    planned = set()
    for artifact in sorted(artifacts, key=lambda one: one.path):
        planned.add(artifact.path)
        present = _read(_inside(out, artifact.path))
        status: Status
        if present is None:
            status = "new"
        elif present == artifact.content:
            status = "same"
        else:
            status = "changed" if _hash(present) in known.get(artifact.path, ()) else "edited"
        changes.append(Change(artifact.path, status, len(artifact.content)))
    for path in sorted(path for path in known if path not in planned and path.startswith(within)):
        present = _read(_inside(out, path))
        if present is not None:
            status = "removed" if _hash(present) in known[path] else "edited"
            changes.append(Change(path, status, 0 if status == "removed" else len(present)))
    return tuple(changes)


def refuse_edited(
    changes: Iterable[Change],
    artifacts: Iterable[Artifact],
    out: Path,
    fix_for: Callable[[str], str] = lambda _: EDITED_FIX,
) -> None:
    """Raise a ConfigError that names every planned file which somebody else has edited.

    ``fix_for`` says what can be done about the file of a path.
    """
    planned = {artifact.path for artifact in artifacts}
    edited = [one.path for one in changes if one.status == "edited" and one.path in planned]
    if edited:
        raise ConfigError([_edited(out / path, fix_for(path)) for path in edited])


def write(
    artifacts: Iterable[Artifact], out: Path, project: Path, *, force: bool = False, within: str = ""
) -> tuple[Change, ...]:
    """Write the artifacts that differ from what is on disk, the worker last, and say what was done.

    The worker goes last because it names the hashes of the others: after a crash the old worker still
    stands, and browsers keep the old app whole. Artifacts that are no longer planned are removed, if their
    path begins with ``within``: the others are another build's.

    Raises:
        ConfigError: a file was edited by somebody else and ``force`` is off; then nothing is written.
    """
    artifacts = tuple(artifacts)
    changes = compare(artifacts, out, project, within=within)
    if not force:
        refuse_edited(changes, artifacts, out)
    lock = Lock.read(project)
    status = {change.path: change.status for change in changes}
    before = lock.known(out)
    others = {path: hashes for path, hashes in before.items() if not path.startswith(within)}
    after = {**others, **{artifact.path: [_hash(artifact.content)] for artifact in artifacts}}
    # Both states are known while the files change, so that a crash in between looks like no one's edit.
    lock.store(out, {path: _either(path, before, after) for path in {*before, *after}})
    for artifact in sorted(artifacts, key=lambda one: (one.path.endswith("sw.js"), one.path)):
        if status[artifact.path] != "same":
            target = _inside(out, artifact.path)
            target.parent.mkdir(parents=True, exist_ok=True)
            replace_file(target, artifact.content)
    for change in changes:
        if change.status == "removed":
            _inside(out, change.path).unlink(missing_ok=True)
            _remove_empty_folders((out / change.path).parent, out)
    lock.store(out, after)
    return changes


def _remove_empty_folders(folder: Path, out: Path) -> None:
    while folder != out:
        try:
            folder.rmdir()
        except OSError:
            return  # not empty, or gone already
        folder = folder.parent


def _either(path: str, before: dict[str, list[str]], after: dict[str, list[str]]) -> list[str]:
    return list(dict.fromkeys([*after.get(path, ()), *before.get(path, ())]))


def _inside(out: Path, path: str) -> Path:
    target = out / path
    root = os.path.realpath(out)
    if os.path.commonpath([root, os.path.realpath(target.parent)]) != root or ".." in Path(path).parts:
        raise PwagenError(f"{target}: leads out of {out}; nothing was written")
    if target.is_symlink():
        raise PwagenError(f"{target}: is a symbolic link - remove it, pwagen writes plain files only")
    return target


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except IsADirectoryError:
        raise PwagenError(f"{path}: is a folder, and a file of that name is to be written") from None


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _edited(path: Path, fix: str) -> Problem:
    message = "was edited or not made by pwagen, so it is left alone and nothing is written"
    return Problem(str(path), message=message, fix=fix)
