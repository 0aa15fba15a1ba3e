"""``pwagen icons``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pwagen.cli.build import ProjectArgument
from pwagen.errors import PwagenError


def icons(
    project: ProjectArgument = ".",
    preview: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Write a page that shows the icons as platforms do, into one file."
        ),
    ] = None,
) -> None:
    """List the icons that a build makes, and show what they look like."""
    from pwagen.artifacts.icons.icon_preview import preview_page
    from pwagen.build.project import read_project
    from pwagen.build.screenshot_files import screenshot_files
    from pwagen.cli.output import table
    from pwagen.cli.progress import progress_if_slow
    from pwagen.disk.atomic import replace_file
    from pwagen.names import config_file

    with progress_if_slow("Painting"):
        read = read_project(Path(project), may_write=False)
    for warning in read.warnings:
        typer.secho(f"warning: {warning}", err=True, fg=typer.colors.YELLOW)
    if not read.icons:
        raise PwagenError(
            f"{config_file(Path(project))}: no icons are made - write icons: {{source: logo.svg}} or "
            "icons: {monogram: {}}"
        )
    rows = [
        (icon.artifact.path, icon.sizes, f"{len(icon.artifact.content)} B", icon.purpose or icon.rel or "")
        for icon in read.icons
    ]
    typer.echo("\n".join(table(rows)))
    if preview:
        page = preview_page(read.config.app, read.icons, screenshot_files(read))
        replace_file(preview, page.encode(), mode=0o644)
        typer.echo(f"\nOpen {preview} in a browser.")
