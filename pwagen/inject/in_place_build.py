"""A build straight into the published folder: the generated files, and the tags in every page."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec

from pwagen.artifacts.artifact import Artifact
from pwagen.artifacts.head_tags import head_tags
from pwagen.artifacts.languages.localized_manifests import apps, manifest_for, manifest_names
from pwagen.build.cache_folder import NAME
from pwagen.build.interrupted import journaled
from pwagen.build.plan import plan
from pwagen.build.self_check import refuse_wrong_list
from pwagen.build.write import LOCK_NAME, FileChange, Lock, PendingWrite, compare, is_unedited, refuse_edited
from pwagen.errors import ConfigError, PwagenError
from pwagen.inject.apply import apply_edits, load_settled, store_settled
from pwagen.inject.injection import Injection, Read, plan_injection, plan_undo, policy_warnings, site_after
from pwagen.inject.leftovers import left_over
from pwagen.inject.merge import LARGEST_PAGE, Policy, too_large
from pwagen.inject.mount import site_mount
from pwagen.inject.replaced_files import Replaced
from pwagen.names import OWN_WORKER, READABLE
from pwagen.site.read_files import FileStatus, FileTooLargeError, read_file

if TYPE_CHECKING:
    from pwagen.build.project import Project
    from pwagen.site.scan import Site

# For developers, not for visitors: they are not published.
_HEAD = "head.html"
_TYPES = "register.d.ts"
NOT_PUBLISHED = (_HEAD, _TYPES)

_HOSTING = "hosting/"
_READABLE = f"{READABLE}/"
# In the project's output folder: neither hosts nor editors look for theirs among the pages.
IN_OUT = (_HOSTING, _READABLE, _TYPES)
# What nothing that is published depends on, so that a checkout need not have it.
_FOR_READERS = (_READABLE, _TYPES)
_FIX = "move it away, or build with --force, which keeps a copy that --undo puts back"
_MANIFEST_FIX = (
    "take its members over into `app`, as pwagen init does, and write inject: {manifest: replace} into "
    "pwagen.yaml (for one build: --manifest=replace), which keeps a copy that --undo puts back; or let it "
    "stay the app's manifest with inject: {manifest: keep} (--manifest=keep)"
)
_WORKER_FIX = (
    "move its handlers into the file of worker.hooks and build with --force, which keeps a copy that --undo "
    'puts back; or keep it under another name, begin it with importScripts("sw.js") and name it in '
    "worker.script"
)


@dataclass(frozen=True)
class InPlaceBuild:
    """The generated files and the edits of pages of a build into the site.

    ``out_artifacts`` are the headers that the host needs, and the page's scripts and types for developers;
    they go into the project's output folder, not among the pages. ``may_replace`` names the files
    that are replaced without force.
    """

    project: Project
    folder: Path
    artifacts: tuple[Artifact, ...]
    out_artifacts: tuple[Artifact, ...]
    injection: Injection
    key: str
    may_replace: frozenset[str] = frozenset()

    def changes(self) -> tuple[FileChange, ...]:
        """Return the changes that `apply` would make, without making them.

        A checkout in which the scripts for reading and the types were not committed lacks nothing.
        """
        for_readers = tuple(f"{self._path_to_out()}/{path}" for path in _FOR_READERS)
        return tuple(
            change
            for change in self._final_changes(self._compare())
            if not (change.status == "new" and change.path.startswith(for_readers))
        )

    def apply(self, *, force: bool = False) -> tuple[FileChange, ...]:
        """Write the pages, then the generated files, the worker last; return the changes.

        Files that are replaced are copied, and restored once their replacements are no longer planned.

        Raises:
            ConfigError: a generated file was edited and ``force`` is off; then nothing is written.
            OSError: something cannot be written, as on a full disk; then mostly nothing is.
        """
        lock_folder, sources = self.project.lock_folder, self.project.sources
        files_write = PendingWrite(self.artifacts, self.folder, lock_folder, force=True, sources=sources)
        compared = files_write.changes
        if not force:
            refused = (change for change in compared if change.path not in self.may_replace)
            refuse_edited(refused, self.artifacts, self.folder, self._fix_for)
        changes = self._final_changes(compared)
        with ExitStack() as stack:
            stack.enter_context(journaled(self.project.root, self._targets()))
            stack.enter_context(files_write)
            out_write = None
            if self._touches_out():
                out_write = stack.enter_context(
                    PendingWrite(
                        self.out_artifacts, self.project.out, lock_folder, force=force, within=IN_OUT
                    )
                )
            apply_edits(self.folder, self.injection.edits, lambda: self._ready(compared))
            if out_write:
                out_write.put_in_place()
            files_write.put_in_place()
            self._replaced().put_back({artifact.path for artifact in self.artifacts})
        if self.key:
            store_settled(_settled_file(self.project), self.key, self.injection.settled)
        return changes

    def returns(self) -> tuple[str, ...]:
        """Return the paths of the replaced files that `apply` restores."""
        planned = {artifact.path for artifact in self.artifacts}
        hashes = Lock.read(self.project.lock_folder).hashes(self.folder)

        def is_free(path: str) -> bool:
            file = self.folder / path
            return not os.path.lexists(file) or is_unedited(file, hashes.get(path, ()))

        return tuple(path for path in self._replaced().paths() if path not in planned and is_free(path))

    def _targets(self) -> Iterable[Path]:
        yield from (self.folder / edit.path for edit in self.injection.edits)
        yield from (self.folder / artifact.path for artifact in self.artifacts)
        yield from (self.project.out / artifact.path for artifact in self.out_artifacts)
        yield from (self.folder / path for path in self._replaced().paths())

    def _ready(self, compared: Collection[FileChange]) -> None:
        if self.injection.edits or any(change.status != "same" for change in compared):
            removed = (change.path for change in compared if change.status == "removed")
            refuse_wrong_list(self.artifacts, self.project.site, removed)
        self._keep_copies(compared)

    def _compare(self) -> tuple[FileChange, ...]:
        return compare(self.artifacts, self.folder, self.project.lock_folder, sources=self.project.sources)

    def _touches_out(self) -> bool:
        # With anything else in it, the output folder belongs to a build without --inject, and is left alone.
        paths = Lock.read(self.project.lock_folder).hashes(self.project.out)
        return bool(self.out_artifacts) or all(path.startswith(IN_OUT) for path in paths)

    def _changes_in_out(self) -> list[FileChange]:
        """Return the changes of the files in the output folder, with paths relative to the site."""
        out_folder = self.project.out
        if not self._touches_out():
            return []
        changes = compare(self.out_artifacts, out_folder, self.project.lock_folder, within=IN_OUT)
        return [replace(change, path=f"{self._path_to_out()}/{change.path}") for change in changes]

    def _path_to_out(self) -> str:
        return Path(os.path.relpath(self.project.out, self.folder)).as_posix()

    def _replaced(self) -> Replaced:
        return Replaced.of(self.folder, self.project.root)

    def _final_changes(self, compared: Iterable[FileChange]) -> tuple[FileChange, ...]:
        copies = self._replaced()
        restored = {path: copies.size(path) for path in copies.paths()}
        changes = [FileChange(edit.path, "changed", edit.size) for edit in self.injection.edits]
        changes += self._changes_in_out()
        for change in compared:
            if change.status == "edited" and change.path in self.may_replace:
                changes.append(replace(change, status="changed"))
            elif change.status == "removed" and change.path in restored:
                changes.append(replace(change, status="changed", size=restored[change.path]))
            else:
                changes.append(change)
        return tuple(changes)

    def _keep_copies(self, compared: Iterable[FileChange]) -> None:
        copies, planned = self._replaced(), {artifact.path for artifact in self.artifacts}
        # A generated file that was edited is not the site's own, unless it had replaced one.
        generated = Lock.read(self.project.lock_folder).hashes(self.folder).keys() - {
            *copies.paths(),
            *self.may_replace,
        }
        for change in compared:
            if change.status == "edited" and change.path in planned - generated:
                copies.keep(change.path)

    def _fix_for(self, path: str) -> str:
        if path in apps(self.project.config):
            return _MANIFEST_FIX
        return _WORKER_FIX if path == OWN_WORKER else _FIX


def build_in_place(
    plan_build: Callable[[], InPlaceBuild], *, force: bool = False
) -> tuple[InPlaceBuild, tuple[FileChange, ...]]:
    """Apply a build into a site, and another where the first restored files; return the last and all changes.

    Restored files belong to the site: the worker has to list them, and a page gets its tags. Errors are those
    of `plan_into_site` and `InPlaceBuild.apply`.
    """
    build = plan_build()
    restores = build.returns()
    changes = build.apply(force=force)
    if restores:
        build = plan_build()
        changes = _merged_changes(changes, build.apply(force=force))
    return build, changes


def _merged_changes(first: Iterable[FileChange], second: Iterable[FileChange]) -> tuple[FileChange, ...]:
    """Return what two builds in a row did to each path."""
    changes = {change.path: change for change in second}
    for change in first:
        if change.path not in changes or changes[change.path].status == "same":
            changes[change.path] = change
    return tuple(changes.values())


def plan_into_site(project: Project, policy: Policy) -> InPlaceBuild:
    """Return the build into the project's site, which was read with ``for_injection``.

    Raises:
        ConfigError: with every conflict in the pages.
    """
    folder, site = _site(project)
    config, icons = project.config, project.icons
    languages = ("", *manifest_names(config))

    def tags_for(prefix: str, language: str) -> Sequence[str]:
        return head_tags(config, icons, prefix, manifest_for(config, language))

    if config.worker.script != OWN_WORKER and policy.worker != "replace":
        # The site's own worker stays, and loads the generated one.
        policy = replace(policy, worker="ignore")
    mount = site_mount(site)
    key = hashlib.sha256(
        repr(([tags_for("", language) for language in languages], policy, mount)).encode()
    ).hexdigest()
    settled = load_settled(_settled_file(project), key)
    endpoint = config.push.endpoint if config.push else None
    injection = plan_injection(
        site,
        tags_for,
        page_reader(folder),
        policy,
        settled,
        languages[1:],
        connects=endpoint is not None and not urlsplit(endpoint).netloc,
        mount=mount,
    )
    if injection.problems:
        raise ConfigError(injection.problems)
    # The worker verifies the files that it stores, so it needs the hashes of the pages with their tags.
    warnings = (*project.warnings, *policy_warnings(site, injection))
    inject = msgspec.structs.replace(config.inject, worker=policy.worker)
    published = replace(
        project,
        site=site_after(site, injection.edits),
        config=msgspec.structs.replace(config, inject=inject),
        warnings=warnings,
    )
    site_manifests = _site_files(project, folder, apps(config))
    kept = site_manifests if policy.manifest == "keep" else frozenset()
    for path in sorted(kept):
        injection.note(path, "is the site's own manifest and stays")
    planned = plan(published)
    own_icons = _own_icons(project, folder, planned)
    for path in own_icons:
        injection.note(path, "is the site's own icon and stays")
    artifacts = tuple(artifact for artifact in planned if artifact.path not in {_HEAD, *kept, *own_icons})
    out_artifacts = tuple(artifact for artifact in artifacts if artifact.path.startswith(IN_OUT))
    published_artifacts = tuple(artifact for artifact in artifacts if not artifact.path.startswith(IN_OUT))
    may_replace: frozenset[str] = frozenset()
    if policy.manifest == "replace" and site_manifests:
        # And the icons of the old app, under names that are usual for them.
        paths = (icon.artifact.path for icon in icons)
        icon_names = {path for path in paths if folder / path not in project.sources}
        may_replace = site_manifests | _site_files(project, folder, icon_names)
    if policy.worker == "replace":
        may_replace |= _site_files(project, folder, {OWN_WORKER, config.worker.script})
    return InPlaceBuild(published, folder, published_artifacts, out_artifacts, injection, key, may_replace)


def plan_out_of_site(project: Project) -> InPlaceBuild:
    """Return the build that undoes an injection: original pages, without unedited generated files.

    The project was read with `read_to_undo`. Files that are not in the lock file stay, and are noted.
    """
    folder, site = _site(project)
    injection = plan_undo(site, page_reader(folder))
    hashes, copies = Lock.read(project.lock_folder).hashes(folder), Replaced.of(folder, project.root)
    if not hashes:
        generated, possible = left_over(folder)
        for path in generated:
            injection.note(
                path, f"made by pwagen, and left, since {LOCK_NAME} records no build; to be deleted by hand"
            )
        for path in possible if generated else ():
            injection.note(path, "left as well; to be deleted by hand if it belongs to the app")
    for path in copies.paths():
        if path not in hashes and (folder / path).exists():
            injection.note(path, f"left as it is; what it took the place of is in {copies.folder}")
    return InPlaceBuild(project, folder, (), (), injection, "")


def _site_files(project: Project, folder: Path, names: Collection[str]) -> frozenset[str]:
    """Return which files of these names are the site's own, or were until they were replaced."""
    changes = compare(
        [Artifact(name, b"") for name in names], folder, project.lock_folder, within=tuple(names)
    )
    edited = (change.path for change in changes if change.status == "edited" and change.path in names)
    return frozenset(
        [*edited, *(path for path in Replaced.of(folder, project.root).paths() if path in names)]
    )


def _own_icons(project: Project, folder: Path, planned: Iterable[Artifact]) -> list[str]:
    """Return the icons linked by pages, of the names that ours have, which the site has of its own."""
    linked = {icon.artifact.path for icon in project.icons if icon.rel}
    ours = [artifact for artifact in planned if artifact.path in linked]
    changes = compare(ours, folder, project.lock_folder, within=tuple(linked)) if ours else ()
    return [change.path for change in changes if change.status == "edited"]


def _site(project: Project) -> tuple[Path, Site]:
    if project.site is None or project.site_folder is None:
        raise PwagenError(f"{project.root}: has no site to go into - write site: FOLDER into pwagen.yaml")
    return project.site_folder, project.site


def page_reader(folder: Path) -> Read:
    """Return the function that reads the pages of a published folder for a plan."""
    root = f"{folder}{os.sep}"

    def read(path: str) -> tuple[bytes, FileStatus]:
        try:
            return read_file(root + path, LARGEST_PAGE)
        except FileTooLargeError:
            raise too_large() from None

    return read


def _settled_file(project: Project) -> Path:
    return (project.memory or project.root / NAME) / "pages"
