"""The files of a new project: all of them, or none if anything is wrong."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from pwagen.disk.atomic import put_new_file, replace_file, take_name, write_temporary
from pwagen.errors import ConfigError, PwagenError
from pwagen.keyring.key_files import write_private
from pwagen.keys.key_pair import KeyPair
from pwagen.names import CONFIG_NAME

IGNORE_NAME = ".gitignore"


def refuse_existing(project: Path) -> None:
    """Raise `PwagenError` if the project has a pwagen.yaml, of whatever kind."""
    if os.path.lexists(project / CONFIG_NAME):
        raise _exists(project)


def problem_in(project: Path, text: str) -> ConfigError | None:
    """Return the error of a build in this project with this text as its pwagen.yaml, None if it has none."""
    from pwagen.config import parse

    try:
        parse(text.encode(), project / CONFIG_NAME)
    except ConfigError as error:
        return error
    return None


def site_folder(project: Path, site: str) -> str:
    """Return a published folder relative to the project; ``site`` may also be relative to the working folder.

    Raises `PwagenError` if there is no such folder in the project.
    """
    root = project.resolve()
    folders = [folder for folder in ((project / site).resolve(), Path(site).resolve()) if folder.is_dir()]
    for folder in folders:
        if folder.is_relative_to(root):
            return folder.relative_to(root).as_posix()
    if folders:
        relative = Path(os.path.relpath(folders[0], root)).as_posix()
        raise PwagenError(
            f"{site}: lies outside of {project}, and init looks inside alone - leave it out, and write "
            f"`site: {relative}` into pwagen.yaml then"
        )
    raise PwagenError(f"{site}: no such folder inside {project} - build your site first, or name another")


def write_files(
    project: Path, text: str, key_file: Path, pair: KeyPair, others: Mapping[str, bytes] | None = None
) -> list[Path]:
    """Write pwagen.yaml, the private key and its line in .gitignore; return the new and changed files.

    ``others`` are further new files by their paths relative to the project.

    Raises `PwagenError`, and leaves everything as it was, if pwagen.yaml exists, if its text has problems,
    or if something cannot be written.
    """
    written: list[Path] = []
    try:
        with ExitStack() as undo, _temporary(project, text) as finished:
            for name, content in (others or {}).items():
                if not put_new_file(project / name, content):
                    raise PwagenError(f"{project / name} exists since a moment - nothing was written")
                undo.callback((project / name).unlink)
                written.append(project / name)
            if problem := problem_in(project, text):
                raise problem
            if key_file.parent == project and (restore := _ignore(project / IGNORE_NAME, key_file.name)):
                undo.callback(restore)
                written.append(project / IGNORE_NAME)
            if not os.path.lexists(key_file):
                key_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                write_private(key_file, pair.private_pem)
                undo.callback(key_file.unlink)
                written.append(key_file)
            _publish(finished, project)
            written.append(project / CONFIG_NAME)
            undo.pop_all()
    except OSError as error:
        raise PwagenError(f"{error.filename or project}: {error.strerror} - nothing was written") from None
    return written


@contextmanager
def _temporary(project: Path, text: str) -> Iterator[str]:
    """Yield a complete file with this text beside the future pwagen.yaml."""
    try:
        path = write_temporary(str(project / CONFIG_NAME), text.encode())
    except OSError as error:
        raise PwagenError(f"{project}: {error.strerror} - pwagen.yaml is written there") from None
    try:
        yield path
    finally:
        Path(path).unlink(missing_ok=True)


def _publish(finished: str, project: Path) -> None:
    """Give a complete file its final name in one step, without ever replacing another."""
    if not take_name(finished, project / CONFIG_NAME):
        raise _exists(project)


def _ignore(path: Path, name: str) -> Callable[[], None] | None:
    """Add a name to a .gitignore; return a function that undoes it, None if the name was listed already."""
    path = path.resolve()
    before = path.read_bytes() if path.exists() else None
    content = before or b""
    if {name.encode(), b"/" + name.encode()} & {line.strip() for line in content.splitlines()}:
        return None
    gap = b"" if not content or content.endswith(b"\n") else b"\n"
    replace_file(path, content + gap + name.encode() + b"\n")

    def restore() -> None:
        with suppress(OSError):
            if before is None:
                path.unlink()
            else:
                replace_file(path, before)

    return restore


def _exists(project: Path) -> PwagenError:
    return PwagenError(
        f"{project / CONFIG_NAME} exists and is left as it is - edit it, or remove it to start anew"
    )
