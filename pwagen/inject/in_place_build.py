"""A build that goes straight into the published folder: our files, and the tags in every page."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pwagen.artifacts.artifact import Artifact
from pwagen.artifacts.head_tags import head_tags
from pwagen.artifacts.languages.localized_manifests import apps, manifest_for, manifest_names
from pwagen.build.interrupted import written_down
from pwagen.build.plan import plan
from pwagen.build.self_check import refuse_wrong_list
from pwagen.build.write import LOCK_NAME, FileChange, Lock, PendingWrite, compare, is_unedited, refuse_edited
from pwagen.errors import ConfigError, PwagenError
from pwagen.inject.apply import apply_edits, load_settled, store_settled
from pwagen.inject.injection import Injection, Read, plan_injection, plan_undo, site_after
from pwagen.inject.leftovers import left_over
from pwagen.inject.merge import Policy
from pwagen.inject.replaced_files import Replaced
from pwagen.names import OWN_WORKER, READABLE
from pwagen.site.read_files import read_file

if TYPE_CHECKING:
    from pwagen.build.project import Project
    from pwagen.site.scan import Site

# Made for people, not for visitors: they stay out of what is published.
NOT_PUBLISHED = ("head.html", "register.d.ts")

_HOSTING = "hosting/"
_READABLE = f"{READABLE}/"
# In the project's output folder: a host reads its settings elsewhere than among the pages.
_IN_OUT = (_HOSTING, _READABLE)
_FIX = "move it away, or build with --force, which keeps a copy that --undo puts back"
_MANIFEST_FIX = (
    "take its members over into `app`, as pwagen init does, and build with --manifest=replace, which keeps a "
    "copy that --undo puts back; or let it stay the app's manifest with --manifest=keep"
)
_WORKER_FIX = (
    "move its handlers into the file of worker.hooks and build with --force, which keeps a copy that --undo "
    'puts back; or keep it under another name, begin it with importScripts("sw.js") and name it in '
    "worker.script"
)


@dataclass(frozen=True)
class InPlaceBuild:
    """What a build into the site does: the files of ours, and the pages that change.

    ``for_host`` are the headers that the host needs, and ``readable`` the page's scripts for whoever reads
    them; both go into the project's output folder, not among the pages. ``may_replace`` names what gives
    way to ours without force.
    """

    project: Project
    folder: Path
    artifacts: tuple[Artifact, ...]
    for_host: tuple[Artifact, ...]
    readable: tuple[Artifact, ...]
    injection: Injection
    key: str
    may_replace: frozenset[str] = frozenset()

    def changes(self) -> tuple[FileChange, ...]:
        """Return what `apply` would do, without doing it.

        A checkout in which the scripts for reading were not committed lacks nothing.
        """
        up = self._up_to_out()
        return tuple(
            change
            for change in self._as_done(self._compared())
            if not (change.status == "new" and change.path.startswith(f"{up}/{_READABLE}"))
        )

    def apply(self, *, force: bool = False) -> tuple[FileChange, ...]:
        """Write the pages, then our files, the worker last; say what was done.

        What ours take the place of is copied, and put back once ours are no longer planned.

        Raises:
            ConfigError: a file of ours was edited and ``force`` is off; then nothing is written.
            OSError: something cannot be written, as on a full disk; then mostly nothing is.
        """
        compared = self._compared()
        if not force:
            refused = (one for one in compared if one.path not in self.may_replace)
            refuse_edited(refused, self.artifacts, self.folder, self._fix_for)
        changes = self._as_done(compared)
        root, sources = self.project.root, self.project.sources
        with ExitStack() as stack:
            stack.enter_context(written_down(root, self._targets()))
            ours = stack.enter_context(
                PendingWrite(self.artifacts, self.folder, root, force=True, sources=sources)
            )
            in_out = None
            if self._touches_out():
                in_out = stack.enter_context(
                    PendingWrite(self._in_out(), self.project.out, root, force=force, within=_IN_OUT)
                )
            apply_edits(self.folder, self.injection.edits, lambda: self._ready(compared))
            if in_out:
                in_out.put_in_place()
            ours.put_in_place()
            self._replaced().put_back({artifact.path for artifact in self.artifacts})
        if self.key:
            store_settled(_settled_file(self.project), self.key, self.injection.settled)
        return changes

    def returns(self) -> tuple[str, ...]:
        """Return the paths at which `apply` puts back what ours had taken the place of."""
        planned = {artifact.path for artifact in self.artifacts}
        ours = Lock.read(self.project.root).known(self.folder)

        def is_free(path: str) -> bool:
            file = self.folder / path
            return not os.path.lexists(file) or is_unedited(file, ours.get(path, ()))

        return tuple(path for path in self._replaced().paths() if path not in planned and is_free(path))

    def _targets(self) -> Iterable[Path]:
        yield from (self.folder / edit.path for edit in self.injection.edits)
        yield from (self.folder / artifact.path for artifact in self.artifacts)
        yield from (self.project.out / artifact.path for artifact in self._in_out())
        yield from (self.folder / path for path in self._replaced().paths())

    def _ready(self, compared: Collection[FileChange]) -> None:
        if self.injection.edits or any(one.status != "same" for one in compared):
            gone = (one.path for one in compared if one.status == "removed")
            refuse_wrong_list(self.artifacts, self.project.site, gone)
        self._keep_copies(compared)

    def _compared(self) -> tuple[FileChange, ...]:
        return compare(self.artifacts, self.folder, self.project.root, sources=self.project.sources)

    def _touches_out(self) -> bool:
        # With anything else in it, the output folder is that of a build without --inject, and stays.
        known = Lock.read(self.project.root).known(self.project.out)
        return bool(self._in_out()) or all(path.startswith(_IN_OUT) for path in known)

    def _changes_in_out(self) -> list[FileChange]:
        """Return what becomes of the files in the output folder, with paths that begin at the site."""
        out = self.project.out
        if not self._touches_out():
            return []
        changes = compare(self._in_out(), out, self.project.root, within=_IN_OUT)
        return [replace(change, path=f"{self._up_to_out()}/{change.path}") for change in changes]

    def _in_out(self) -> tuple[Artifact, ...]:
        return (*self.for_host, *self.readable)

    def _up_to_out(self) -> str:
        return Path(os.path.relpath(self.project.out, self.folder)).as_posix()

    def _replaced(self) -> Replaced:
        return Replaced.of(self.folder, self.project.root)

    def _as_done(self, compared: Iterable[FileChange]) -> tuple[FileChange, ...]:
        copies = self._replaced()
        back = {path: copies.size(path) for path in copies.paths()}
        changes = [FileChange(edit.path, "changed", edit.size) for edit in self.injection.edits]
        changes += self._changes_in_out()
        for one in compared:
            if one.status == "edited" and one.path in self.may_replace:
                changes.append(replace(one, status="changed"))
            elif one.status == "removed" and one.path in back:
                changes.append(replace(one, status="changed", size=back[one.path]))
            else:
                changes.append(one)
        return tuple(changes)

    def _keep_copies(self, compared: Iterable[FileChange]) -> None:
        copies, planned = self._replaced(), {artifact.path for artifact in self.artifacts}
        # What we wrote and somebody edited is no file of the site's own, unless one had been there before.
        ours = Lock.read(self.project.root).known(self.folder).keys() - {*copies.paths(), *self.may_replace}
        for change in compared:
            if change.status == "edited" and change.path in planned - ours:
                copies.keep(change.path)

    def _fix_for(self, path: str) -> str:
        if path in apps(self.project.config):
            return _MANIFEST_FIX
        return _WORKER_FIX if path == OWN_WORKER else _FIX


def plan_into_site(project: Project, policy: Policy) -> InPlaceBuild:
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
    own = _own_manifests(project, folder, apps(config))
    kept = own if policy.manifest == "keep" else frozenset()
    for path in sorted(kept):
        injection.note(path, "is the site's own manifest and stays")
    artifacts = tuple(one for one in plan(published) if one.path not in {*NOT_PUBLISHED, *kept})
    for_host = tuple(one for one in artifacts if one.path.startswith(_HOSTING))
    readable = tuple(one for one in artifacts if one.path.startswith(_READABLE))
    ours = tuple(one for one in artifacts if not one.path.startswith(_IN_OUT))
    may_replace = own if policy.manifest == "replace" else frozenset()
    return InPlaceBuild(published, folder, ours, for_host, readable, injection, key, may_replace)


def plan_out_of_site(project: Project) -> InPlaceBuild:
    """Return the way back: pages to the byte as they were, our unedited files gone.

    Of a project that was read with `read_to_undo`. What the lock file doesn't know stays, and is noted.
    """
    folder, site = _site(project)
    injection = plan_undo(site, _reader(folder))
    known, copies = Lock.read(project.root).known(folder), Replaced.of(folder, project.root)
    if not known:
        ours, perhaps = left_over(folder)
        for path in ours:
            injection.note(
                path, f"made by pwagen, and left, since {LOCK_NAME} records no build; to be deleted by hand"
            )
        for path in perhaps if ours else ():
            injection.note(path, "left as well; to be deleted by hand if it belongs to the app")
    for path in copies.paths():
        if path not in known and (folder / path).exists():
            injection.note(path, f"left as it is; what it took the place of is in {copies.folder}")
    return InPlaceBuild(project, folder, (), (), (), injection, "")


def _own_manifests(project: Project, folder: Path, names: Collection[str]) -> frozenset[str]:
    """Return which manifests of these names are, or were until ours came, the site's own."""
    there = compare([Artifact(name, b"") for name in names], folder, project.root)
    edited = (one.path for one in there if one.status == "edited" and one.path in names)
    return frozenset(
        [*edited, *(path for path in Replaced.of(folder, project.root).paths() if path in names)]
    )


def _site(project: Project) -> tuple[Path, Site]:
    if project.site is None or project.site_folder is None:
        raise PwagenError(f"{project.root}: has no site to go into - write site: FOLDER into pwagen.yaml")
    return project.site_folder, project.site


def _reader(folder: Path) -> Read:
    root = f"{folder}{os.sep}"
    return lambda path: read_file(root + path)


def _settled_file(project: Project) -> Path:
    return project.root / ".pwagen" / "pages"
