"""What is tested: a published folder as it is, what a build makes of a project, or a running site."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pwagen.errors import PwagenError
from pwagen.names import CONFIG_NAME, OUT_NAME

LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Subject:
    """A site to test. Either ``folder``, a copy that may be served, or ``url`` is set."""

    name: str
    kind: Literal["folder", "project", "url"]
    folder: Path | None = None
    url: str = ""


def open_subject(target: str, scratch: Path) -> Subject:
    """Return what ``target`` names: a URL, a project's folder or config file, or a published folder.

    Folders are copied below ``scratch``; nothing of the original is touched.

    Raises:
        PwagenError: there is nothing to test there.
    """
    if "://" in target:
        return Subject(target, "url", url=_checked_url(target))
    path = Path(target)
    if path.is_file() and path.suffix in (".yaml", ".yml"):
        return Subject(target, "project", _built(path, scratch))
    if not path.is_dir():
        raise PwagenError(f"{target}: there is no such folder - name a published folder, a project or a URL")
    if (path / CONFIG_NAME).is_file():
        return Subject(target, "project", _built(path / CONFIG_NAME, scratch))
    if not (path / "index.html").is_file():
        raise PwagenError(
            f"{target}: has neither {CONFIG_NAME} nor index.html - name the folder that gets published"
        )
    return Subject(target, "folder", _copied(path, scratch / "site"))


def _checked_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK):
        return url if parts.path else f"{url}/"
    raise PwagenError(
        f"{url}: browsers have service workers on https and on loopback alone - serve it as http://localhost"
    )


def _copied(folder: Path, target: Path, *leave_out: str) -> Path:
    # Links stay links: what they lead to outside of the folder is not served.
    ignore = shutil.ignore_patterns(".git", *leave_out)
    return Path(shutil.copytree(folder, target, symlinks=True, ignore=ignore))


def _built(file: Path, scratch: Path) -> Path:
    """Return a copy of the project's site with the app in it, as ``build --inject`` leaves it."""
    from pwagen.inject.into_site import plan_into_site
    from pwagen.inject.merge import Policy
    from pwagen.project import read_project

    project = read_project(file, for_injection=True)
    if project.site_folder is None:
        raise PwagenError(f"{file}: names no `site` to test the app in - add it, or name a published folder")
    inside = plan_into_site(project, Policy.of(project.config.inject))
    is_its_own_site = project.site_folder.resolve() == project.root.resolve()
    copy = _copied(project.site_folder, scratch / "site", *([OUT_NAME, ".pwagen"] if is_its_own_site else []))
    for edit in inside.injection.edits:
        (copy / edit.path).write_bytes(edit.make())
    for artifact in inside.artifacts:
        target = copy / artifact.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(artifact.content)
    return copy
