"""A build that goes straight into the published folder: our files, and the tags in every page."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pwagen.errors import ConfigError, PwagenError
from pwagen.head import head_tags
from pwagen.inject.apply import apply_edits, load_settled, store_settled
from pwagen.inject.merge import Policy
from pwagen.inject.plan import Injection, Read, plan_injection, plan_undo, site_after
from pwagen.languages.manifests import manifest_for, manifest_names
from pwagen.names import OWN_WORKER
from pwagen.plan import plan
from pwagen.site.read import read_file
from pwagen.write import Change, compare, refuse_edited, write

if TYPE_CHECKING:
    from pwagen.artifact import Artifact
    from pwagen.project import Project
    from pwagen.site.scan import Site

# Made for people, not for visitors: they stay out of what is published.
NOT_PUBLISHED = ("head.html", "register.d.ts")


@dataclass(frozen=True)
class Inside:
    """What a build into the site does: the files of ours, and the pages that change.

    ``for_host`` are the headers that the host needs; they go into the project's output folder, since a
    host reads them elsewhere than among the pages.
    """

    project: Project
    folder: Path
    artifacts: tuple[Artifact, ...]
    for_host: tuple[Artifact, ...]
    injection: Injection
    key: str

    def changes(self) -> tuple[Change, ...]:
        """Return what `apply` would do, without doing it."""
        pages = [Change(edit.path, "changed", edit.size) for edit in self.injection.edits]
        return (*pages, *compare(self.artifacts, self.folder, self.project.root))

    def apply(self, *, force: bool = False) -> tuple[Change, ...]:
        """Write the pages, then our files, the worker last; say what was done.

        Raises:
            ConfigError: a file of ours was edited and ``force`` is off; then nothing is written.
        """
        changes = self.changes()
        if not force:
            refuse_edited(changes, self.artifacts, self.folder)
        if self.for_host:
            write(self.for_host, self.project.out, self.project.root, force=force)
        apply_edits(self.folder, self.injection.edits)
        write(self.artifacts, self.folder, self.project.root, force=force)
        if self.key:
            store_settled(_settled_file(self.project), self.key, self.injection.settled)
        return changes


def plan_into_site(project: Project, policy: Policy) -> Inside:
    """Return the build into the project's site, which was read with ``for_injection``.

    Raises:
        ConfigError: with everything in the pages that stands against it.
    """
    folder, site = _site(project)
    config, icons = project.config, project.icons
    languages = ("", *manifest_names(config))

    def tags_for(prefix: str, language: str) -> Sequence[str]:
        return head_tags(config, icons, prefix, manifest_for(config, language))

    if config.worker.script != OWN_WORKER:
        # The site's own worker is to stay, and loads ours.
        policy = replace(policy, worker="ignore")
    key = hashlib.sha256(repr(([tags_for("", one) for one in languages], policy)).encode()).hexdigest()
    settled = load_settled(_settled_file(project), key)
    injection = plan_injection(site, tags_for, _reader(folder), policy, settled, languages[1:])
    if injection.problems:
        raise ConfigError(injection.problems)
    # The worker verifies what it stores, so it must know the pages as they are with the tags in them.
    published = replace(project, site=site_after(site, injection.edits))
    artifacts = tuple(one for one in plan(published) if one.path not in NOT_PUBLISHED)
    for_host = tuple(one for one in artifacts if one.path.startswith("hosting/"))
    ours = tuple(one for one in artifacts if one not in for_host)
    return Inside(published, folder, ours, for_host, injection, key)


def plan_out_of_site(project: Project) -> Inside:
    """Return the way back: pages to the byte as they were, our unedited files gone."""
    folder, site = _site(project)
    return Inside(project, folder, (), (), plan_undo(site, _reader(folder)), "")


def _site(project: Project) -> tuple[Path, Site]:
    if project.site is None or project.site_folder is None:
        raise PwagenError(f"{project.root}: has no site to go into - write site: FOLDER into pwagen.yaml")
    return project.site_folder, project.site


def _reader(folder: Path) -> Read:
    root = f"{folder}{os.sep}"
    return lambda path: read_file(root + path)


def _settled_file(project: Project) -> Path:
    return project.root / ".pwagen" / "pages"
