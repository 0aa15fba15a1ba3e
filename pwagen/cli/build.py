"""``pwagen build``."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from pwagen.errors import ConfigError, Problem, PwagenError

if TYPE_CHECKING:
    from pwagen.artifacts.artifact import Artifact
    from pwagen.build.project import Project
    from pwagen.build.write import FileChange
    from pwagen.site.scan import Site

ProjectArgument = Annotated[
    str, typer.Argument(metavar="[PROJECT]", help="The folder with pwagen.yaml.", show_default=False)
]
ManifestPolicy = Literal["refuse", "keep", "replace"]
WorkerPolicy = Literal["refuse", "ignore"]


def build(
    project: ProjectArgument = ".",
    inject: Annotated[
        bool,
        typer.Option("--inject", help="Build into the site itself, and put the head tags into its pages."),
    ] = False,
    undo: Annotated[
        bool, typer.Option("--undo", help="With --inject: take the files and the tags out again.")
    ] = False,
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
    path = Path(project)
    options = BuildOptions(inject, undo, tuple(exclude or ()), manifest, worker, check, as_json, force)

    def once() -> bool:
        with _no_garbage_collection():
            try:
                done = _into_site(path, options) if inject else _into_dist(path, options)
            except PwagenError as error:
                if as_json:
                    _print_errors(error)
                raise
            _report(done, options)
            return any(change.status != "same" for change in done.changes)

    if watch:
        from pwagen.build.watch import watch_project

        watch_project(path, once)
    elif once() and check:
        raise typer.Exit(1)


def _check_globs(globs: list[str]) -> None:
    if not globs:
        return
    from pwagen.config.checks.values import check

    for glob in globs:
        if wrong := check("glob", glob):
            raise typer.BadParameter(f'--exclude "{glob}" {wrong.message} - {wrong.fix}')


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Leave what refers to itself in memory: a build makes little of it, and to look for it takes a while."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
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


@dataclass(frozen=True)
class _Done:
    """A build that was made, or with --check only planned."""

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
    from pwagen.build.plan import plan
    from pwagen.build.project import read_project
    from pwagen.build.write import compare, write

    project = read_project(path, may_write=not options.check)
    artifacts = plan(project)
    if options.check:
        changes = compare(artifacts, project.out, project.root, sources=project.sources)
    else:
        changes = write(artifacts, project.out, project.root, force=options.force, sources=project.sources)
    return _Done(project, project.out, artifacts, changes)


def _into_site(path: Path, options: BuildOptions) -> _Done:
    from pwagen.build.project import read_project, read_to_undo
    from pwagen.inject.in_place_build import plan_into_site, plan_out_of_site
    from pwagen.inject.injection import pages_by_remark
    from pwagen.inject.merge import Policy

    if options.undo:
        inside = plan_out_of_site(read_to_undo(path))
    else:
        project = read_project(path, for_injection=True, may_write=not options.check)
        policy = Policy.of(
            project.config.inject, exclude=options.exclude, manifest=options.manifest, worker=options.worker
        )
        inside = plan_into_site(project, policy)
    changes = inside.changes() if options.check else inside.apply(force=options.force)
    notes = pages_by_remark(inside.injection.notes)
    if inside.for_host:
        host, out = inside.project.config.hosting, inside.project.out
        notes[f"the settings for {host} are in there"] = [str(out / "hosting")]
    pages = frozenset(edit.path for edit in inside.injection.edits)
    return _Done(inside.project, inside.folder, inside.artifacts, changes, notes, pages)


def _report(done: _Done, options: BuildOptions) -> None:
    from pwagen.cli.output import FEW, MANY

    for warning in done.project.warnings:
        typer.secho(f"warning: {warning}", err=True, fg=typer.colors.YELLOW)
    for remark, pages in done.notes.items():
        some = pages[:FEW] if len(pages) > MANY else pages
        shown = ", ".join(some) + (f" and {len(pages) - len(some)} more" if len(pages) > MANY else "")
        typer.secho(f"note: {shown}: {remark}", err=True)
    if options.as_json:
        _print_json(done)
    else:
        _print_table(done, is_dry_run=options.check)


def _print_json(done: _Done) -> None:
    import json

    files = [{"path": one.path, "status": one.status, "bytes": one.size} for one in done.changes]
    warnings = [asdict(one) for one in done.project.warnings]
    result = {"out": str(done.out), "files": files, "warnings": warnings, "notes": done.notes}
    if done.stored:
        from pwagen.cli.budget import budget_data

        result["stored"] = budget_data(done.stored)
    typer.echo(json.dumps(result, indent=2))


def _print_errors(error: PwagenError) -> None:
    import json

    problems = error.problems if isinstance(error, ConfigError) else [Problem("", message=str(error))]
    typer.echo(json.dumps({"errors": [asdict(one) for one in sorted(problems)]}, indent=2))


def _print_table(done: _Done, *, is_dry_run: bool) -> None:
    import gzip

    from pwagen.cli.output import print_changes
    from pwagen.names import OWN_WORKER, PAGE_SCRIPTS

    scripts = (OWN_WORKER, *PAGE_SCRIPTS)
    # Level 6 is what servers use, and for a long list takes half of the time of the default, 9.
    zipped = {one.path: len(gzip.compress(one.content, 6)) for one in done.artifacts if one.path in scripts}
    print_changes(done.changes, zipped, done.pages)
    if done.stored:
        from pwagen.cli.budget import budget_report

        typer.echo()
        for line in budget_report(done.stored):
            typer.echo(line)
    differing = sum(change.status != "same" for change in done.changes)
    verb = "would change" if is_dry_run else "written"
    typer.echo(f"{differing} of {len(done.changes)} files {verb}, in {done.out}.")
