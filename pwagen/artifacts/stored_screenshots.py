"""The screenshots that `pwagen screenshots` took: where they are kept, and how a build publishes them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from pwagen.artifacts.artifact import Artifact
from pwagen.config.model import Screenshot
from pwagen.disk.atomic import replace_file
from pwagen.errors import ConfigError, Problem
from pwagen.names import SCREENSHOTS

PUBLISHED = "screenshots"
_INDEX = "index.json"
_NAME = re.compile(r"[a-z0-9-]{1,100}\.png")


class StoredScreenshot(msgspec.Struct, frozen=True):
    """A picture's file name, its size in pixels as ``WIDTHxHEIGHT``, what it is for and what it shows."""

    file: str
    sizes: str
    form_factor: Literal["wide", "narrow"]
    label: str


class PublishedScreenshots(NamedTuple):
    """The members of the manifest, and the files that they name."""

    members: tuple[Screenshot, ...] = ()
    artifacts: tuple[Artifact, ...] = ()


def read_screenshots(root: Path) -> PublishedScreenshots:
    """Return what a build publishes of the screenshots of a project, nothing if none were taken.

    Raises `ConfigError` if the list of them is broken, or a file of it is missing.
    """
    index = root / SCREENSHOTS / _INDEX
    try:
        stored = msgspec.json.decode(index.read_bytes(), type=list[StoredScreenshot])
        if any(not _NAME.fullmatch(screenshot.file) for screenshot in stored):
            raise ValueError("file names")
        contents = [(root / SCREENSHOTS / screenshot.file).read_bytes() for screenshot in stored]
    except FileNotFoundError as error:
        if error.filename == str(index):
            return PublishedScreenshots()
        raise ConfigError([_broken(index, f"names {Path(error.filename).name}, which is missing")]) from None
    except ValueError:
        raise ConfigError([_broken(index, "is not the list that pwagen screenshots writes")]) from None
    members = tuple(
        Screenshot(
            src=f"{PUBLISHED}/{screenshot.file}",
            sizes=screenshot.sizes,
            type="image/png",
            label=screenshot.label or None,
            form_factor=screenshot.form_factor,
        )
        for screenshot in stored
    )
    paths = (member.src for member in members)
    return PublishedScreenshots(
        members, tuple(Artifact(path, content) for path, content in zip(paths, contents, strict=True))
    )


def store_screenshots(root: Path, taken: Iterable[tuple[StoredScreenshot, bytes]]) -> list[Path]:
    """Put pictures and their list in place of those that were taken before; return the files.

    Raises `OSError` if they cannot be written.
    """
    folder = root / SCREENSHOTS
    folder.mkdir(exist_ok=True)
    stored, written = [], []
    for screenshot, content in taken:
        replace_file(folder / screenshot.file, content, mode=0o644)
        stored.append(screenshot)
        written.append(folder / screenshot.file)
    for old in set(folder.glob("*.png")) - set(written):
        if _NAME.fullmatch(old.name):
            old.unlink()
    index = msgspec.json.format(msgspec.json.encode(stored), indent=2) + b"\n"
    replace_file(folder / _INDEX, index, mode=0o644)
    return written


def _broken(index: Path, message: str) -> Problem:
    return Problem(str(index), message=message, fix="run pwagen screenshots again, or remove the folder")
