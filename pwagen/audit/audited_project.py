"""A project with pwagen.yaml as an audit sees it: its site as a build leaves it, and what that changes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pwagen.audit.sources.folder_source import FolderSource
from pwagen.build.plan import plan
from pwagen.build.project import read_project
from pwagen.build.write import Lock, compare
from pwagen.errors import Problem
from pwagen.inject.in_place_build import IN_OUT, NOT_PUBLISHED, plan_into_site
from pwagen.inject.merge import Policy

if TYPE_CHECKING:
    from pwagen.build.write import FileChange
    from pwagen.config.model import Config


@dataclass(frozen=True)
class AuditedProject:
    """``outdated`` names the files that a build would change, ``build_command`` is that build.

    ``was_built`` tells whether there was one. ``warnings`` are those of the config.
    """

    file: Path
    config: Config
    was_built: bool
    build_command: str
    outdated: tuple[str, ...]
    warnings: tuple[Problem, ...]


def open_project(file: Path) -> tuple[AuditedProject, FolderSource]:
    """Return a project and its site with the app in it, without writing anything.

    The site of a project whose files were built to be copied gets those files laid over it, but no tags:
    those are in its own templates.

    Raises:
        ConfigError: the config is wrong, or the site has what a build refuses.
    """
    project = read_project(file, for_injection=True, may_write=False)
    outputs = {(project.lock_folder / key).resolve() for key in Lock.read(project.lock_folder).outputs}
    folder = project.site_folder
    is_copied = folder is None or (project.out.resolve() in outputs and folder.resolve() not in outputs)
    overlay: dict[str, bytes] = {}
    if is_copied:
        project = read_project(file, may_write=False)
        artifacts = plan(project)
        changes = compare(artifacts, project.out, project.root, sources=project.sources)
        command, warnings = "pwagen build", project.warnings
    else:
        inside = plan_into_site(project, Policy.of(project.config.inject))
        overlay = {edit.path: edit.make() for edit in inside.injection.edits}
        artifacts, changes = inside.artifacts, inside.changes()
        command, warnings = "pwagen build --inject", inside.project.warnings
    published = (artifact for artifact in artifacts if artifact.path not in NOT_PUBLISHED)
    overlay |= {item.path: item.content for item in published if not item.path.startswith(IN_OUT)}
    audited = AuditedProject(
        file, project.config, bool(outputs), command, tuple(map(_path, filter(_differs, changes))), warnings
    )
    return audited, FolderSource(folder, overlay)


def _differs(change: FileChange) -> bool:
    return change.status != "same"


def _path(change: FileChange) -> str:
    return change.path
