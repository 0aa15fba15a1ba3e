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
    from pwagen.build.interrupted import alone, journaled
    from pwagen.build.removal import earlier_removals, removal, removal_of_all_but_push
    from pwagen.build.write import write
    from pwagen.config import load, written
    from pwagen.names import OWN_WORKER, config_file, output_folder

    if keep_push and all_caches:
        raise typer.BadParameter("choose one of --keep-push and --all-caches")
    path = Path(project)
    root = config_file(path).parent
    # Parts of the app's sources may be gone. Removal needs only what keeps receiving pushes.
    site, script = written(path, "site"), written(path, "worker", "script")
    out = output_folder(root, site)
    names = [*(also or []), *earlier_removals(root, out)]
    if keep_push:
        artifacts = removal_of_all_but_push(load(path, files=False), names)
    else:
        artifacts = removal(names, all_caches=all_caches)
    with alone(root), journaled(root, (out / artifact.path for artifact in artifacts)):
        changes = write(artifacts, out, root)
    for change in changes:
        typer.echo(f"{change.status:8} {change.path}")
    if script and script != OWN_WORKER and not keep_push:
        typer.secho(
            f"warning: {script} loads {OWN_WORKER} and goes with it, your own code included. To keep it, "
            f"take the importScripts line out of {script} and publish nothing of this.",
            err=True,
            fg=typer.colors.YELLOW,
        )
    typer.secho(
        f"Publish {out} in place of the app's files, and leave the worker there for months: browsers "
        "that come back later need it too.",
        err=True,
    )
    if site:
        typer.secho("pwagen build --inject --undo takes the head tags out of the site's pages.", err=True)
