"""Private keys on disk: read from where people keep them, written so that nobody else reads them."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

from pwagen.push.key_format import identify
from pwagen.push.keys import KeyPair, KeyPairError, load_key_pair

_PUBLISHED = ("index.html", "sw.js", "manifest.json")
_LARGEST_KEY_FILE = 100_000


class KeyFileError(KeyPairError):
    """A key file that cannot be read, or must not be written there."""


def read_key_source(source: str) -> str | bytes:
    """Return the key text at `source`: a file, `-` for standard input, `env:NAME`, or the key itself.

    Raises KeyFileError when there is nothing. The message quotes `source` only if it is no key.
    """
    if source == "-":
        return sys.stdin.buffer.read(_LARGEST_KEY_FILE)
    if source.startswith("env:"):
        name = source.removeprefix("env:")
        if name not in os.environ:
            raise KeyFileError(f"the environment variable {name} is not set")
        return os.environ[name]
    if identify(source).kind != "unknown":
        return source
    try:
        with Path(source).open("rb") as file:
            return file.read(_LARGEST_KEY_FILE)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "that is no file name"
        raise KeyFileError(f"cannot read the key file {source!r}: {reason}") from None


def read_key_pair(source: str) -> KeyPair:
    """Return the key pair at `source` (see read_key_source), errors starting with its name."""
    text = read_key_source(source)
    try:
        return load_key_pair(text)
    except KeyPairError as error:
        where = "the given key" if text == source else source
        raise KeyPairError(f"{where}: {error}") from None


def write_private(path: Path, content: bytes) -> None:
    """Create `path` with mode 0600; raises KeyFileError if it exists or lies in a published folder."""
    if reason := why_published(path):
        raise KeyFileError(f"{path} would be published: {reason} - choose a folder outside of it")
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise KeyFileError(f"{path} exists and is left as it is - choose another name") from None
    except OSError as error:
        raise KeyFileError(f"cannot write {path}: {error.strerror}") from None
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def why_published(path: Path) -> str:
    """Return why a web server may hand out `path`, "" if nothing speaks for it."""
    folder = path.resolve().parent
    for name in _PUBLISHED:
        if (folder / name).is_file():
            return f"{name} is beside it"
    for root in [folder, *folder.parents]:
        if (root / "pwagen.yaml").is_file():
            return _inside_site(path.resolve(), root)
    return ""


def file_findings(path: Path) -> list[str]:
    """Return what is wrong with how a private key file is kept."""
    findings = []
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        findings.append(f"{path} can be read by others (mode {mode:04o}) - chmod 600 {path}")
    if reason := why_published(path):
        findings.append(f"{path} is published: {reason} - move it out, and rotate the key")
    if _git(path, "ls-files", "--error-unmatch") == 0:
        findings.append(f"{path} is in git - git rm --cached {path}, and rotate the key")
    elif (hint := not_ignored(path)) is not None:
        findings.append(hint)
    return findings


def not_ignored(path: Path) -> str | None:
    """Return what to add to .gitignore, None if the file is ignored or in no repository."""
    if _git(path, "check-ignore", "-q") == 1:
        return f"git does not ignore {path} - add {path.name} to .gitignore"
    return None


def _git(path: Path, *command: str) -> int | None:
    """Return git's exit code about `path`, None without git."""
    try:
        return subprocess.run(  # noqa: S603 - no shell, and `--` ends the options
            ["git", *command, "--", path.name],  # noqa: S607 - the user's own git
            cwd=path.resolve().parent,
            capture_output=True,
            check=False,
        ).returncode
    except OSError:
        return None


def _inside_site(path: Path, root: Path) -> str:
    from pwagen.config import load_with_warnings
    from pwagen.errors import PwagenError
    from pwagen.names import output_folder

    try:
        site = load_with_warnings(root / "pwagen.yaml")[0].site
    except PwagenError:
        site = None  # what is wrong with the config is for `build` to say
    folders = [output_folder(root, site), *([root / site] if site else [])]
    for folder in folders:
        if path.is_relative_to(folder.resolve()):
            return f"it is inside {folder}"
    return ""
