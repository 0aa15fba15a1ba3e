"""``pwagen remove``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pwagen.cli.build import ProjectArgument


def remove(
    project: ProjectArgument = ".",
    also: Annotated[
        list[str] | None,
        typer.Option("--also", metavar="PATH", help="A name that a worker of the site had once. Repeatable."),
    ] = None,
    all_caches: Annotated[
        bool, typer.Option("--all-caches", help="Delete every cache of the origin, not only the app's own.")
    ] = False,
    keep_push: Annotated[
        bool,
        typer.Option("--keep-push", help="Keep subscriptions: a worker stays that only receives pushes."),
    ] = False,
) -> None:
    """Make a worker that takes itself and its caches away, into the folder that build writes to."""
    from pwagen.project import read_project
    from pwagen.remove import removal, removal_of_all_but_push
    from pwagen.write import write

    if keep_push and all_caches:
        raise typer.BadParameter("choose one of --keep-push and --all-caches")
    read = read_project(Path(project))
    names = also or []
    artifacts = removal_of_all_but_push(read, names) if keep_push else removal(names, all_caches=all_caches)
    for change in write(artifacts, read.out, read.root, sources=read.sources):
        typer.echo(f"{change.status:8} {change.path}")
    typer.secho(
        f"Publish {read.out} in place of the app's files, and leave the worker there for months: browsers "
        "that come back later need it too.",
        err=True,
    )
    if read.site_folder:
        typer.secho("pwagen build --inject --undo takes the head tags out of the site's pages.", err=True)
