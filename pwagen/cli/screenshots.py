"""``pwagen screenshots``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from pwagen.cli.build import ProjectArgument
from pwagen.errors import PwagenError

if TYPE_CHECKING:
    from pwagen.config.model import Config


def screenshots(
    project: ProjectArgument = ".",
    page: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PATH", help="A page of the site; repeatable. Default: the one that the app opens."
        ),
    ] = None,
    theme: Annotated[
        Literal["light", "dark"], typer.Option(help="The colour scheme that the pages are asked for.")
    ] = "light",
    lang: Annotated[
        str | None, typer.Option(metavar="TAG", help="The browser's language. Default: the app's.")
    ] = None,
    scale: Annotated[
        float | None,
        typer.Option(
            min=1, max=3, help="Pixels for one of CSS. Default: 1 in wide pictures, 2 in narrow ones."
        ),
    ] = None,
) -> None:
    """Take pictures of the site's pages, wide and narrow, for the dialog that installs the app.

    They are kept beside pwagen.yaml, in pwagen-screenshots/, and every build publishes them and names them in
    the manifest."""
    from pwagen.artifacts.stored_screenshots import store_screenshots
    from pwagen.cli.output import table
    from pwagen.config import load
    from pwagen.imports.optional_packages import require
    from pwagen.names import config_file

    path = Path(project)
    config, root = load(path), config_file(path).parent
    require("pwagen screenshots", "test", "playwright", "aiohttp")
    from pwagen.screenshots.capture import Look, capture
    from pwagen.site.precache import START_PAGE

    if not config.site:
        raise PwagenError(
            f"{config_file(path)}: no site is named - write site: and the folder with your pages"
        )
    look = Look(theme, lang or config.app.lang or "en", scale)
    taken = list(capture(root / config.site, page or [_start_page(config)], look))
    written = store_screenshots(root, ((one.stored, one.content) for one in taken))
    rows = [
        (str(file), one.stored.sizes, f"{len(one.content)} B", one.stored.label)
        for file, one in zip(written, taken, strict=True)
    ]
    typer.echo("\n".join(table(rows)))
    for name in dict.fromkeys(one.page or START_PAGE for one in taken if one.has_video):
        typer.secho(
            f"note: {name}: a video never stands still, so the pictures show its poster - add the attribute "
            "poster where there is none",
            fg=typer.colors.YELLOW,
            err=True,
        )
    if config.app.screenshots:
        typer.secho(
            "note: app.screenshots in pwagen.yaml names others, and they stay: take it out to get these",
            fg=typer.colors.YELLOW,
            err=True,
        )


def _start_page(config: Config) -> str:
    """Return the page that the app opens, below the published folder."""
    start = (config.app.start_url or "./").partition("?")[0].partition("#")[0].removeprefix("./")
    return start if not start.startswith("/") and "://" not in start else ""
