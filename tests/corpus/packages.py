"""The packages of packages.toml, each fetched once from its registry and kept in a cache."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tarfile
import tempfile
import tomllib
import zipfile
from pathlib import Path
from typing import Literal

import msgspec

LIST = Path(__file__).with_name("packages.toml")
SECONDS = 300
"""A registry's time for one package."""


class Package(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A package of a registry, of one version; ``sha256`` is that of the file that the registry serves."""

    registry: Literal["debian", "npm", "pypi"]
    name: str
    version: str
    sha256: str

    @property
    def title(self) -> str:
        """Name and version, as people write them."""
        return f"{self.name} {self.version}"


class SitePackage(Package, frozen=True, kw_only=True):
    """A package with a site: ``folder`` is the published one in it, ``config`` goes into pwagen.yaml.

    ``offline`` are pages that are read without a network, path to a part of the title; ``quick`` are run
    by `make test`.
    """

    folder: str
    config: str = ""
    offline: dict[str, str] = {}
    quick: bool = False


class ManifestPackage(Package, frozen=True, kw_only=True):
    """A package with web app manifests; ``quick`` are run by `make test`."""

    quick: bool = False


class AppPackage(Package, frozen=True, kw_only=True):
    """A package with an app as it is published, in ``folder``; ``worker`` is what made its worker.

    ``confirmed`` has the number of findings by rule that somebody has looked at, and that are right.
    """

    folder: str
    worker: str
    confirmed: dict[str, int] = {}


class Corpus(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of packages.toml."""

    site: list[SitePackage]
    manifests: list[ManifestPackage]
    app: list[AppPackage]


class NotServedError(Exception):
    """The registry doesn't serve the package here: there is no network, or it has another version."""


def read_corpus() -> Corpus:
    """Return the list of packages."""
    return msgspec.convert(tomllib.loads(LIST.read_text(encoding="utf-8")), Corpus)


def unpacked(package: Package) -> Path:
    """Return the folder with a package's files, which nobody may write to.

    Raises:
        NotServedError: it cannot be had here.
        ValueError: the registry serves other bytes than the list knows.
    """
    folder = _cache() / f"{package.registry}-{package.sha256[:16]}"
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
            archive = _fetch(package, Path(scratch))
            if (served := hashlib.sha256(archive.read_bytes()).hexdigest()) != package.sha256:
                raise ValueError(f"{package.title}: its SHA-256 is {served}, not {package.sha256}")
            files = Path(scratch, "files")
            files.mkdir()
            _unpack(archive, files)
            try:
                files.rename(folder)
            except OSError:
                if not folder.is_dir():  # another process may have been faster
                    raise
    return folder


def _cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "pwagen-corpus"


def _fetch(package: Package, folder: Path) -> Path:
    """Return the package's file, which its registry's own client has brought into the folder."""
    named = f"{package.name}@{package.version}"
    commands = {
        "debian": ["apt-get", "download", "-q", f"{package.name}={package.version}"],
        "npm": ["npm", "pack", "--silent", "--ignore-scripts", named],
        # Wheels alone: to download a source distribution means to run it.
        "pypi": ["pip", "download", "-q", "--no-deps", "--only-binary=:all:", named.replace("@", "==")],
    }
    command = commands[package.registry]
    if not shutil.which(command[0]):
        raise NotServedError(f"{package.title}: {command[0]} is not installed")
    try:
        # The only file that it leaves.
        (folder / "download").mkdir()
        done = subprocess.run(
            command, cwd=folder / "download", capture_output=True, text=True, timeout=SECONDS
        )
    except subprocess.TimeoutExpired:
        raise NotServedError(f"{package.title}: {command[0]} got no answer in {SECONDS} s") from None
    files = [path for path in (folder / "download").iterdir() if path.is_file()]
    if done.returncode or not files:
        reason = (done.stderr.strip() or done.stdout.strip() or "it brought nothing").splitlines()[-1]
        raise NotServedError(f"{package.title}: {command[0]}: {reason}")
    return files[0]


def _unpack(archive: Path, folder: Path) -> None:
    if archive.suffix == ".deb":
        subprocess.run(["dpkg-deb", "-x", str(archive), str(folder)], check=True, timeout=SECONDS)
    elif archive.suffix == ".whl":
        zipfile.ZipFile(archive).extractall(folder)
    else:
        with tarfile.open(archive) as packed:
            # As the parameter of extractall() that Python has from 3.11.4 on.
            packed.extraction_filter = getattr(tarfile, "data_filter", None)
            packed.extractall(folder)
