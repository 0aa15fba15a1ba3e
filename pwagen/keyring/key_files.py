"""Private keys on disk: read from where people keep them, written so that nobody else reads them."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from pwagen.keys.key_format import KeyFormat, identify_content
from pwagen.keys.key_pair import KeyPair, KeyPairError, load_key_pair
from pwagen.names import KEY_NAME

# Jekyll copies every file beside its settings into the site.
_PUBLISHED = ("index.html", "sw.js", "manifest.json", "_config.yml", "_config.yaml")
_LARGEST_KEY_FILE = 100_000
# What may be quoted: base64, hexadecimal, PEM and JSON end in no suffix; a key takes 43 characters.
_FILE_NAME = r"[^\s=:{}'\"]{1,250}\.[A-Za-z][A-Za-z0-9]{0,9}"
_LONG_WORD = r"[A-Za-z0-9+_-]{40}"
_VARIABLE = r"[A-Z_][A-Z0-9_]{0,40}"


class KeyFileError(KeyPairError):
    """A key file that cannot be read, or must not be written there."""


@dataclass(frozen=True)
class KeySource:
    """What was found where a key is meant to be: `name` is for messages, `file` None if it is no file."""

    content: str | bytes = field(repr=False)
    name: str
    file: Path | None = None

    @property
    def format(self) -> KeyFormat:
        """What it is, as a key."""
        return identify_content(self.content)

    def key_pair(self) -> KeyPair:
        """Return the key pair in it; raises KeyPairError with the name at the front."""
        try:
            return load_key_pair(self.content)
        except KeyPairError as error:
            raise KeyPairError(f"{self.name}: {error}") from None


def read_key_source(source: str) -> KeySource:
    """Return what is at `source`: a file, `-` for standard input, `env:NAME`, or the key itself.

    Raises KeyFileError when there is nothing. The message quotes `source` only if no key can be in it.
    """
    if source == "-":
        return KeySource(sys.stdin.buffer.read(_LARGEST_KEY_FILE), "standard input")
    if source.startswith("env:"):
        name = source.removeprefix("env:")
        if name not in os.environ:
            shown = f" {name}" if re.fullmatch(_VARIABLE, name) else ""
            raise KeyFileError(f"the environment variable{shown} is not set")
        return KeySource(os.environ[name], source)
    if identify_content(source).kind != "unknown":
        return KeySource(source, "the given key")
    path = Path(source)
    try:
        with path.open("rb") as file:
            return KeySource(file.read(_LARGEST_KEY_FILE), source, path)
    except (OSError, ValueError) as error:
        if os.path.lexists(path) or (re.fullmatch(_FILE_NAME, source) and not re.search(_LONG_WORD, source)):
            reason = getattr(error, "strerror", None) or "that is not a file name"
            hint = " - `pwagen keys generate` makes the first key" if source == KEY_NAME else ""
            raise KeyFileError(f"cannot read the key file {source!r}: {reason}{hint}") from None
    raise KeyFileError(
        "the value of the key is neither an existing file nor a key that pwagen knows - is a character "
        "missing? (It may be a secret, so it is not shown.)"
    )


def read_key_pair(source: str) -> KeyPair:
    """Return the key pair at `source` (see read_key_source), errors starting with its name."""
    return read_key_source(source).key_pair()


def write_private(path: Path, content: bytes) -> None:
    """Create `path` with mode 0600; raises KeyFileError if it exists or lies in a published folder."""
    if reason := why_published(path):
        raise KeyFileError(f"{path} would be published: {reason} - choose a folder outside of it")
    write_new(path, content, 0o600)


def write_new(path: Path, content: bytes, mode: int = 0o666) -> None:
    """Create `path`; raises KeyFileError if it exists."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
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
