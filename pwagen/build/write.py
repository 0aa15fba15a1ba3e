"""Writing artifacts to disk: the only module that writes into an output folder.

A lock file beside pwagen.yaml has the SHA-256 of every written file, which distinguishes files that were
edited since from those that are merely out of date.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Collection, Iterable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

from pwagen.artifacts.artifact import Artifact
from pwagen.disk.atomic import replace_file, write_temporary
from pwagen.errors import ConfigError, Problem, PwagenError

LOCK_NAME = "pwagen.lock"
EDITED_FIX = "move it away, put your own code into the hook file (worker.hooks), or build with --force"

Status = Literal["new", "changed", "same", "edited", "removed"]


@dataclass(frozen=True)
class FileChange:
    """The change of a path in the output; ``size`` in bytes, 0 where the file is removed."""

    path: str
    status: Status
    size: int


@dataclass(frozen=True)
class Lock:
    """The hashes of unedited files, for each path of each output folder."""

    file: Path
    outputs: dict[str, dict[str, list[str]]]

    @classmethod
    def read(cls, project: Path) -> Lock:
        """Return the project's lock; an absent or broken one is empty: every file counts as edited."""
        file = project / LOCK_NAME
        try:
            data = json.loads(file.read_bytes())
            outputs = {
                str(out): {str(path): [str(sha256) for sha256 in hashes] for path, hashes in files.items()}
                for out, files in data["outputs"].items()
            }
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            outputs = {}
        return cls(file, outputs)

    def hashes(self, out: Path) -> dict[str, list[str]]:
        """Return path -> hashes for one output folder."""
        return self.outputs.get(output_key(out, self.file.parent), {})

    def store(self, out: Path, files: dict[str, list[str]]) -> None:
        """Write the lock with new contents for one output folder, if they are new."""
        if self.hashes(out) == files:
            return
        self.outputs[output_key(out, self.file.parent)] = files
        text = json.dumps({"outputs": self.outputs}, indent=1, sort_keys=True) + "\n"
        replace_file(self.file, text.encode())


def output_key(out: Path, project: Path) -> str:
    """Return an output folder's name in the lock: relative to the project, the same on every machine."""
    return Path(os.path.relpath(out, project)).as_posix()


def compare(
    artifacts: Iterable[Artifact],
    out: Path,
    project: Path,
    *,
    sources: Iterable[Path] = (),
    within: str | tuple[str, ...] = "",
) -> tuple[FileChange, ...]:
    """Return the changes that `write` would make, without making them.

    Raises:
        PwagenError: an artifact's path leads out of ``out``, by itself or through a symbolic link, or a
            folder is in the place of a file or the other way round.
    """
    hashes = Lock.read(project).hashes(out)
    changes = []
    planned = set()
    for artifact in sorted(artifacts, key=lambda artifact: artifact.path):
        planned.add(artifact.path)
        target = _inside(out, artifact.path)
        present = _read(target)
        status: Status
        if present is None:
            _refuse_file_for_folder(target.parent)
            status = "new"
        elif present == artifact.content:
            status = "same"
        else:
            status = "changed" if _hash(present) in hashes.get(artifact.path, ()) else "edited"
        changes.append(FileChange(artifact.path, status, len(artifact.content)))
    obsolete = set(hashes) - planned - _paths_in(out, sources)
    for path in sorted(path for path in obsolete if path.startswith(within)):
        present = _read(_inside(out, path))
        if present is not None:
            status = "removed" if _hash(present) in hashes[path] else "edited"
            changes.append(FileChange(path, status, 0 if status == "removed" else len(present)))
    return tuple(changes)


def refuse_edited(
    changes: Iterable[FileChange],
    artifacts: Iterable[Artifact],
    out: Path,
    fix_for: Callable[[str], str] = lambda _: EDITED_FIX,
) -> None:
    """Raise a ConfigError that names every planned file that was edited.

    ``fix_for`` returns the advice for the file of a path.
    """
    planned = {artifact.path for artifact in artifacts}
    edited = [change.path for change in changes if change.status == "edited" and change.path in planned]
    if edited:
        raise ConfigError([_edited(out / path, fix_for(path)) for path in edited])


def write(
    artifacts: Iterable[Artifact],
    out: Path,
    project: Path,
    *,
    force: bool = False,
    sources: Iterable[Path] = (),
    within: str | tuple[str, ...] = "",
) -> tuple[FileChange, ...]:
    """Write the artifacts that differ from the files on disk, the worker last, and return the changes.

    The worker goes last because it names the hashes of the others: after a crash the old worker still
    in place, and browsers keep the old app whole. Artifacts that are no longer planned are removed, but none
    of the ``sources``, the user's files that artifacts are made from, and none whose path doesn't begin with
    ``within``: those are another build's.

    Raises:
        ConfigError: a file was edited and ``force`` is off; then nothing is written.
        OSError: one of them cannot be written, as on a full disk; then mostly none is.
    """
    with PendingWrite(artifacts, out, project, force=force, sources=sources, within=within) as pending:
        return pending.put_in_place()


class PendingWrite:
    """A `write` whose new files are beside those that they will replace: only renames are left to do.

    Failures for lack of space or permission happen when the block is entered. Files that were not
    put in place are removed when it is left.
    """

    def __init__(
        self,
        artifacts: Iterable[Artifact],
        out: Path,
        project: Path,
        *,
        force: bool = False,
        sources: Iterable[Path] = (),
        within: str | tuple[str, ...] = "",
    ) -> None:
        """Compare with what is on disk; arguments and errors are those of `write`."""
        self._artifacts, self._sources = tuple(artifacts), tuple(sources)
        self._out, self._project, self._within = out, project, within
        self._changes = compare(self._artifacts, out, project, sources=self._sources, within=within)
        if not force:
            refuse_edited(self._changes, self._artifacts, out)
        self._status = {change.path: change.status for change in self._changes}
        self._renames: list[tuple[Path, Path]] = []
        self._cleaning = ExitStack()

    @property
    def changes(self) -> tuple[FileChange, ...]:
        """What `compare` returned."""
        return self._changes

    def __enter__(self) -> Self:
        """Write the new files under temporary names, the worker last."""
        with ExitStack() as cleaning:
            for artifact in sorted(
                self._artifacts, key=lambda file: (file.path.endswith("sw.js"), file.path)
            ):
                if self._status[artifact.path] != "same":
                    target = _inside(self._out, artifact.path)
                    _make_folder(target.parent, cleaning)
                    temporary = Path(write_temporary(str(target), artifact.content, sync=True))
                    cleaning.callback(temporary.unlink, missing_ok=True)
                    self._renames.append((temporary, target))
            self._cleaning = cleaning.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        """Remove what was not put in place."""
        self._cleaning.close()

    def put_in_place(self) -> tuple[FileChange, ...]:
        """Rename the new files, remove those that are no longer planned; return the changes."""
        lock = Lock.read(self._project)
        before = lock.hashes(self._out)
        after = self._hashes_after(before)
        # The lock has both states while the files change, so that a crash in between is not seen as an edit.
        lock.store(self._out, {path: _either(path, before, after) for path in {*before, *after}})
        for temporary, target in self._renames:
            temporary.replace(target)
        for change in self._changes:
            if change.status == "removed":
                file = _inside(self._out, change.path)
                if is_unedited(file, before[change.path]):
                    file.unlink()
        # Also those of files that a killed build had removed already.
        for path in before.keys() - after.keys():
            _remove_empty_folders((self._out / path).parent, self._out)
        lock.store(self._out, after)
        return self._changes

    def _hashes_after(self, before: dict[str, list[str]]) -> dict[str, list[str]]:
        """Return the hashes for the lock once the files are in place."""
        user_files = _paths_in(self._out, self._sources)
        kept = {path: hashes for path, hashes in before.items() if not path.startswith(self._within)}
        return kept | {
            artifact.path: [_hash(artifact.content)]
            for artifact in self._artifacts
            if artifact.path not in user_files and not self._may_be_the_users(artifact, before)
        }

    def _may_be_the_users(self, artifact: Artifact, before: dict[str, list[str]]) -> bool:
        # A file that equals its plan but is not in the lock was generated, and the lock got lost; but a copy
        # of a user's file may also be the user's, and users' files are never removed.
        is_unknown = self._status[artifact.path] == "same" and artifact.path not in before
        return is_unknown and _is_copy(artifact, self._sources)


def _is_copy(artifact: Artifact, sources: Iterable[Path]) -> bool:
    return any(_read(source) == artifact.content for source in sources)


def _paths_in(out: Path, files: Iterable[Path]) -> set[str]:
    """Return the relative paths of the files that are inside ``out``."""
    root = out.resolve()
    resolved = (file.resolve() for file in files)
    return {file.relative_to(root).as_posix() for file in resolved if file.is_relative_to(root)}


def _make_folder(folder: Path, cleaning: ExitStack) -> None:
    """Create a folder and its parents; ``cleaning`` removes them again if they stay empty."""
    if folder.is_dir():
        return
    _make_folder(folder.parent, cleaning)
    folder.mkdir(exist_ok=True)
    cleaning.callback(_remove_if_empty, folder)


def _remove_if_empty(folder: Path) -> None:
    with suppress(OSError):
        folder.rmdir()


def _remove_empty_folders(folder: Path, out: Path) -> None:
    while folder != out:
        try:
            folder.rmdir()
        except FileNotFoundError:
            pass  # its parents may be there
        except OSError:
            return  # not empty
        folder = folder.parent


def _either(path: str, before: dict[str, list[str]], after: dict[str, list[str]]) -> list[str]:
    return list(dict.fromkeys([*after.get(path, ()), *before.get(path, ())]))


def is_unedited(file: Path, hashes: Collection[str]) -> bool:
    """Tell whether a file exists with one of these hashes from a `Lock`."""
    try:
        return _hash(file.read_bytes()) in hashes
    except OSError:
        return False


def _inside(out: Path, path: str) -> Path:
    target = out / path
    root = os.path.realpath(out)
    if os.path.commonpath([root, os.path.realpath(target.parent)]) != root or ".." in Path(path).parts:
        raise PwagenError(f"{target}: leads out of {out}; nothing was written")
    if target.is_symlink():
        raise PwagenError(f"{target}: is a symbolic link - remove it, pwagen writes plain files only")
    return target


def _refuse_file_for_folder(folder: Path) -> None:
    while not folder.is_dir():
        if os.path.lexists(folder):
            raise PwagenError(f"{folder}: is a file, and a folder of that name is to be made")
        folder = folder.parent


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
