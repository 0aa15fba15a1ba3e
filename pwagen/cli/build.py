"""``pwagen build``."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from pwagen.errors import ConfigError, Problem, PwagenError, system_failure

if TYPE_CHECKING:
    from pwagen.artifacts.artifact import Artifact
    from pwagen.build.project import Project
    from pwagen.build.write import FileChange
    from pwagen.config.config_source import ConfigSource
    from pwagen.inject.in_place_build import InPlaceBuild
    from pwagen.site.scan import Site

ProjectArgument = Annotated[
    str, typer.Argument(metavar="[PROJECT]", help="The folder with pwagen.yaml.", show_default=False)
]
ManifestPolicy = Literal["refuse", "keep", "replace"]
WorkerPolicy = Literal["refuse", "ignore", "replace"]


def build(
    project: ProjectArgument = ".",
    inject: Annotated[
        bool,
        typer.Option("--inject", help="Build into the site itself, and put the head tags into its pages."),
    ] = False,
    undo: Annotated[
        bool, typer.Option("--undo", help="With --inject: take the files and the tags out again.")
    ] = False,
    site: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="The published folder, in place of the config's: for tools that build elsewhere.",
            show_default=False,
        ),
    ] = None,
    exclude: Annotated[
        list[str] | None,
        typer.Option(metavar="GLOB", help="With --inject: pages that get no tags. Repeatable."),
    ] = None,
    manifest: Annotated[
        ManifestPolicy | None,
        typer.Option(help="With --inject: what happens to a manifest that the site already has."),
    ] = None,
    worker: Annotated[
        WorkerPolicy | None,
        typer.Option(help="With --inject: what to do where pages register another worker."),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 1 if a build would change something.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the result, or what is wrong, as JSON.")
    ] = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Build again whenever the config or the site changes.")
    ] = False,
    force: Annotated[
        bool,
        typer.Option(
            "--force",
            help="Overwrite files that were edited or that pwagen did not make; with --inject a copy is kept "
            "for --undo.",
        ),
    ] = False,
) -> None:
    """Make the app's files from pwagen.yaml, into PROJECT/dist or, with --inject, into the site.

    Where dist itself is the site, PROJECT/pwagen-dist takes its place."""
    if not inject and (undo or exclude or manifest or worker):
        raise typer.BadParameter("--undo, --exclude, --manifest and --worker go with --inject")
    _check_globs(exclude or [])
    if site and not site.is_dir():
        raise typer.BadParameter(f"--site {site}: there is no such folder - build the site first")
    path = Path(project)
    options = BuildOptions(inject, undo, tuple(exclude or ()), manifest, worker, check, as_json, force, site)

    def once() -> bool:
        from pwagen.cli.progress import progress_if_slow

        with _no_garbage_collection():
            try:
                with _alone(path, options), progress_if_slow("Building"):
                    done = _into_site(path, options) if inject else _into_dist(path, options)
            except (PwagenError, OSError) as error:
                if as_json:
                    _print_errors(error)
                raise
            _report(done, options)
            return _is_interrupted(path, options) or any(change.status != "same" for change in done.changes)

    if watch:
        from pwagen.build.watch import watch_project

        def once_more() -> None:
            try:
                once()
            finally:
                gc.collect()

        watch_project(path, once_more)
    elif once() and check:
        raise typer.Exit(1)


def _alone(path: Path, options: BuildOptions) -> AbstractContextManager[None]:
    """Return the lock against other builds, or none if nothing is written."""
    from pwagen.build.interrupted import alone
    from pwagen.names import config_file

    file = config_file(path)
    return nullcontext() if options.check or not file.is_file() else alone(file.parent)


def _is_interrupted(path: Path, options: BuildOptions) -> bool:
    """Tell whether a check found that an earlier build was killed, and report it."""
    from pwagen.build.interrupted import was_interrupted
    from pwagen.names import config_file

    if not options.check or not was_interrupted(config_file(path).parent):
        return False
    typer.secho("note: an earlier build was interrupted, or is still at work: build again", err=True)
    return True


def _check_globs(globs: list[str]) -> None:
    if not globs:
        return
    from pwagen.config.checks.values import check

    for glob in globs:
        if wrong := check("glob", glob):
            raise typer.BadParameter(f'--exclude "{glob}" {wrong.message} - {wrong.fix}')


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Switch cyclic garbage collection off: a build creates few cycles, and collecting takes a while."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            # Together, these make what is left count as old, in no time. Else the next few objects would have
            # all of it searched, and nearly always the program ends here.
            gc.freeze()
            gc.unfreeze()
            gc.enable()


@dataclass(frozen=True)
class BuildOptions:
    """The options of one build, under their names on the command line."""

    inject: bool
    undo: bool
    exclude: tuple[str, ...]
    manifest: ManifestPolicy | None
    worker: WorkerPolicy | None
    check: bool
    as_json: bool
    force: bool
    site: Path | None = None

    def source(self, path: Path) -> ConfigSource:
        """Return the config of the project in, or of the file, ``path``."""
        from pwagen.config.config_source import ConfigSource
        from pwagen.names import config_file

        return ConfigSource(config_file(path), site=self.site)


@dataclass(frozen=True)
class _Done:
    """A build that was written, or with --check only planned."""

    project: Project
    out: Path
    artifacts: tuple[Artifact, ...]
    changes: tuple[FileChange, ...]
    notes: dict[str, list[str]] = field(default_factory=dict)
    pages: frozenset[str] = frozenset()
    """The pages of the site that change; there may be thousands."""

    @property
    def stored(self) -> Site | None:
        """The site as it is stored at installation, if anything is."""
        return self.project.site if self.artifacts and self.project.config.offline else None


def _into_dist(path: Path, options: BuildOptions) -> _Done:
    from pwagen.build.interrupted import journaled
    from pwagen.build.plan import plan
    from pwagen.build.project import read_project
    from pwagen.build.self_check import refuse_wrong_list
    from pwagen.build.write import PendingWrite, compare

    project = read_project(options.source(path), may_write=not options.check)
    artifacts = plan(project)
    if options.check:
        changes = compare(artifacts, project.out, project.root, sources=project.sources)
    else:
        pending = PendingWrite(
            artifacts, project.out, project.root, force=options.force, sources=project.sources
        )
        with journaled(project.root, (project.out / artifact.path for artifact in artifacts)), pending:
            refuse_wrong_list(artifacts, project.site)
            changes = pending.put_in_place()
    return _Done(project, project.out, artifacts, changes)


def _into_site(path: Path, options: BuildOptions) -> _Done:
    from pwagen.build.project import read_project, read_to_undo
    from pwagen.inject.in_place_build import build_in_place, plan_into_site, plan_out_of_site
    from pwagen.inject.injection import pages_by_remark
    from pwagen.inject.merge import Policy

    def planned() -> InPlaceBuild:
        if options.undo:
            return plan_out_of_site(read_to_undo(path, options.site))
        project = read_project(options.source(path), for_injection=True, may_write=not options.check)
        policy = Policy.of(
            project.config.inject, exclude=options.exclude, manifest=options.manifest, worker=options.worker
        )
        return plan_into_site(project, policy)

    if options.check or options.undo:
        inside = planned()
        changes = inside.changes() if options.check else inside.apply(force=options.force)
    else:
        inside, changes = build_in_place(planned, force=options.force)
    notes = pages_by_remark(inside.injection.notes)
    host, out = inside.project.config.hosting, inside.project.out
    if host and not options.undo:
        notes[f"the settings for {host} are in there"] = [str(out / "hosting")]
    pages = frozenset(edit.path for edit in inside.injection.edits)
    return _Done(inside.project, inside.folder, inside.artifacts, changes, notes, pages)


def _report(done: _Done, options: BuildOptions) -> None:
    from pwagen.cli.output import FEW, MANY

    for warning in done.project.warnings:
        typer.secho(f"warning: {warning}", err=True, fg=typer.colors.YELLOW)
    for remark, pages in done.notes.items():
        some = pages[:FEW] if len(pages) > MANY else pages
        listed = ", ".join(some) + (f" and {len(pages) - len(some)} more" if len(pages) > MANY else "")
        typer.secho(f"note: {listed}: {remark}", err=True)
    if options.as_json:
        _print_json(done)
    else:
        _print_table(done, is_dry_run=options.check)


def _print_json(done: _Done) -> None:
    import json

    files = [{"path": change.path, "status": change.status, "bytes": change.size} for change in done.changes]
    warnings = [asdict(warning) for warning in done.project.warnings]
    result = {"out": str(done.out), "files": files, "warnings": warnings, "notes": done.notes}
    if done.stored:
        from pwagen.cli.budget import budget_data, first_visit

        result["stored"] = budget_data(done.stored)
        count, size = first_visit(done.stored, done.artifacts)
        result["firstVisit"] = {"files": count, "bytes": size}
    typer.echo(json.dumps(result, indent=2))


def _print_errors(error: PwagenError | OSError) -> None:
    import json

    if isinstance(error, ConfigError):
        problems = error.problems
    elif isinstance(error, OSError):
        problems = [system_failure(error)]
    else:
        problems = [Problem("", message=str(error))]
    typer.echo(json.dumps({"errors": [asdict(problem) for problem in sorted(problems)]}, indent=2))


def _print_table(done: _Done, *, is_dry_run: bool) -> None:
    import gzip

    from pwagen.cli.output import print_changes
    from pwagen.names import OWN_WORKER, PAGE_SCRIPTS

    scripts = (OWN_WORKER, *PAGE_SCRIPTS)
    # Level 6 is what servers use, and takes half the time of the default, 9, for a long list.
    zipped = {
        artifact.path: len(gzip.compress(artifact.content, 6))
        for artifact in done.artifacts
        if artifact.path in scripts
    }
    print_changes(done.changes, zipped, done.pages)
    if done.stored:
        from pwagen.cli.budget import budget_report

        typer.echo()
        for line in budget_report(done.stored, done.artifacts):
            typer.echo(line)
    differing = sum(change.status != "same" for change in done.changes)
    verb = "would change" if is_dry_run else "written"
    typer.echo(f"{differing} of {len(done.changes)} files {verb}, in {done.out}.")
